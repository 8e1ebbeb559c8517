"""Integration: the seam for the client under test, and ours behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant


class Integration(Protocol):
    """What a scenario asks of an integration. `quikly_client.worker.Worker` is one.

    It must not wait or look at a clock: it is told the time, and says when it wants to be called.
    """

    def participate(self, participant: Participant, now: datetime) -> bool:
        """A person takes part; False if the integration knows of it already."""

    def next_due(self) -> datetime | None:
        """When it has something to do next; None when everything is settled."""

    def perform_next(self, now: datetime) -> Participation | None:
        """Do one thing that is due at `now`; None when nothing is."""

    def run_due(self, now: datetime) -> int:
        """Do everything that is due at `now`; how much it was."""

    def credits(self) -> Sequence[Credit]:
        """Who has been credited so far."""

    def participations(self) -> Sequence[Participation]:
        """Everybody who took part, settled or not."""
