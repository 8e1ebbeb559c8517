"""What the worker needs of a store; one table of tests holds for every one of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from quikly_client.journeys.participation import Participation, ParticipationKey, Step, Workflow
from quikly_client.ledger import Credit

# Where in its journey a participation is: what it waits to do next.
Place = tuple[Workflow, Step]


class Store(Protocol):
    """Participations, credits, and what Braze said of its limits. Each method is one transaction.

    Several threads may use a store at the same time.
    """

    def add(self, participation: Participation) -> bool:
        """Store a new participation; False, and no change, when its key is already there."""

    def get(self, key: ParticipationKey) -> Participation | None:
        """The participation as last saved."""

    def of_person(self, email: str) -> Sequence[Participation]:
        """All participations of an address, at no cost for those of others."""

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        """Replace a stored participation and write the credit it earned: both or neither.

        With `found`, only if that is what is stored, so that of several who found the same
        participation one gets it.

        Raises:
            Overtaken: the stored participation is not `found`.
            AlreadyCredited: the ledger has a credit for this activation and participant.
            KeyError: the participation was never added.
        """

    def due(
        self, now: datetime, limit: int | None = None, places: Collection[Place] | None = None
    ) -> Sequence[Participation]:
        """Those due at `now`, earliest first, then in the order in which they were added.

        `places` leaves out those at another place, at no cost for what is left out.
        """

    def next_due(self, places: Collection[Place] | None = None) -> datetime | None:
        """When the next participation (at one of `places`) is due; None when none ever is."""

    def credits(self, after: int = 0) -> Sequence[Credit]:
        """All credits behind the first `after`, in the order in which they were written."""

    def participations(self) -> Sequence[Participation]:
        """All participations in the order in which they were added."""

    def pause(self, endpoint: str, until: datetime) -> None:
        """Keep that an endpoint is to be left alone until then, or longer if that is kept."""

    def pauses(self) -> Mapping[str, datetime]:
        """Until when each endpoint is to be left alone; a moment may have passed."""
