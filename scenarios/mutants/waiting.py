"""Clients that wait too little, or for too long."""

from datetime import timedelta
from typing import Any

from scenarios.mutants.mutant import Client, Mutant


def told(**changes: Any) -> Client:
    """Ours with other settings."""
    return Client(settings=changes)


WAITING = (
    Mutant(
        "no-wait-after-creation",
        "It sets the state a second after it has made the profile.",
        told(creation_wait=timedelta(seconds=1)),
    ),
    Mutant(
        "looks-once",
        "It takes the first look at the state for the last word.",
        told(verify_after=timedelta(seconds=1), verify_until=timedelta(seconds=1)),
    ),
    Mutant(
        "poll-stops-too-early",
        "It gives people an hour to confirm a double opt-in, where Braze gives them 30 days.",
        told(opt_in_longest_poll=timedelta(minutes=15), opt_in_window=timedelta(hours=1)),
    ),
    Mutant(
        "poll-never-stops",
        "It looks for a confirmation of the double opt-in for ever.",
        told(opt_in_window=timedelta(days=3_650)),
    ),
    Mutant(
        "credit-after-30-days",
        "It credits confirmations that come after the 30 days.",
        told(opt_in_window=timedelta(days=31, hours=12)),
    ),
)
