"""Whether another participation of the same person may be putting another number there."""

from datetime import timedelta
from typing import Any

import pytest
from driving import PHONE, START, a_participation

from quikly_client.journeys.number_on_profile import is_in_the_way
from quikly_client.journeys.participation import Step, Workflow

LATER = START + timedelta(seconds=1)
MINE = a_participation(phone=PHONE, step=Step.ATTACH_PHONE, looked_at=START)


def another(**fields: Any) -> Any:
    other: dict[str, Any] = {"activation": "autumn", "phone": "+13135550102"}
    return a_participation(**(other | {"workflow": Workflow.SMS} | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"step": Step.ATTACH_PHONE, "in_flight": True},
        {"step": Step.CREATE, "attempts": 1},
        {"step": Step.CONFIRM, "writes": 1},
        {"step": Step.LOOK_UP, "writes": 1},
        {"step": Step.DONE, "due": None, "writes": 1, "seen_at": START},
        {"step": Step.AWAIT, "writes": 1, "seen_at": LATER},
    ],
)
def test_a_write_that_was_begun_and_not_looked_at_since_is_in_the_way(
    fields: dict[str, Any],
) -> None:
    """Facts: number-on-file-stays"""
    assert is_in_the_way(another(**fields), MINE)


@pytest.mark.parametrize(
    "fields",
    [
        {"step": Step.ATTACH_PHONE, "in_flight": True, "phone": PHONE},
        {"step": Step.CREATE, "in_flight": True, "phone": None},
        {"step": Step.CREATE},
        {"step": Step.LOOK_UP, "in_flight": True, "attempts": 1},
        {"step": Step.DONE, "due": None, "writes": 3},
        {"step": Step.AWAIT, "writes": 1, "seen_at": START - timedelta(seconds=1)},
    ],
)
def test_what_put_no_other_number_there_or_was_seen_by_now_is_not(fields: dict[str, Any]) -> None:
    assert not is_in_the_way(another(**fields), MINE)
