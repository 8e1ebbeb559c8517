"""Small worlds and small evidence for the scenarios' tests."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from quikly_client.journeys.participation import Outcome, Participation, Step, Workflow
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from scenarios.evidence import (
    Evidence,
    JournaledEffect,
    JournaledHazard,
    JournaledRequest,
    JournaledText,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 5, 13, tzinfo=UTC)
EMAIL = "ana@example.com"
PHONE = "+13135550101"
KEY = "the-partner"
DOUBLE = "double-opt-in-group"


def a_participant(
    email: str = EMAIL, phone: str | None = PHONE, activation: str = "drop", at: datetime = NOON
) -> Participant:
    return Participant(2, email, phone, activation, at)


def a_participation(phone: str | None = PHONE, **changes: Any) -> Participation:
    members: dict[str, Any] = {
        "activation": "drop", "email": EMAIL, "phone": phone,
        "workflow": Workflow.EMAIL if phone is None else Workflow.SMS, "consented_at": NOON,
        "step": Step.DONE, "due": None, "started_at": NOON, "outcome": Outcome.CREDITED,
        "reason": "subscription verified",
    }  # fmt: skip
    return Participation(**(members | changes))


def a_credit(at: datetime = LATER, activation: str = "drop") -> Credit:
    return Credit(activation, EMAIL, at, "subscription verified")


class EvidenceBuilder:
    """Evidence as if the integration had done just this; every entry is an hour's first."""

    def __init__(self) -> None:
        self.evidence = Evidence(KEY, "the-brand", {"vip": DOUBLE})
        self._number = 0

    def took_part(
        self, phone: str | None = PHONE, activation: str = "drop", **changes: Any
    ) -> None:
        """As the lab sees it, and as the integration does."""
        self.evidence.arrived(a_participant(phone=phone, activation=activation))
        participation = a_participation(phone=phone, activation=activation, **changes)
        self.evidence.participations = [participation]

    def request(
        self, operation: str, *, sent: Any = None, answered: Any = None, status: int = 201,
        query: dict[str, list[str]] | None = None, at: datetime = NOON, key: str = KEY,
    ) -> int:  # fmt: skip
        method, path = operation.split(" ")
        self._number += 1
        asked = {
            "method": method, "path": path, "query": urlencode(query or {}, doseq=True),
            "headers": {}, "body": orjson.dumps(sent).decode(),
        }  # fmt: skip
        answer = {"status": status, "headers": {}, "body": orjson.dumps(answered).decode()}
        entry = {
            "number": self._number, "at": at.isoformat(), "api_key": key,
            "request": asked, "response": answer,
        }  # fmt: skip
        self.evidence.add(JournaledRequest(entry))
        return self._number

    def looked_up(self, email: str = EMAIL, users: list[Any] | None = None) -> int:
        return self.request(
            "POST /users/export/ids",
            sent={"email_address": email}, answered={"users": users or []},
        )  # fmt: skip

    def read_state(
        self, state: str, phone: str = PHONE, at: datetime = NOON, group: str = "a-group"
    ) -> int:
        return self.request(
            "GET /subscription/status/get", status=200, at=at,
            query={"phone": [phone], "subscription_group_id": [group]},
            answered={"status": {phone: state}},
        )  # fmt: skip

    def sent_event(
        self, name: str = "asked", activation: str = "vip", at: datetime = NOON, status: int = 201
    ) -> int:
        event = {
            "user_alias": {"alias_name": EMAIL, "alias_label": "email"}, "name": name,
            "properties": {"activation": activation},
        }  # fmt: skip
        return self.request("POST /users/track", sent={"events": [event]}, at=at, status=status)

    def texted(self, state: str, at: datetime = NOON, group: str = DOUBLE) -> None:
        """A consumer's text that made a number `state` in a group."""
        self._number += 1
        self.evidence.add(JournaledText(self._number, at, group, PHONE, "Y"))
        details = {"group_id": group, "subscriber": PHONE, "state": state}
        self.evidence.add(
            JournaledEffect(
                self._number + 1, at, "subscription_state_changed", self._number, details
            )
        )
        self._number += 1

    def state_moved(self, state: str, request: int) -> None:
        """A number is a customer's new one, and gets the state of the old one."""
        self._number += 1
        details = {"group_id": DOUBLE, "subscriber": PHONE, "state": state}
        self.evidence.add(
            JournaledEffect(self._number, NOON, "subscription_state_moved", request, details)
        )

    def created(self, request: int, email: str | None = EMAIL) -> None:
        self._number += 1
        details = {"email": email}
        self.evidence.add(JournaledEffect(self._number, NOON, "profile_created", request, details))

    def hazard(self, name: str, request: int, details: str = "117 s early") -> None:
        self._number += 1
        self.evidence.add(
            JournaledHazard(
                self._number, NOON, name, request, PHONE, details, "Said.", "Wait.", "a-fact"
            )
        )
