import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from driving import EMAIL, START, a_participant
from scripted_braze import ScriptedBraze, a_user

from quikly_client.braze import BrazeClient
from quikly_client.clock import JumpingClock, SystemClock
from quikly_client.errors import AccessRefused, BadStore, NoAnswer, Refused
from quikly_client.journeys import cascade
from quikly_client.journeys.participation import (
    Cascade,
    Outcome,
    Participation,
    Step,
    Workflow,
)
from quikly_client.runner import check_access, keep_up, run
from quikly_client.settings import JourneySettings
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.store.sqlite import SqliteStore
from quikly_client.worker import Worker


@pytest.fixture
def worker(braze: BrazeClient, settings: JourneySettings) -> Worker:
    return Worker(MemoryStore(), braze, settings)


@pytest.fixture(params=["memory", "sqlite"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """The store as each process with it gets it."""
    if request.param == "memory":
        kept = MemoryStore()
        return lambda: kept
    return lambda: SqliteStore(tmp_path / "store.sqlite")


def test_a_run_ends_when_everything_is_settled(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.answers_bytes(b"", 503).finds(a_user()).tracks()
    worker.participate(a_participant(), START)
    heard: list[Participation] = []

    assert run(worker, JumpingClock(START), threading.Event(), heard.append) is True

    assert [each.step for each in heard] == [Step.LOOK_UP, Step.MARK, Step.DONE]


def test_a_run_that_is_stopped_ends_after_the_call_that_was_begun(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds(a_user()).tracks()
    worker.participate(a_participant(), START)
    stop = threading.Event()

    assert run(worker, JumpingClock(START), stop, lambda _: stop.set()) is False

    (left,) = worker.participations()
    assert (left.step, left.in_flight) == (Step.MARK, False)
    assert run(worker, JumpingClock(START), threading.Event()) is True


class StoppedWhileWaiting(JumpingClock):
    def wait(self, until: datetime, stop: threading.Event) -> None:  # noqa: ARG002
        stop.set()


def test_a_run_can_be_stopped_while_it_waits(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.answers_bytes(b"", 503)
    worker.participate(a_participant(), START)

    assert run(worker, StoppedWhileWaiting(START), threading.Event()) is False


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_run_before_it_fails_everybody(
    worker: Worker, scripted: ScriptedBraze, status: int
) -> None:
    """Facts: four-permissions"""
    scripted.answers({"message": "Access Denied"}, status=status)
    for email in "ab":
        worker.participate(a_participant(email=f"{email}@example.com"), START)

    with pytest.raises(AccessRefused) as refused:
        run(worker, JumpingClock(START), threading.Event())

    assert str(refused.value) == (
        f"POST /users/export/ids was refused with {status}: Access Denied. See that the key is of "
        "the instance at this URL, and has the permission users.export.ids"
    )
    assert scripted.called == ["POST /users/export/ids"]
    assert [(each.due, each.attempts) for each in worker.participations()] == [(START, 0)] * 2


@pytest.mark.parametrize("calls_before", range(5))
def test_whoever_meets_a_refused_key_goes_on_in_a_run_with_a_better_one(
    stores: Callable[[], Store],
    braze: BrazeClient,
    settings: JourneySettings,
    scripted: ScriptedBraze,
    calls_before: int,
) -> None:
    """At whichever call it happens, the event among them; each is made once, as if undisturbed.

    Facts: missing-permission-statuses
    """
    finds, tracks = scripted.finds, scripted.tracks
    for number, answer in enumerate([finds, finds, tracks, lambda: finds(a_user(EMAIL)), tracks]):
        if number == calls_before:
            scripted.answers({"message": "Access Denied"}, status=403)
        answer()
    first = Worker(stores(), braze, settings)
    first.participate(a_participant(), START)
    clock = JumpingClock(START)

    with pytest.raises(AccessRefused):
        run(first, clock, threading.Event())
    assert run(Worker(stores(), braze, settings), clock, threading.Event()) is True

    (done,) = first.participations()
    assert (done.outcome, done.notes) == (Outcome.CREDITED, ())
    assert scripted.is_finished
    assert len(scripted.called) == 6
    assert clock.now() - START == timedelta(minutes=5)  # nothing was waited for but Braze


def test_access_is_checked_by_a_look_up_that_finds_nobody(
    braze: BrazeClient, scripted: ScriptedBraze
) -> None:
    scripted.finds()

    check_access(braze)

    assert scripted.calls[0].body["email_address"] == "nobody@quikly.invalid"


def test_a_check_tells_a_refused_key_from_other_errors(
    braze: BrazeClient, scripted: ScriptedBraze
) -> None:
    scripted.answers({"message": "Invalid API key: x"}, status=401)
    scripted.answers({"message": "Bad Request"}, status=400)
    scripted.fails(requests.ConnectionError())

    for error in (AccessRefused, Refused, NoAnswer):
        with pytest.raises(error):
            check_access(braze)


def test_the_clock_of_the_machine_waits_until_a_moment_or_a_stop() -> None:
    clock, stop = SystemClock(), threading.Event()
    until = clock.now() + timedelta(seconds=0.02)

    clock.wait(until, stop)
    assert clock.now() >= until

    stop.set()
    clock.wait(clock.now() + timedelta(days=1), stop)
    assert clock.now().tzinfo is not None


def test_a_jumping_clock_never_goes_back() -> None:
    clock = JumpingClock(START)

    clock.wait(START + timedelta(hours=1), threading.Event())
    clock.wait(START, threading.Event())

    assert clock.now() == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry_After": "40"}),
        (429, {"X_RateLimit_Reset": str(int(START.timestamp()) + 40)}),
        (201, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "40"}),
    ],
)
def test_a_process_keeps_to_the_pause_that_an_earlier_one_was_told_of(
    stores: Callable[[], Store],
    braze: BrazeClient,
    settings: JourneySettings,
    scripted: ScriptedBraze,
    status: int,
    headers: dict[str, str],
) -> None:
    """Facts: rate-limited-429, rate-limit-reset-two-meanings"""
    scripted.answers({"users": [], "message": "success"}, status, **headers)
    first = Worker(stores(), braze, settings)
    first.participate(a_participant(), START)
    assert first.perform_next(START) is not None
    opens = START + timedelta(seconds=40)

    later = Worker(stores(), braze, settings)

    assert later.perform_next(opens - timedelta(microseconds=1)) is None
    assert later.next_due() == opens
    scripted.finds(a_user())
    assert later.perform_next(opens) is not None


class StopAfterThreeNaps(threading.Event):
    """A stop that is set in the third nap; `nap` is told the number of each."""

    def __init__(self, nap: Callable[[int], None]) -> None:
        super().__init__()
        self.naps = 0
        self._nap = nap

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout == 1
        self.naps += 1
        self._nap(self.naps)
        if self.naps == 3:
            self.set()
        return self.is_set()


def test_what_comes_up_is_performed_until_it_is_stopped(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds(a_user()).tracks()

    def nap(number: int) -> None:
        if number == 2:
            worker.participate(a_participant(), START)

    keep_up(worker, lambda: START, StopAfterThreeNaps(nap))

    assert [each.due for each in worker.participations()] == [None]


def test_a_store_that_fails_for_a_while_is_told_once(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: datetime) -> None:
        raise BadStore("store.sqlite", "cannot grow", "Make room")

    monkeypatch.setattr(worker, "perform_next", fail)
    stop = StopAfterThreeNaps(lambda _: None)

    keep_up(worker, lambda: START, stop)

    assert stop.naps == 3
    assert caplog.text.count("store.sqlite: cannot grow. Make room.") == 1


def test_a_worker_of_some_workflows_leaves_the_others_alone(
    braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    store = MemoryStore()
    everything = Worker(store, braze, settings)
    everything.participate(a_participant(), START)
    everything.write_back("spring", "ben@example.com", Cascade("won", {"level": 1}), START)
    writer = Worker(store, braze, settings, journeys={Workflow.CASCADE: cascade.JOURNEY})
    scripted.finds(a_user()).tracks()

    writer.run_due(START)

    assert writer.next_due() is None
    assert [str(each.step) for each in store.participations()] == ["look_up", "done"]
