"""Clients that lose people, or do things twice, because of what they store and when."""

# ruff: noqa: ARG002  what they do not look at is the point

from dataclasses import replace
from datetime import datetime
from typing import Any

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import JourneySettings
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import JOURNEYS, Worker
from scenarios.mutants.mutant import Client, Mutant


class Forgetful(Worker):
    """Loses everybody who takes part."""

    def participate(self, participant: Participant, now: datetime) -> bool:
        return True


class Unstored(Worker):
    """Keeps everything in its memory."""

    def __init__(
        self,
        store: Store,
        braze: BrazeClient,
        settings: JourneySettings,
        **parts: Any,
    ) -> None:
        super().__init__(MemoryStore(), braze, settings, **parts)


class StartsOver(Worker):
    """After a crash it begins all unfinished participations anew."""

    def __init__(
        self, store: Store, braze: BrazeClient, settings: JourneySettings, **parts: Any
    ) -> None:
        super().__init__(store, braze, settings, **parts)
        for each in store.participations():
            if each.due is not None:
                store.save(replace(each, step=JOURNEYS[each.workflow].first, outcome=None))


class ListOfCredits(MemoryStore):
    """Writes credits down one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._list: list[Credit] = []

    def credits(self, after: int = 0) -> list[Credit]:
        return self._list[after:]

    def _write(self, credit: Credit) -> None:
        self._list.append(credit)


class WithoutPauses(MemoryStore):
    """Keeps in memory alone which endpoints are closed."""

    def pause(self, endpoint: str, until: datetime) -> None:
        pass


class WithoutLock(MemoryStore):
    """Stores after a call only, so that two workers may make the same one."""

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        if not participation.in_flight:
            super().save(participation, credit)


STORING = (
    Mutant(
        "loses-people",
        "It drops people before it has done anything for them.",
        Client(worker=Forgetful),
    ),
    Mutant(
        "stores-nothing",
        "It keeps in memory who takes part, and a restart forgets them.",
        Client(worker=Unstored),
    ),
    Mutant(
        "credit-again-after-a-crash",
        "It begins unfinished participations anew after a crash, and credits them again.",
        Client(worker=StartsOver, store=ListOfCredits),
    ),
    Mutant(
        "rate-limit-forgotten-by-a-restart",
        "After a restart it calls an endpoint that had told it to wait.",
        Client(store=WithoutPauses),
    ),
    Mutant(
        "workers-without-a-lock",
        "Two of its workers take up the same participation.",
        Client(store=WithoutLock),
    ),
)
