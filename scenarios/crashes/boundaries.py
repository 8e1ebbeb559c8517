"""The moments at which a process is killed: every one between storing something and calling."""

import os
import signal
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Stage
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.store.claim_store import Decision, Kept
from quikly_client.store.database import Database
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims


class Boundary(StrEnum):
    """Where in the making of one call a process is, in the order in which it gets there."""

    BEFORE_ADDING = "before the participation is added"
    AFTER_ADDING = "after the participation was added"
    BEFORE_KEEPING_THE_CLAIM = "before a claim is decided and kept"
    WHILE_KEEPING_THE_CLAIM = "while a claim is kept"
    AFTER_KEEPING_THE_CLAIM = "after a claim was kept"
    BEFORE_STORING_THE_CALL = "before it is stored that a call begins"
    WHILE_STORING_THE_CALL = "while it is stored that a call begins"
    BEFORE_THE_CALL = "after that was stored, before the call"
    AFTER_THE_CALL = "after the call was made, before its answer came"
    BEFORE_STORING_THE_ANSWER = "after the answer came, before it is stored"
    WHILE_STORING_THE_ANSWER = "while the answer is stored"
    AFTER_STORING_THE_ANSWER = "after the answer was stored"


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` time (from 1) that a run comes to a boundary; `step` says in which step that is."""

    boundary: Boundary
    nth: int
    step: str

    def __str__(self) -> str:
        return f"{self.step}: {self.boundary}"


class Fuse:
    """Kills its process at one point, without a chance to tidy up; notes every point it passes."""

    def __init__(self, point: Point | None) -> None:
        self.passed: list[Point] = []
        self._point = point
        self._times: Counter[Boundary] = Counter()
        self._step = ""

    def comes_to(self, boundary: Boundary, step: str | None = None) -> None:
        self._times[boundary] += 1
        self._step = self._step if step is None else step
        point = Point(boundary, self._times[boundary], self._step)
        self.passed.append(point)
        if point == self._point:
            die()


def die() -> NoReturn:
    """Nothing of Python's runs any more: no `finally`, no `atexit`, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class FusedStore(SqliteStore):
    """A SQLite store with a fuse before, in and after each of its writes."""

    def __init__(self, file: Path, fuse: Fuse) -> None:
        super().__init__(file)
        self.fuse = fuse

    def add(self, participation: Participation) -> bool:
        self.fuse.comes_to(Boundary.BEFORE_ADDING, participation.step)
        added = super().add(participation)
        self.fuse.comes_to(Boundary.AFTER_ADDING)
        return added

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        if participation.in_flight:
            before, within = Boundary.BEFORE_STORING_THE_CALL, Boundary.WHILE_STORING_THE_CALL
            self.fuse.comes_to(before, participation.step)
            self.write(participation, credit, found, within)
        else:
            self.fuse.comes_to(Boundary.BEFORE_STORING_THE_ANSWER)
            self.write(participation, credit, found, Boundary.WHILE_STORING_THE_ANSWER)
            self.fuse.comes_to(Boundary.AFTER_STORING_THE_ANSWER)

    def write(
        self,
        participation: Participation,
        credit: Credit | None,
        found: Participation | None,
        within: Boundary,
    ) -> None:
        """The write itself, which is not yet committed when it comes to its boundary."""
        with self.database.transaction():
            super().save(participation, credit, found=found)
            self.fuse.comes_to(within)


class FusedClaims(SqliteClaims):
    """Claims in the same file, with a fuse before, in and after each decision."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        super().__init__(database)
        self.fuse = fuse

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        self.fuse.comes_to(Boundary.BEFORE_KEEPING_THE_CLAIM, "claim")
        with self.database.transaction():
            kept = super().decide(begun, q_scope, stage, email, decision)
            self.fuse.comes_to(Boundary.WHILE_KEEPING_THE_CLAIM)
        self.fuse.comes_to(Boundary.AFTER_KEEPING_THE_CLAIM)
        return kept
