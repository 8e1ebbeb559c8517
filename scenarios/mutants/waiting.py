"""Clients that wait too little, or for too long."""

from datetime import timedelta

from scenarios.mutants.mutant import Client, Mutant

WAITING = (
    Mutant(
        "no-wait-after-creation",
        "It sets the state a second after it has made the profile.",
        Client(settings={"creation_wait": timedelta(seconds=1)}),
    ),
    Mutant(
        "poll-never-stops",
        "It looks for a confirmation of the double opt-in for ever.",
        Client(settings={"opt_in_window": timedelta(days=3_650)}),
    ),
)
