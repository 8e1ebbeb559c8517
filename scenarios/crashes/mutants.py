"""Stores that are wrong in one way each; a kill somewhere must show it."""

from collections.abc import Mapping

from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.store.sqlite import SqliteStore
from scenarios.crashes.boundaries import Boundary, FusedStore


class StoresAfterTheCallOnly(FusedStore):
    """Nobody can tell afterwards that a call had begun."""

    def write(
        self,
        participation: Participation,
        credit: Credit | None,
        found: Participation | None,  # noqa: ARG002  it was never stored
        within: Boundary,
    ) -> None:
        if not participation.in_flight:
            super().write(participation, credit, None, within)


class CreditsInATransactionOfItsOwn(FusedStore):
    """The step that earned a credit is stored without it."""

    def write(
        self,
        participation: Participation,
        credit: Credit | None,
        found: Participation | None,
        within: Boundary,
    ) -> None:
        SqliteStore.save(self, participation, found=found)
        self.fuse.comes_to(within)
        if credit is not None:
            SqliteStore.save(self, participation, credit)


MUTANTS: Mapping[str, type[FusedStore]] = {
    "stores-after-the-call-only": StoresAfterTheCallOnly,
    "credits-in-a-transaction-of-its-own": CreditsInATransactionOfItsOwn,
}
