"""Builders of participations, and a driver that jumps from due time to due time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.participants import Participant
from quikly_client.worker import Worker

START = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)
EMAIL = "anna@example.com"
PHONE = "+13135550171"


def a_participant(**fields: Any) -> Participant:
    values: dict[str, Any] = {
        "line": 2,
        "email": EMAIL,
        "phone": None,
        "activation": "spring",
        "consented_at": START - timedelta(days=1),
    }
    return Participant(**(values | fields))


def a_participation(**fields: Any) -> Participation:
    values: dict[str, Any] = {
        "activation": "spring",
        "email": EMAIL,
        "phone": None,
        "workflow": Workflow.EMAIL,
        "consented_at": START - timedelta(days=1),
        "step": Step.LOOK_UP,
        "due": START,
        "started_at": START,
    }
    return Participation(**(values | fields))


def run_to_the_end(worker: Worker, most_jumps: int = 200) -> list[datetime]:
    """Perform everything, and tell at which moments; a journey that never ends fails the test."""
    moments = []
    while (due := worker.next_due()) is not None:
        worker.run_due(due)
        moments.append(due)
        assert len(moments) <= most_jumps, f"still due at {due}"
    return moments
