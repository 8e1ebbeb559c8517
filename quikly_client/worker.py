"""Carries participations on: performs what is due, and stores it before and after each call.

The worker never waits and never asks what time it is; whoever drives it says what `now` is and
asks when something is due next. A killed process loses nothing but the answer in flight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from quikly_client import shortened
from quikly_client.braze import BrazeClient
from quikly_client.errors import (
    AlreadyCredited,
    BrazeUnavailable,
    NoAnswer,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)
from quikly_client.journeys import email_acquisition, sms_acquisition
from quikly_client.journeys.participation import Participation, Workflow
from quikly_client.journeys.progress import Journey, JourneyStep, Progress, not_credited
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import JourneySettings
from quikly_client.store.interface import Store

JOURNEYS: Mapping[Workflow, Journey] = {
    Workflow.EMAIL: email_acquisition.JOURNEY,
    Workflow.SMS: sms_acquisition.JOURNEY,
}


class Worker:
    """Interleaves any number of journeys in one thread."""

    def __init__(self, store: Store, braze: BrazeClient, settings: JourneySettings) -> None:
        self._store = store
        self._braze = braze
        self._settings = settings
        # When a rate-limited endpoint may be called again.
        self._gates: dict[str, datetime] = {}

    def participate(self, participant: Participant, now: datetime) -> bool:
        """Begin a journey, due at once; False when the participant is already in it."""
        workflow = Workflow.EMAIL if participant.phone is None else Workflow.SMS
        return self._store.add(
            Participation(
                activation=participant.activation,
                email=participant.email,
                phone=participant.phone,
                workflow=workflow,
                consented_at=participant.consented_at,
                step=JOURNEYS[workflow].first,
                due=now,
                started_at=now,
            )
        )

    def next_due(self) -> datetime | None:
        """When `run_due` has something to do; None when everything is settled."""
        return self._store.next_due()

    def run_due(self, now: datetime) -> int:
        """Perform all that is due at `now`, and what becomes due by it; how many steps it was."""
        steps = 0
        while self.perform_next(now) is not None:
            steps += 1
        return steps

    def perform_next(self, now: datetime) -> Participation | None:
        """Perform one step of the participation that is due first; None when none is.

        A participation whose endpoint is closed is put off without a call, and the next is tried.
        """
        while due := self._store.due(now, limit=1):
            participation = due[0]
            step = _step_of(participation)
            opens = self._gates.get(step.endpoint, now)
            if opens <= now:
                return self._perform(participation, step, now)
            self._store.save(replace(participation, due=opens))
        return None

    def credits(self) -> Sequence[Credit]:
        """All credits so far."""
        return self._store.credits()

    def participations(self) -> Sequence[Participation]:
        """All participations, settled or not."""
        return self._store.participations()

    def _perform(self, found: Participation, step: JourneyStep, now: datetime) -> Participation:
        """Make the call of one step.

        The step sees the participation as it was found: `in_flight` there means that a process
        ended before it had an answer.
        """
        started = replace(found, attempts=found.attempts + 1, in_flight=True)
        self._store.save(started)
        try:
            progress = step.perform(found, self._braze, now, self._settings)
        except RateLimited as error:
            return self._put_off(found, step, error, now)
        except Refused as error:
            progress = not_credited(found, str(error))
        except (NoAnswer, BrazeUnavailable, UnexpectedAnswer) as error:
            if started.attempts < self._settings.retry.attempts:
                return self._try_again(started, now)
            reason = f"gave up after {started.attempts} tries of {found.step}: {error}"
            progress = not_credited(found, reason)
        return self._keep(progress, now)

    def _put_off(
        self, found: Participation, step: JourneyStep, error: RateLimited, now: datetime
    ) -> Participation:
        """Close the endpoint as long as Braze says; the call did not happen, so no try counts.

        Facts: rate-limited-429
        """
        # Braze may say 0 seconds, but what is due again at once would never let `run_due` end.
        wait = max(error.wait(now), self._settings.retry.first_wait)
        self._gates[step.endpoint] = now + wait
        put_off = replace(found, in_flight=False, due=now + wait)
        self._store.save(put_off)
        return put_off

    def _try_again(self, started: Participation, now: datetime) -> Participation:
        """Facts: server-error-outcome-unknown"""
        wait = self._settings.retry.wait_after(
            started.attempts, started.activation, started.email, started.step
        )
        waiting = replace(started, in_flight=False, due=now + wait)
        self._store.save(waiting)
        return waiting

    def _keep(self, progress: Progress, now: datetime) -> Participation:
        """Store what an answer led to, in one transaction with the credit it earned."""
        moved = _moved(progress, now)
        try:
            self._store.save(moved, _credit(progress, now))
        except AlreadyCredited:
            # Another process with the same store was faster; the journey goes on all the same.
            note = "the credit was already there"
            moved = replace(moved, notes=(*moved.notes, note))
            self._store.save(moved)
        return moved


def _step_of(participation: Participation) -> JourneyStep:
    return JOURNEYS[participation.workflow].steps[participation.step]


def _moved(progress: Progress, now: datetime) -> Participation:
    participation = progress.participation

    def shorten(text: str) -> str:
        return shortened.addresses(text, participation.email, participation.phone)

    return replace(
        participation,
        attempts=0,
        in_flight=False,
        due=None if progress.wait is None else now + progress.wait,
        settled_at=now if progress.wait is None else None,
        # Braze's messages repeat what they were sent.
        reason=None if participation.reason is None else shorten(participation.reason),
        notes=tuple(shorten(note) for note in participation.notes),
    )


def _credit(progress: Progress, now: datetime) -> Credit | None:
    if progress.credit is None:
        return None
    participation = progress.participation
    return Credit(participation.activation, participation.email, now, progress.credit)
