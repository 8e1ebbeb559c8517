"""Whatever receivers answer, and whenever: a replay of the journal makes the same world."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receivers import Receiver, receiver
from worlds import KEY, START, World

from mock_braze.domain.clock import ManualClock
from mock_braze.domain.snapshot import write_snapshot
from mock_braze.domain.workspaces import Workspaces
from mock_braze.replay import read_steps, replay

SEGMENTS = ("a", "b", "c")
ANSWERS = st.one_of(
    st.sampled_from([200, 204, 302, 404, 408, 500, 503]),
    st.sampled_from([(429, {"Retry-After": "7"}), (503, {"Retry-After": "3600"})]),
)
STEPS = st.one_of(
    st.tuples(st.just("export"), st.sampled_from(SEGMENTS)),
    st.tuples(st.just("advance"), st.sampled_from([0, 1, 30, 61, 200, 2000])),
    st.tuples(st.sampled_from(["next", "track", "test", "restore"]), st.none()),
)


@pytest.fixture(scope="module")
def there() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@settings(max_examples=40)
@given(st.lists(STEPS, min_size=5, max_size=25), st.lists(ANSWERS, min_size=1, max_size=12))
def test_a_replay_of_any_answers_makes_the_same_world(
    there: Receiver, steps: list[tuple[str, Any]], answers: list[Any]
) -> None:
    there.answers[:] = answers
    world = a_world(there)
    for kind, what in steps:
        take(world, there, kind, what)
    journal = world.journal().splitlines()
    calls = len(there.received)

    workspaces = Workspaces(ManualClock(START), api_key=KEY)
    workspace = replay(read_steps(journal), workspaces)

    assert len(there.received) == calls
    replayed = orjson.dumps(write_snapshot(workspace.snapshot()))
    assert orjson.loads(replayed) == orjson.loads(snapshot(world))


def a_world(there: Receiver) -> World:
    """With three segments to export, and a template of a webhook to test."""
    world = World()
    world.workspace.reset()
    everybody = {"attribute": "created_at", "operator": "exists"}
    for name in SEGMENTS:
        world.control("POST", "/segments", {"id": name, "name": name, "filter": everybody})
    world.control("POST", "/webhook_templates", {"name": "t", "url": f"{there.url}/test"})
    return world


def take(world: World, there: Receiver, kind: str, what: Any) -> None:
    match kind:
        case "export":
            asked = {"segment_id": what, "fields_to_export": ["email"]}
            world.post("/users/export/segment", {**asked, "callback_endpoint": there.url})
        case "advance":
            world.control("POST", "/clock/advance", {"seconds": what})
        case "next":
            world.control("POST", "/clock/next")
        case "track":
            world.track({"external_id": "x", "level": {"inc": 1}})
        case "test":
            world.control("POST", "/webhook_templates/t/test", {"custom_user": {}})
        case "restore":
            world.control("PUT", "/snapshot", raw=snapshot(world))


def snapshot(world: World) -> bytes:
    return world.control("GET", "/snapshot").content
