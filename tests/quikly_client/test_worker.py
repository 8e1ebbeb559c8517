from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import requests
from driving import EMAIL, PHONE, START, a_participant, a_participation, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Outcome, Participation, Step, Workflow
from quikly_client.ledger import Credit
from quikly_client.profiles import ProfileReference
from quikly_client.rate_limits import RateLimit
from quikly_client.results import UserAlias
from quikly_client.settings import JourneySettings, RetryPolicy
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker

EXPORT, TRACK = "POST /users/export/ids", "POST /users/track"
SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """The process ends in the middle of a call."""


class RecordingStore(MemoryStore):
    """Keeps every save, to see what a killed process would have left."""

    def __init__(self) -> None:
        super().__init__()
        self.saves: list[tuple[Participation, Credit | None]] = []

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        super().save(participation, credit, found=found)
        self.saves.append((participation, credit))


@pytest.fixture
def store() -> RecordingStore:
    return RecordingStore()


@pytest.fixture
def worker(store: RecordingStore, braze: BrazeClient, settings: JourneySettings) -> Worker:
    return Worker(store, braze, settings)


def the_only(worker: Worker) -> Participation:
    (participation,) = worker.participations()
    return participation


@pytest.mark.parametrize(
    ("phone", "workflow", "step"),
    [(None, Workflow.EMAIL, Step.LOOK_UP), (PHONE, Workflow.SMS, Step.CHECK)],
)
def test_whoever_gave_a_phone_joins_by_sms_and_others_by_email(
    worker: Worker, phone: str | None, workflow: Workflow, step: Step
) -> None:
    assert worker.participate(a_participant(phone=phone), START)

    participation = the_only(worker)
    assert (participation.workflow, participation.step) == (workflow, step)
    assert (participation.due, participation.started_at) == (START, START)
    assert worker.next_due() == START


def test_a_second_participation_in_an_activation_is_none(worker: Worker) -> None:
    assert worker.participate(a_participant(), START)

    assert not worker.participate(a_participant(phone=PHONE), START + SECOND)

    assert the_only(worker).workflow is Workflow.EMAIL


def test_nothing_is_performed_before_it_is_due(worker: Worker, scripted: ScriptedBraze) -> None:
    worker.participate(a_participant(), START)

    assert worker.run_due(START - SECOND) == 0
    assert worker.perform_next(START - SECOND) is None
    assert scripted.calls == []


def test_one_step_is_performed_at_a_time(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.finds_nobody().tracks()
    worker.participate(a_participant(), START)

    first = worker.perform_next(START)

    assert first is not None
    assert (first.step, first.due) == (Step.LOOK_UP_ALIAS, START)
    assert scripted.called == [EXPORT]


def test_run_due_performs_what_becomes_due_at_the_same_time_and_counts_it(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds_nobody().tracks()
    worker.participate(a_participant(), START)

    assert worker.run_due(START) == 3
    assert worker.next_due() == START + timedelta(minutes=5)


def test_at_the_same_time_whoever_came_first_goes_first(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds_nobody().tracks().finds_nobody().tracks()
    worker.participate(a_participant(email="b@example.com"), START)
    worker.participate(a_participant(email="a@example.com"), START)

    worker.run_due(START)

    asked = [call.body.get("email_address") for call in scripted.calls if call.name == EXPORT]
    assert asked == ["b@example.com", None, "a@example.com", None]


def test_journeys_interleave_by_due_time(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.finds_nobody().tracks().finds_nobody().tracks()
    scripted.finds(a_user("a@example.com")).tracks().finds(a_user("b@example.com")).tracks()
    worker.participate(a_participant(email="a@example.com"), START)
    worker.participate(a_participant(email="b@example.com"), START + SECOND)

    moments = run_to_the_end(worker)

    assert moments == [START + wait * SECOND for wait in (0, 1, 300, 301)]
    assert [credit.participant for credit in worker.credits()] == ["a@example.com", "b@example.com"]


def test_the_participation_is_stored_before_each_call_and_with_the_credit_after_it(
    worker: Worker, scripted: ScriptedBraze, store: RecordingStore
) -> None:
    scripted.finds(a_user(external_id="q-1")).tracks()
    worker.participate(a_participant(), START)

    worker.run_due(START)

    assert [
        (saved.step, saved.attempts, saved.in_flight, credit and credit.reason)
        for saved, credit in store.saves
    ] == [
        (Step.LOOK_UP, 1, True, None),
        (Step.MARK, 0, False, None),
        (Step.MARK, 1, True, None),
        (Step.DONE, 0, False, "existing profile marked"),
    ]


def test_a_killed_process_leaves_its_call_in_flight_and_due_once_it_counts_as_lost(
    worker: Worker, scripted: ScriptedBraze, settings: JourneySettings, store: RecordingStore
) -> None:
    scripted.fails(Killed())
    worker.participate(a_participant(), START)

    with pytest.raises(Killed):
        worker.run_due(START)

    lost = START + settings.retry.lost_after
    assert store.next_due() == lost
    left = store.due(lost)
    assert [(found.step, found.in_flight, found.attempts) for found in left] == [
        (Step.LOOK_UP, True, 1)
    ]


@pytest.mark.parametrize("killed_at", range(5))
@pytest.mark.parametrize("phone", [None, PHONE])
def test_a_process_killed_at_any_call_resumes_and_credits_once(
    scripted: ScriptedBraze,
    braze: BrazeClient,
    settings: JourneySettings,
    store: RecordingStore,
    killed_at: int,
    phone: str | None,
) -> None:
    visible = a_user(EMAIL, phone=PHONE)
    answers = [scripted.finds, scripted.finds, scripted.tracks, lambda: scripted.finds(visible)]
    if phone is None:
        answers += [scripted.tracks]
    else:
        answers = [lambda: scripted.has_state("unknown"), *answers, scripted.takes_state]
        answers += [lambda: scripted.has_state("Subscribed")]
    is_event = phone is None and killed_at == 4
    for number, answer in enumerate(answers):
        if number == killed_at:
            scripted.fails(Killed())
        if not (number == killed_at and is_event):
            answer()
    worker = Worker(store, braze, settings)
    worker.participate(a_participant(phone=phone), START)

    with pytest.raises(Killed):
        run_to_the_end(worker)
    resumed = Worker(store, braze, settings)
    run_to_the_end(resumed)

    assert scripted.is_finished
    assert len(resumed.credits()) == 1
    expected = "the participation event was cut off in an earlier try and is not repeated"
    assert the_only(resumed).notes == ((expected,) if is_event else ())
    events = [call for call in scripted.calls if b'"events"' in call.content]
    assert len(events) == (1 if phone is None else 0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda scripted: scripted.answers_bytes(b"<html>", 503),
        lambda scripted: scripted.fails(requests.ReadTimeout()),
        lambda scripted: scripted.fails(requests.ConnectionError()),
        lambda scripted: scripted.answers_bytes(b'{"users":', 201),
        lambda scripted: scripted.answers({"message": "success"}),
    ],
)
def test_a_call_with_an_unknown_outcome_is_tried_again_after_a_growing_wait(
    worker: Worker,
    scripted: ScriptedBraze,
    settings: JourneySettings,
    answer: Callable[[ScriptedBraze], object],
) -> None:
    for _ in range(3):
        answer(scripted)
    scripted.finds(a_user(external_id="q-1")).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits == [
        settings.retry.wait_after(attempt, "spring", EMAIL, "look_up") for attempt in (1, 2, 3)
    ]
    assert waits[0] < waits[1] < waits[2]
    assert len(worker.credits()) == 1


def test_a_waiting_retry_is_not_in_flight(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.answers_bytes(b"", 500)
    worker.participate(a_participant(), START)

    worker.run_due(START)

    assert (the_only(worker).in_flight, the_only(worker).attempts) == (False, 1)


def test_after_the_last_try_the_participation_settles_without_credit(
    scripted: ScriptedBraze, braze: BrazeClient, store: RecordingStore
) -> None:
    settings = JourneySettings("group", retry=RetryPolicy(attempts=3))
    worker = Worker(store, braze, settings)
    for _ in range(3):
        scripted.answers_bytes(b"", 503)
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    participation = the_only(worker)
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "gave up after 3 tries of look_up: POST /users/export/ids was answered 503"
    )
    assert (participation.due, participation.in_flight) == (None, False)


def test_an_answer_starts_the_count_of_tries_anew(
    scripted: ScriptedBraze, braze: BrazeClient, store: RecordingStore
) -> None:
    worker = Worker(store, braze, JourneySettings("group", retry=RetryPolicy(attempts=2)))
    scripted.answers_bytes(b"", 503).finds(a_user(external_id="q-1"))
    scripted.answers_bytes(b"", 503).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert len(worker.credits()) == 1


def test_a_rate_limit_waits_as_told_and_counts_no_try(
    scripted: ScriptedBraze, braze: BrazeClient, store: RecordingStore
) -> None:
    worker = Worker(store, braze, JourneySettings("group", retry=RetryPolicy(attempts=1)))
    reset = str(int((START + 42 * SECOND).timestamp()))
    scripted.answers({"message": "Rate Limited"}, status=429, X_RateLimit_Reset=reset)
    scripted.answers({"message": "Rate Limited"}, status=429, X_Ratelimit_Retry_After="8")
    scripted.finds(a_user(external_id="q-1")).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert moments == [START, START + 42 * SECOND, START + 50 * SECOND]
    assert len(worker.credits()) == 1


def test_a_rate_limit_of_no_length_still_lets_run_due_end(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.answers({}, status=429, Retry_After="0")
    worker.participate(a_participant(), START)

    assert worker.run_due(START) == 1
    assert worker.next_due() == START + SECOND


def test_a_closed_endpoint_is_not_called_for_others_before_its_reset(
    worker: Worker, scripted: ScriptedBraze, store: RecordingStore
) -> None:
    scripted.answers({}, status=429, Retry_After="30")
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        worker.participate(a_participant(email=email), START)

    steps = worker.run_due(START)

    assert (steps, scripted.called) == (1, [EXPORT])
    assert worker.next_due() == START + 30 * SECOND
    assert [found.attempts for found in worker.participations()] == [0, 0, 0]
    scripted.finds(a_user()).finds(a_user()).finds(a_user()).tracks().tracks().tracks()
    assert run_to_the_end(worker) == [START + 30 * SECOND]
    assert [call.body["email_address"] for call in scripted.calls[1:4]] == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
    ]


def test_a_closed_endpoint_does_not_hold_up_calls_to_another(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.answers({}, status=429, Retry_After="30").has_state("Subscribed")
    worker.participate(a_participant(email="a@example.com"), START)
    worker.participate(a_participant(email="b@example.com"), START)
    worker.participate(a_participant(email="c@example.com", phone=PHONE), START)

    assert worker.run_due(START) == 2
    assert [credit.participant for credit in worker.credits()] == ["c@example.com"]


def test_what_waits_behind_a_closed_endpoint_is_not_written_again(
    worker: Worker, scripted: ScriptedBraze, store: RecordingStore
) -> None:
    scripted.answers({}, status=429, Retry_After="30")
    for number in range(100):
        worker.participate(a_participant(email=f"{number}@example.com"), START)

    for wait in range(30):
        worker.run_due(START + wait * SECOND)

    assert len(store.saves) == 2
    assert worker.next_due() == START + 30 * SECOND


def test_an_endpoint_is_left_alone_while_its_limit_is_used_up(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings, store: RecordingStore
) -> None:
    limits = {"/users/export/ids": RateLimit(2, 10 * SECOND)}
    worker = Worker(store, braze, settings, limits)
    for email in "abcde":
        worker.participate(a_participant(email=f"{email}@example.com"), START)
    scripted.finds(a_user()).tracks().finds(a_user()).tracks()
    scripted.finds(a_user()).finds(a_user()).tracks().tracks()
    scripted.finds(a_user()).tracks()

    moments = run_to_the_end(worker)

    assert moments == [START, START + 10 * SECOND, START + 20 * SECOND]
    assert len(worker.credits()) == 5


def test_an_answer_that_used_up_the_limit_puts_off_the_next_call(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.answers(
        {"users": [a_user()], "message": "success"},
        X_Ratelimit_Remaining="0", X_Ratelimit_Reset="7",
    ).tracks()  # fmt: skip
    for email in "ab":
        worker.participate(a_participant(email=f"{email}@example.com"), START)

    assert worker.run_due(START) == 2
    assert worker.next_due() == START + 7 * SECOND


class TakenFromUnder(MemoryStore):
    """Another process takes up whatever is found, just before its finder can."""

    takes = True

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        if found is not None and self.takes:
            self.takes = False
            super().save(replace(found, in_flight=True, due=START + 60 * SECOND))
        super().save(participation, credit, found=found)


def test_what_another_worker_has_taken_up_is_left_to_it(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings
) -> None:
    worker = Worker(TakenFromUnder(), braze, settings)
    worker.participate(a_participant(), START)

    assert worker.perform_next(START) is None

    assert scripted.calls == []
    assert worker.next_due() == START + 60 * SECOND
    assert worker.metrics.total("quikly_overtaken_total") == 1


def test_an_answer_that_comes_after_another_worker_went_on_changes_nothing(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings, store: RecordingStore
) -> None:
    """The other took the call for lost; what it does is as good, and a credit is earned once."""
    other = Worker(store, braze, settings)
    worker = Worker(store, braze, settings)
    worker.participate(a_participant(), START)
    scripted.finds(a_user()).tracks().finds(a_user())
    late = settings.retry.lost_after
    original = braze.export_by_email

    def slow(email: str) -> object:
        braze.export_by_email = original  # type: ignore[method-assign]
        other.run_due(START + late)
        return original(email)

    braze.export_by_email = slow  # type: ignore[method-assign, assignment]

    worker.run_due(START)

    assert [each.at for each in worker.credits()] == [START + late]
    assert the_only(worker).step is Step.DONE
    assert worker.metrics.total("quikly_overtaken_total") == 1


def test_the_metrics_say_what_was_done(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.answers_bytes(b"", 503).fails(requests.ReadTimeout())
    scripted.answers({}, status=429, Retry_After="1").finds(a_user()).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    lines = [each for each in worker.metrics.lines() if "seconds" not in each]
    assert lines == [
        'quikly_calls_total{endpoint="/users/export/ids",status="201"} 1',
        'quikly_calls_total{endpoint="/users/export/ids",status="429"} 1',
        'quikly_calls_total{endpoint="/users/export/ids",status="503"} 1',
        'quikly_calls_total{endpoint="/users/export/ids",status="none"} 1',
        'quikly_calls_total{endpoint="/users/track",status="201"} 1',
        'quikly_credits_total{activation="spring"} 1',
        'quikly_rate_limited_total{endpoint="/users/export/ids"} 1',
        'quikly_retries_total{endpoint="/users/export/ids"} 2',
        'quikly_settled_total{workflow="email",outcome="credited"} 1',
        'quikly_steps_total{workflow="email",step="look_up"} 4',
        'quikly_steps_total{workflow="email",step="mark"} 1',
    ]


def test_every_call_is_logged_with_its_participant_shortened(
    worker: Worker, scripted: ScriptedBraze, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    scripted.fails(requests.ReadTimeout()).finds(a_user()).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert [each.levelname for each in caplog.records] == ["WARNING", "INFO", "INFO"]
    assert [each.message.split()[-1] for each in caplog.records] == [
        "attempt=1",
        "attempt=2",
        "attempt=1",
    ]
    assert EMAIL not in caplog.text


def an_event_in_flight(due: datetime) -> Participation:
    return a_participation(
        step=Step.ANNOUNCE,
        in_flight=True,
        attempts=1,
        due=due,
        outcome=Outcome.CREDITED,
        profile=ProfileReference.to_alias(UserAlias(EMAIL, "email")),
    )


def test_putting_off_an_event_in_flight_does_not_forget_that_it_may_have_gone_out(
    worker: Worker, scripted: ScriptedBraze, store: RecordingStore
) -> None:
    scripted.finds_nobody().answers({}, status=429, Retry_After="30")
    worker.participate(a_participant(email="a@example.com"), START)
    store.add(an_event_in_flight(due=START + SECOND))
    worker.run_due(START)

    assert worker.run_due(START + SECOND) == 0

    put_off = store.get(an_event_in_flight(START).key)
    assert put_off == an_event_in_flight(due=START + SECOND)
    assert worker.next_due() == START + 30 * SECOND
    assert len(scripted.calls) == 3


def test_a_credit_that_another_process_wrote_is_noted_and_the_journey_goes_on(
    worker: Worker, scripted: ScriptedBraze, store: RecordingStore
) -> None:
    scripted.finds(a_user(external_id="q-1")).tracks()
    worker.participate(a_participant(), START)
    theirs = Credit("spring", EMAIL, START, "written by another process")
    store.save(the_only(worker), theirs)

    run_to_the_end(worker)

    assert worker.credits() == [theirs]
    assert the_only(worker).notes == ("the credit was already there",)
    assert the_only(worker).due is None


def test_a_worker_uses_only_the_four_endpoints_of_the_integration(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds_nobody().tracks()
    scripted.finds(a_user(EMAIL, phone=PHONE)).takes_state().has_state("Subscribed")
    worker.participate(a_participant(phone=PHONE), START)

    run_to_the_end(worker)

    assert set(scripted.called) == {
        EXPORT,
        TRACK,
        "GET /subscription/status/get",
        "POST /subscription/status/set",
    }
