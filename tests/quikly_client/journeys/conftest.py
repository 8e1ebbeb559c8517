import pytest

from quikly_client.braze import BrazeClient
from quikly_client.settings import JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker


@pytest.fixture
def worker(braze: BrazeClient, settings: JourneySettings) -> Worker:
    return Worker(MemoryStore(), braze, settings)
