"""What Braze said of numbers, as several claims look at it."""

from typing import Any

from scenarios.evidence import Evidence
from scenarios.invariants.breach import (
    GROUP,
    member,
)
from scenarios.journaled import JournaledRequest


def state_reads(evidence: Evidence, phone: str, group: str | None) -> list[JournaledRequest]:
    """The integration's questions for the number in a group of double opt-in, or in another."""
    return [
        request
        for request in evidence.state_reads(phone)
        if group_of_double_opt_in(evidence, request) == group
    ]


def group_of_double_opt_in(evidence: Evidence, request: JournaledRequest) -> str | None:
    """The group of double opt-in that a request is about; None if it is about another or none."""
    asked = (*request.query.get("subscription_group_id", ()), member(request.sent, GROUP))
    return next((each for each in asked if double_group(evidence, each)), None)


def double_group(evidence: Evidence, group_id: Any) -> str | None:
    """The group, if consumers opt in twice there."""
    return group_id if group_id in evidence.double_opt_in.values() else None


def says_subscribed(request: JournaledRequest) -> bool:
    """Whether the answer says that a number is subscribed."""
    states = member(request.answered, "status") or {}
    return any(str(state).lower() == "subscribed" for state in states.values())
