"""Clients that repeat what must not be repeated, or do not repeat what must be."""

# ruff: noqa: ARG001  every step takes the same parameters, needed or not

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from quikly_client.braze import BrazeClient
from quikly_client.errors import BrazeUnavailable, NoAnswer, RateLimited, Refused
from quikly_client.journeys import double_opt_in
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.progress import Progress, go_on, not_credited, settle
from quikly_client.results import SubscriptionState, TrackResult
from quikly_client.settings import JourneySettings
from quikly_client.transport import Answer, Exchange, Transport
from scenarios.mutants.mutant import Client, Mutant, performing

RESET, RETRY_AFTER = "x-ratelimit-reset", "x-ratelimit-retry-after"
Headers = Mapping[str, str]
Failure = TypeVar("Failure", bound=Exception)


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


def remind(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask once more, three looks after the first time."""
    if participation.polls == 2:
        double_opt_in.ask(participation, braze, now, settings)
    return double_opt_in.await_confirmation(participation, braze, now, settings)


def insist(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Set the state again as long as it is another."""
    group = settings.group_of(participation.activation)
    state = braze.subscription_state(group, participation.known_phone)
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="subscription verified")
    if participation.sets > 3:
        return not_credited(participation, "it never held")
    return go_on(participation, Step.SUBSCRIBE)


def failing(kind: type[Failure], other: Callable[[str, Failure], Exception]) -> type[Transport]:
    """Takes one kind of failure for another."""

    class Failing(Transport):
        def send(
            self, method: str, path: str, *, query: Mapping[str, str] | None = None,
            body: Mapping[str, Any] | None = None,
        ) -> Answer:  # fmt: skip
            try:
                return super().send(method, path, query=query, body=body)
            except kind as error:
                raise other(f"{method} {path}", error) from error

    return Failing


def refused(call: str, error: Exception) -> Refused:
    """Braze said no, and that is that."""
    return Refused(call, 400, str(error))


def reading_limits(read: Callable[[Headers], Headers]) -> type[Transport]:
    """Reads other rate headers than there are."""

    def misread(call: str, error: RateLimited) -> RateLimited:
        return RateLimited(call, read(error.headers))

    class Misreading(failing(RateLimited, misread)):  # type: ignore[misc]
        def _tell(self, exchange: Exchange) -> None:
            super()._tell(replace(exchange, headers=read(exchange.headers)))

    return Misreading


def without_limits(headers: Headers) -> Headers:
    """As of somebody who never looks at them."""
    return {name: value for name, value in headers.items() if not name.startswith("x-ratelimit")}


def seconds_as_epoch(headers: Headers) -> Headers:
    """Seconds left are taken for a moment, long ago, so that nothing is left to wait for."""
    return {
        name: "0" if name in (RESET, RETRY_AFTER) and float(value or 0) < 1e9 else value
        for name, value in headers.items()
    }


class FarAway(RateLimited):
    """Takes the moment of the reset for seconds left, which are some 56 years."""

    def wait(self, now: datetime) -> timedelta:  # noqa: ARG002
        return timedelta(seconds=float(self.headers.get(RESET, "1")))


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
    Mutant(
        "reminds",
        "It sends the event that asks for the double opt-in again to those who do not confirm.",
        Client(journeys=performing(Step.AWAIT, remind)),
    ),
    Mutant(
        "stop-ignored",
        "It subscribes people again who have unsubscribed meanwhile.",
        Client(journeys=performing(Step.VERIFY, insist)),
    ),
    Mutant(
        "no-retry-on-5xx",
        "It takes 500 and 503 for a final answer.",
        Client(transport=failing(BrazeUnavailable, refused)),
    ),
    Mutant(
        "no-retry-after-a-timeout",
        "It gives people up whose call was not answered.",
        Client(transport=failing(NoAnswer, refused)),
    ),
    Mutant(
        "gives-up-on-429",
        "It takes 429 for a refusal like any other.",
        Client(transport=failing(RateLimited, refused)),
    ),
    Mutant(
        "retries-within-the-429-window",
        "It comes back after a second, whatever the rate headers say.",
        Client(transport=reading_limits(without_limits)),
    ),
    Mutant(
        "seconds-left-read-as-epoch",
        "It takes seconds left for a moment, long ago, and does not wait.",
        Client(transport=reading_limits(seconds_as_epoch)),
    ),
    Mutant(
        "epoch-read-as-seconds-left",
        "It takes the moment of the reset for seconds left, and waits for 56 years.",
        Client(transport=failing(RateLimited, lambda call, error: FarAway(call, error.headers))),
    ),
)
