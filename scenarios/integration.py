"""Integration: the seam for the client under test."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import requests

from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings

# What tells a person what a consumer got.
TELLING = ("outcome", "incentive")


class WebhookAnswer(NamedTuple):
    """What the integration's receiver says to a call; `body` is its parsed JSON, None if none."""

    status: int
    body: Any

    def __str__(self) -> str:
        """The outcome with its incentive, or the status where there is no outcome."""
        if not isinstance(self.body, Mapping) or "outcome" not in self.body:
            return str(self.status)
        return " ".join(str(self.body[name]) for name in TELLING if self.body.get(name))


class WebhookCall(NamedTuple):
    """A call of the receiver, and what it said; `authorization` is the header, empty if none."""

    at: datetime
    authorization: str
    body: bytes
    answer: WebhookAnswer


class Integration(Protocol):
    """What a scenario asks of an integration.

    It must not wait or look at a clock: it is told the time, and says when it wants to be called.
    """

    def participate(self, participant: Participant, now: datetime) -> bool:
        """A person takes part; False if the integration knows of it already."""

    def next_due(self) -> datetime | None:
        """When it has something to do next; None when everything is settled."""

    def perform_next(self, now: datetime) -> object | None:
        """Do one thing that is due at `now`; None when nothing is."""

    def run_due(self, now: datetime) -> int:
        """Do everything that is due at `now`; how much it was."""

    def credits(self) -> Sequence[Credit]:
        """Who has been credited so far."""

    def participations(self) -> Sequence[Participation] | None:
        """Everybody who took part, settled or not; None if it does not tell."""

    def restart(self) -> None:
        """Its process is killed and begins again: it knows what it has stored, and no more."""

    def crash(self) -> None:
        """Its process is killed while its next call is under way, and begins again."""

    def overlap(self, now: datetime) -> None:
        """While its next call is under way, another of its workers does what is due at `now`."""

    def receive_webhook(self, authorization: str, body: bytes, now: datetime) -> WebhookAnswer:
        """Braze calls; `authorization` is the header, empty where there is none."""

    def receive_together(
        self, authorization: str, bodies: Sequence[bytes], now: datetime
    ) -> Sequence[WebhookAnswer]:
        """Braze calls several times at the same moment; the answers, in that order."""


# Makes an integration from where Braze is, a session that reaches it, and the SMS group.
MakeIntegration = Callable[[BrazeSettings, requests.Session, str], Integration]
