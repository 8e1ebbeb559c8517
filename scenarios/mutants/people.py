"""Clients that lose people, or make two of one."""

from datetime import datetime

from quikly_client.participants import Participant
from quikly_client.worker import Worker
from scenarios.mutants.mutant import Client, Mutant


class Forgetful(Worker):
    """Loses everybody who takes part."""

    def participate(self, participant: Participant, now: datetime) -> bool:  # noqa: ARG002
        return True


PEOPLE = (
    Mutant(
        "loses-people",
        "It drops people before it has done anything for them.",
        Client(worker=Forgetful),
    ),
)
