"""Runs of a story with and without a kill, and how their endings differ."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from mock_braze.in_process import BASE_URL
from quikly_client.braze import EXPORT, STATUS_GET, BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.outcomes import Outcomes
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.agreed import BRAND_KEY, GROUP_ID, PARTNER_KEY
from scenarios.control import Control
from scenarios.crashes.boundaries import Fuse, FusedClaims, FusedStore, Point
from scenarios.crashes.stories import EMAIL, PHONE, Story
from scenarios.crashes.wire import ChildsAdapter, answer_child
from scenarios.lab import Lab, in_process_lab
from scenarios.scratch import scratch_directory

BEFORE_ANYBODY_COMES = timedelta(hours=1)
UNTIL_ALL_IS_TRUE = timedelta(hours=1)
PROFILE_FIELDS = ("external_id", "user_aliases", "email", "phone", "custom_attributes")
# What a participation must say of an event whose one try was cut off.
NOT_REPEATED = "is not repeated"

MakeStore = Callable[[Path, Fuse], FusedStore]


@dataclass(frozen=True, slots=True)
class Ending:
    """What is left of a run, without what depends on how long it took.

    `events` maps each custom event of the profiles to how often it was logged. `claims` leave out
    the receipt tokens, which are random.
    """

    credits: tuple[tuple[str, str, str], ...]
    outcomes: tuple[str, ...]
    notes: tuple[str, ...]
    profiles: tuple[dict[str, Any], ...]
    state: str
    events: tuple[tuple[str, int], ...]
    claims: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A kill that left a trace."""

    story: str
    point: Point
    says: str

    def __str__(self) -> str:
        return f"{self.story}, killed {self.point}: {self.says}"


@dataclass(frozen=True, slots=True)
class StoryReport:
    """All points at which a story was cut off, and what differed from the undisturbed run."""

    story: str
    undisturbed: Ending
    points: tuple[Point, ...]
    differences: tuple[Difference, ...]


def kill_everywhere(story: Story, make_store: MakeStore = FusedStore) -> StoryReport:
    """Play a story once undisturbed, and once for each point that it passes, killed there."""
    stage = _Stage(story, make_store)
    undisturbed, points = stage.play()
    differences: list[Difference] = []
    for point in points:
        ending, _ = stage.play(point)
        says = [*_differences(story, undisturbed, ending)]
        differences += [Difference(story.name, point, each) for each in says]
    return StoryReport(story.name, undisturbed, points, tuple(differences))


class _Stage:
    """A fake that is set back to the beginning of a story for each time it is played."""

    def __init__(self, story: Story, make_store: MakeStore) -> None:
        self._story = story
        self._make_store = make_store
        self._lab = in_process_lab()
        story.before(self._lab)
        self._lab.move_to(self._lab.now + BEFORE_ANYBODY_COMES)
        self._beginning = self._lab.control.snapshot()

    def play(self, point: Point | None = None) -> tuple[Ending, tuple[Point, ...]]:
        """The ending, and the points that the last process passed."""
        self._lab.control.restore(self._beginning)
        with scratch_directory() as directory:
            file = Path(directory) / "store.sqlite"
            passed = _in_a_child(self._lab, self._story, file, self._make_store, point)
            if point is not None:
                assert passed is None, f"the process lived on at {point}"
                passed = _in_a_child(self._lab, self._story, file, self._make_store, None)
            assert passed is not None, "the last process did not come to its end"
            self._lab.control.advance(UNTIL_ALL_IS_TRUE.total_seconds())
            return _ending(self._lab, self._story, file), passed


def _in_a_child(
    lab: Lab, story: Story, file: Path, make_store: MakeStore, point: Point | None
) -> tuple[Point, ...] | None:
    """Run the client in a process of its own; the points it passed, None if it was killed."""
    ours, theirs = Pipe()
    child = os.fork()
    if child == 0:
        ours.close()
        try:
            _run_client(story, file, make_store, Fuse(point), theirs)
        finally:  # whatever happens, the child must not go on as its parent
            os._exit(1)
    theirs.close()
    passed = answer_child(ours, lab.session, lambda sent: story.happened(lab, sent))
    ours.close()
    _, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, f"the client failed ({status})"
    return tuple(passed) if status == 0 else None


def _run_client(
    story: Story, file: Path, make_store: MakeStore, fuse: Fuse, parent: Connection
) -> None:
    session = requests.Session()
    session.trust_env = False
    session.mount(BASE_URL, ChildsAdapter(parent, fuse))
    control = Control(session, BASE_URL)
    store = make_store(file, fuse)
    client = BrazeClient(Transport(BrazeSettings(BASE_URL, PARTNER_KEY), session))
    now = control.clock().now
    offers = [] if story.offer is None else [story.offer]
    desk = ClaimDesk(offers, FusedClaims(store.database, fuse), lambda: now)
    journeys = JourneySettings(GROUP_ID, **story.settings)
    worker = Worker(store, client, journeys, outcomes=Outcomes(desk))
    story.begin(worker, desk, now)
    while (due := worker.next_due()) is not None:
        now = _wait(control, now, due)
        worker.run_due(now)
    parent.send(fuse.passed)
    os._exit(0)


def _wait(control: Control, now: datetime, due: datetime) -> datetime:
    return control.move_clock(due).now if due > now else now


def _ending(lab: Lab, story: Story, file: Path) -> Ending:
    store = SqliteStore(file)
    participations, written = store.participations(), store.credits()
    offers = () if story.offer is None else (story.offer.q_scope,)
    kept = SqliteClaims(store.database)
    claims = [claim for scope in offers for claim in kept.claims(scope)]
    store.close()
    profiles = _exported(lab)
    return Ending(
        credits=tuple((each.activation, each.participant, each.reason) for each in written),
        outcomes=tuple(f"{each.outcome}: {each.reason}" for each in participations),
        notes=tuple(note for each in participations for note in each.notes),
        profiles=tuple(
            {name: each[name] for name in PROFILE_FIELDS if name in each} for each in profiles
        ),
        state=_state(lab),
        claims=tuple(
            (each.email, each.event, each.outcome.value, each.order.qid if each.order else "")
            for each in claims
        ),
        events=tuple(
            sorted(
                (event["name"], event["count"])
                for each in profiles
                for event in each.get("custom_events", ())
            )
        ),
    )


def _exported(lab: Lab) -> list[dict[str, Any]]:
    fields = [*PROFILE_FIELDS, "custom_events"]
    body = {"email_address": EMAIL, "fields_to_export": fields}
    users = _as_brand(lab, "POST", EXPORT, json=body)["users"]
    return sorted(users, key=repr)


def _state(lab: Lab) -> str:
    query = {"subscription_group_id": GROUP_ID, "phone": PHONE}
    return str(_as_brand(lab, "GET", STATUS_GET, params=query)["status"])


def _as_brand(lab: Lab, method: str, path: str, **sent: Any) -> dict[str, Any]:
    response = lab.session.request(
        method, BASE_URL + path, headers={"Authorization": f"Bearer {BRAND_KEY}"}, **sent
    )
    response.raise_for_status()
    told: dict[str, Any] = response.json()
    return told


def _differences(story: Story, undisturbed: Ending, ending: Ending) -> Iterator[str]:
    """An event may be missing if the participation says why, since Braze would count two; and
    then what hangs on it, too.
    """
    was_cut_off = [note for note in ending.notes if NOT_REPEATED in note]
    is_missing = ending.events != undisturbed.events
    other_notes = tuple(note for note in ending.notes if note not in was_cut_off)
    ending = replace(ending, notes=other_notes)
    if was_cut_off and is_missing and set(ending.events) < set(undisturbed.events):
        ending = replace(ending, events=undisturbed.events)
        if story.hangs_on_an_event and ending.credits == () and "expired" in ending.outcomes[0]:
            ending = replace(
                ending, credits=undisturbed.credits, outcomes=undisturbed.outcomes,
                state=undisturbed.state, profiles=undisturbed.profiles,
            )  # fmt: skip
    for name in Ending.__slots__:
        expected, found = getattr(undisturbed, name), getattr(ending, name)
        if expected != found:
            yield f"{name} are {found!r} instead of {expected!r}"
