"""Carries participations on: performs what is due, and stores it before and after each call.

The worker never waits and never asks what time it is; whoever drives it says what `now` is and
asks when something is due next. A killed process loses nothing but the answer in flight.

Several workers, also in other processes, may share a store: whoever stores first that a call is
in flight makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from quikly_client import shortened
from quikly_client.braze import BrazeClient
from quikly_client.call_log import log_call
from quikly_client.errors import (
    AlreadyCredited,
    BrazeUnavailable,
    NoAnswer,
    Overtaken,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)
from quikly_client.journeys import (
    cascade,
    double_opt_in,
    email_acquisition,
    number_on_profile,
    sms_acquisition,
)
from quikly_client.journeys.number_on_profile import WRITES_THE_NUMBER
from quikly_client.journeys.participation import Cascade, Participation, Workflow
from quikly_client.journeys.progress import Journey, Progress, not_credited
from quikly_client.ledger import Credit
from quikly_client.metrics import Metrics
from quikly_client.outcomes import Outcomes
from quikly_client.participants import Participant
from quikly_client.rate_limits import USUAL_LIMITS, RateLimit, RateLimits
from quikly_client.settings import JourneySettings
from quikly_client.store.interface import Place, Store
from quikly_client.transport import Exchange

JOURNEYS: Mapping[Workflow, Journey] = {
    Workflow.EMAIL: email_acquisition.JOURNEY,
    Workflow.SMS: sms_acquisition.JOURNEY,
    Workflow.SMS_DOUBLE_OPT_IN: double_opt_in.JOURNEY,
    Workflow.CASCADE: cascade.JOURNEY,
}


class Worker:
    """Interleaves any number of journeys in one thread. `metrics` counts what it did.

    An endpoint whose rate limit is used up is left alone, and with it all that waits for it; the
    store remembers it for the next process.
    `journeys` may perform steps in another way, or be some of them: participations in the others
    are then left to another worker. With `outcomes`, whoever is credited takes part in the
    activation, and Braze is told what came of it.
    """

    def __init__(
        self,
        store: Store,
        braze: BrazeClient,
        settings: JourneySettings,
        limits: Mapping[str, RateLimit] = USUAL_LIMITS,
        journeys: Mapping[Workflow, Journey] = JOURNEYS,
        outcomes: Outcomes | None = None,
    ) -> None:
        self.metrics = Metrics()
        # The latest refusal that was about the key: whoever it met waits for a better one.
        self.refused: Refused | None = None
        self._store = store
        self._braze = braze
        self._settings = settings
        self._limits = RateLimits(limits)
        for endpoint, until in store.pauses().items():
            self._limits.close(endpoint, until)
        self._journeys = journeys
        # Who waits for an endpoint is at one of these places.
        self._places = _places_by_endpoint(journeys)
        self._outcomes = outcomes
        self._calling: _Calling | None = None
        braze.listen(self._heard)

    def participate(self, participant: Participant, now: datetime) -> bool:
        """Begin a journey, due at once; False when the participant is already in it."""
        rules = self._settings.rules_of(participant.activation)
        workflow = Workflow.EMAIL if participant.phone is None else rules.with_phone
        return self._store.add(
            Participation(
                activation=participant.activation,
                email=participant.email,
                phone=participant.phone,
                workflow=workflow,
                consented_at=participant.consented_at,
                step=self._journeys[workflow].first,
                due=now,
                started_at=now,
                attributes=participant.attributes,
                cascade=rules.cascade,
            )
        )

    def write_back(self, activation: str, email: str, outcome: Cascade, now: datetime) -> bool:
        """Let Braze know what came of an activation; False when this outcome is known already."""
        return self._store.add(cascade.begin(activation, email, outcome, now))

    def next_due(self) -> datetime | None:
        """When `run_due` has something to do; None when everything is settled."""
        self._collect()
        paced = {endpoint: self._limits.opens(endpoint) for endpoint in self._places}
        free = [endpoint for endpoint, opens in paced.items() if opens is None]
        moments = [self._store.next_due(self._at(free))]
        for endpoint, opens in paced.items():
            due = None if opens is None else self._store.next_due(self._places[endpoint])
            moments.append(max(due, opens) if due and opens else None)
        return min((moment for moment in moments if moment is not None), default=None)

    def run_due(self, now: datetime) -> int:
        """Perform all that is due at `now`, and what becomes due by it; how many steps it was."""
        steps = 0
        while self.perform_next(now) is not None:
            steps += 1
        return steps

    def perform_next(self, now: datetime) -> Participation | None:
        """Perform one step of the participation that is due first; None when none is.

        One that waits for a closed endpoint is passed over until that opens.
        """
        while due := self._due_first(now):
            try:
                return self._perform(due[0], now)
            except Overtaken:
                self.metrics.count("quikly_overtaken_total", workflow=due[0].workflow)
        return None

    def credits(self) -> Sequence[Credit]:
        """All credits so far."""
        return self._store.credits()

    def participations(self) -> Sequence[Participation]:
        """All participations, settled or not."""
        return self._store.participations()

    def _due_first(self, now: datetime) -> Sequence[Participation]:
        places = self._at([each for each in self._places if self._limits.is_open(each, now)])
        due = self._store.due(now, limit=1, places=places)
        if not due and self._collect():
            return self._store.due(now, limit=1, places=places)
        return due

    def _collect(self) -> int:
        """Begin what follows from credits and claims since the last look; how much that is."""
        if self._outcomes is None:
            return 0
        began = self._outcomes.collect(self._store)
        if began:
            self.metrics.count("quikly_write_backs_total", began)
        return began

    def _at(self, endpoints: Sequence[str]) -> Sequence[Place] | None:
        """Where one waits for these endpoints; None if everywhere."""
        if len(endpoints) == len(self._places) and len(self._journeys) == len(JOURNEYS):
            return None
        return [place for endpoint in endpoints for place in self._places[endpoint]]

    def _perform(self, found: Participation, now: datetime) -> Participation:
        """Make the call of one step.

        The step sees the participation as it was found: `in_flight` there means that a process
        ended before it had an answer. Whoever finds it in flight while we live waits as long as
        an answer may take.

        Raises:
            Overtaken: another worker has taken it up.
        """
        step = self._journeys[found.workflow].steps[found.step]
        started = replace(
            found,
            attempts=found.attempts + 1,
            in_flight=True,
            due=now + self._settings.retry.lost_after,
        )
        self._store.save(started, found=found)
        self.metrics.count("quikly_steps_total", workflow=found.workflow, step=found.step)
        if self._must_wait(found):
            return self._keep(started, number_on_profile.look_again(found, self._settings), now)
        self._calling = _Calling(started, step.endpoint, now)
        try:
            progress = step.perform(found, self._braze, now, self._settings)
        except RateLimited as error:
            self.metrics.count("quikly_rate_limited_total", endpoint=step.endpoint)
            # Braze may say 0 seconds; what is due again at once would never let `run_due` end.
            until = now + max(error.wait(now), self._settings.retry.first_wait)
            self._store.pause(step.endpoint, until)
            return self._put_off(found, started, step.endpoint, until)
        except Refused as error:
            if error.is_about_the_key:
                self.metrics.count("quikly_access_refused_total", endpoint=step.endpoint)
                self.refused = error
                until = now + self._settings.retry.longest_wait
                return self._put_off(found, started, step.endpoint, until)
            progress = not_credited(found, str(error))
        except (NoAnswer, BrazeUnavailable, UnexpectedAnswer) as error:
            if started.attempts < self._settings.retry.attempts:
                return self._try_again(started, step.endpoint, now)
            reason = f"gave up after {started.attempts} tries of {found.step}: {error}"
            progress = not_credited(found, reason)
        finally:
            self._calling = None
        return self._keep(started, progress, now)

    def _must_wait(self, found: Participation) -> bool:
        """Whether the step would put a number where another of this person's may be.

        It is asked once our own intention is stored, so of two processes at least one sees it.
        """
        if found.phone is None or found.step not in WRITES_THE_NUMBER:
            return False
        others = [each for each in self._store.of_person(found.email) if each.key != found.key]
        return any(number_on_profile.is_in_the_way(each, found) for each in others)

    def _heard(self, exchange: Exchange) -> None:
        """A call was made: log and count it, and see what it says of the rate limit."""
        calling = self._calling
        if calling is None:  # somebody else's call by the same client
            return
        log_call(exchange, calling.started, calling.started.attempts)
        outcome = "none" if exchange.status is None else str(exchange.status)
        self.metrics.count("quikly_calls_total", endpoint=calling.endpoint, status=outcome)
        seconds = exchange.seconds or 0
        self.metrics.count("quikly_call_seconds_sum", seconds, endpoint=calling.endpoint)
        self._limits.called(calling.endpoint, calling.now)
        used_up_until = self._limits.heard(calling.endpoint, exchange.headers, calling.now)
        if used_up_until is not None:
            self._store.pause(calling.endpoint, used_up_until)

    def _put_off(
        self, found: Participation, started: Participation, endpoint: str, until: datetime
    ) -> Participation:
        """Close the endpoint until then; the call did not happen, so no try counts, and the
        participation keeps its place among those that wait.

        Facts: rate-limited-429
        """
        self._limits.close(endpoint, until)
        put_off = replace(found, in_flight=False)
        self._store.save(put_off, found=started)
        return put_off

    def _try_again(self, started: Participation, endpoint: str, now: datetime) -> Participation:
        """Facts: server-error-outcome-unknown"""
        self.metrics.count("quikly_retries_total", endpoint=endpoint)
        wait = self._settings.retry.wait_after(
            started.attempts, started.activation, started.email, started.step
        )
        waiting = replace(started, in_flight=False, due=now + wait)
        self._store.save(waiting, found=started)
        return waiting

    def _keep(self, started: Participation, progress: Progress, now: datetime) -> Participation:
        """Store what an answer led to, in one transaction with the credit it earned."""
        moved, credit = _moved(progress, now), _credit(progress, now)
        try:
            self._store.save(moved, credit, found=started)
        except AlreadyCredited:
            # Another process with the same store was faster; the journey goes on all the same.
            note = "the credit was already there"
            moved = replace(moved, notes=(*moved.notes, note))
            self._store.save(moved, found=started)
        else:
            if credit is not None:
                self.metrics.count("quikly_credits_total", activation=credit.activation)
        if moved.due is None:
            outcome = str(moved.outcome)
            self.metrics.count("quikly_settled_total", workflow=moved.workflow, outcome=outcome)
        return moved


@dataclass(frozen=True, slots=True)
class _Calling:
    """The step that is being performed."""

    started: Participation
    endpoint: str
    now: datetime


def _places_by_endpoint(journeys: Mapping[Workflow, Journey]) -> Mapping[str, Sequence[Place]]:
    places: dict[str, list[Place]] = {}
    for workflow, journey in journeys.items():
        for name, step in journey.steps.items():
            places.setdefault(step.endpoint, []).append((workflow, name))
    return places


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
