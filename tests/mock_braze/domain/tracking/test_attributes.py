import pytest

from mock_braze.domain.tracking.attributes import is_group_id


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", True),
        ("5A7C3F0E-2B1D-4C6A-9E8F-0D1B2A3C4D5E", True),
        ("5a7c3f0e2b1d4c6a9e8f0d1b2a3c4d5e", False),
        ("{5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e}", False),
        ("urn:uuid:5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", False),
        ("５a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", False),
        ("group", False),
        ("", False),
    ],
)
def test_a_group_id_is_a_uuid_in_its_usual_form(text: str, is_one: bool) -> None:
    assert is_group_id(text) is is_one
