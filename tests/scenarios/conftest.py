import pytest
from builders import EvidenceBuilder


@pytest.fixture
def seen() -> EvidenceBuilder:
    return EvidenceBuilder()
