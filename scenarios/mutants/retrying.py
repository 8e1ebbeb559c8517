"""Clients that repeat what must not be repeated, or do not repeat what must be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quikly_client.braze import BrazeClient
from quikly_client.errors import NoAnswer
from quikly_client.journeys import double_opt_in
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.progress import Progress
from quikly_client.results import TrackResult
from quikly_client.settings import JourneySettings
from scenarios.mutants.mutant import Client, Mutant, performing


class Insistent(BrazeClient):
    """Sends again at once what was not answered, events among it."""

    def track(
        self,
        attributes: Sequence[Mapping[str, Any]] = (),
        events: Sequence[Mapping[str, Any]] = (),
    ) -> TrackResult:
        try:
            return super().track(attributes, events)
        except NoAnswer:
            return super().track(attributes, events)


def ask_twice(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Make sure."""
    double_opt_in.ask(participation, braze, now, settings)
    return double_opt_in.ask(participation, braze, now, settings)


RETRYING = (
    Mutant(
        "events-again-after-a-timeout",
        "It sends events again when it got no answer, though Braze may have them.",
        Client(braze=Insistent),
    ),
    Mutant(
        "asks-twice",
        "It sends the event that asks for the double opt-in twice.",
        Client(journeys=performing(Step.ASK, ask_twice)),
    ),
)
