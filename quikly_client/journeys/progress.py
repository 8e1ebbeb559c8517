"""What a performed step leads to, and the form of a journey: a table of steps.

A step is a plain function that makes one call to Braze. It neither waits nor stores anything:
the worker does both, and turns errors of the call into retries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Outcome, Participation, Step, Workflow
from quikly_client.settings import JourneySettings

AT_ONCE = timedelta(0)
AFTER_THE_CREDIT = frozenset({Step.FIND, Step.WRITE_BACK, Step.TELL})


@dataclass(frozen=True, slots=True)
class Progress:
    """The participation at its next step, the wait until then, and the credit it earned.

    `wait` is None when nothing is left to do; `credit` is the reason for the credit.
    """

    participation: Participation
    wait: timedelta | None
    credit: str | None = None


class PerformStep(Protocol):
    """Makes the call of one step and says what its answer means."""

    def __call__(
        self,
        participation: Participation,
        braze: BrazeClient,
        now: datetime,
        settings: JourneySettings,
        /,
    ) -> Progress: ...


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A step and the endpoint that it calls, so that a closed endpoint is known beforehand."""

    perform: PerformStep
    endpoint: str


@dataclass(frozen=True, slots=True)
class Journey:
    """A workflow as a step machine."""

    first: Step
    steps: Mapping[Step, JourneyStep]


def go_on(
    participation: Participation, step: Step, wait: timedelta = AT_ONCE, credit: str | None = None
) -> Progress:
    """Continue with `step` after `wait`."""
    polls = participation.polls if step is participation.step else 0
    return Progress(_credited(replace(participation, step=step, polls=polls), credit), wait, credit)


def settle(participation: Participation, credit: str | None = None) -> Progress:
    """Nothing is left to do but what follows a credit; a `credit` earned by now is written."""
    credited = _credited(participation, credit)
    follows = credited.outcome is Outcome.CREDITED and credited.cascade is not None
    if follows and credited.step not in AFTER_THE_CREDIT:
        return Progress(replace(credited, step=Step.FIND, polls=0), AT_ONCE, credit)
    return Progress(replace(credited, step=Step.DONE), None, credit)


def not_credited(participation: Participation, reason: str) -> Progress:
    """Nothing more can be done, and `reason` is why there is no credit."""
    return _without_credit(participation, Outcome.NOT_CREDITED, reason)


def expired(participation: Participation, reason: str) -> Progress:
    """The participant let the time pass in which Braze takes a confirmation."""
    return _without_credit(participation, Outcome.EXPIRED, reason)


def noted(participation: Participation, note: str) -> Participation:
    """The participation with one more thing that somebody may want to know."""
    return replace(participation, notes=(*participation.notes, note))


def _without_credit(participation: Participation, outcome: Outcome, reason: str) -> Progress:
    if participation.outcome is Outcome.CREDITED:  # what was earned stays, whatever comes after it
        return settle(noted(participation, reason))
    if participation.workflow is Workflow.CASCADE:
        outcome = Outcome.NOT_WRITTEN_BACK
    settled = replace(participation, step=Step.DONE, outcome=outcome, reason=reason)
    return Progress(settled, None)


def _credited(participation: Participation, credit: str | None) -> Participation:
    if credit is None:
        return participation
    return replace(participation, outcome=Outcome.CREDITED, reason=credit)
