from worlds import EMAIL, World, advance, tracked

from mock_braze.domain.journal import (
    ClockMoved,
    EffectSettled,
    HazardSeen,
    Journal,
    RequestAnswered,
    WriteSettled,
)
from mock_braze.domain.workspace import Workspace


def test_entries_are_numbered_from_1_without_gaps(world: World) -> None:
    world.track({"external_id": "a", "email": EMAIL}, {"external_id": "b", "email": EMAIL})
    world.export(email_address=EMAIL)
    advance(world.workspace, 200)
    world.get("/nowhere")

    entries = list(world.workspace.state.journal.since())

    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    assert len(world.workspace.state.journal) == len(entries)
    assert {type(each) for each in entries} == {
        RequestAnswered,
        EffectSettled,
        WriteSettled,
        HazardSeen,
        ClockMoved,
    }


def test_what_a_request_causes_comes_after_it_and_names_it(world: World) -> None:
    world.set_status(phone="+13135550171")

    request, effect, hazard = world.workspace.state.journal.since()

    assert isinstance(request, RequestAnswered)
    assert isinstance(effect, EffectSettled)
    assert isinstance(hazard, HazardSeen)
    assert (request.number, effect.request, hazard.request) == (1, 1, 1)


def test_an_effect_bears_the_time_it_was_due(workspace: Workspace) -> None:
    start = workspace.clock.now()

    tracked(workspace, {"external_id": "q-1"})

    moved, created, finished = workspace.state.journal.since()
    assert isinstance(moved, ClockMoved)
    assert [(each.at - start).total_seconds() for each in (created, finished)] == [2, 120]


def test_entries_can_be_read_from_a_number_on_and_by_kind(world: World) -> None:
    for _ in range(3):
        world.get("/nowhere")
    advance(world.workspace, 1)
    journal = world.workspace.state.journal

    assert [each.number for each in journal.since(1, "request")] == [2, 3]
    assert [each.kind for each in journal.since(2)] == ["request", "clock"]
    assert list(journal.since(99)) == list(journal.since(0, "hazard")) == []
    assert len(list(journal.since(-5))) == 4


def test_a_fault_of_the_fake_leaves_no_gap(world: World) -> None:
    world.workspace.subscription_states = None  # type: ignore[assignment,method-assign]

    answer = world.status("external_id=q-1")

    assert (answer.status_code, answer.text) == (500, '{"message":"Internal Server Error"}')
    (entry,) = world.workspace.state.journal.since()
    assert isinstance(entry, RequestAnswered)
    assert entry.status == 500


def test_a_place_reserved_and_not_yet_filled_is_not_told() -> None:
    journal = Journal()

    number = journal.reserve()

    assert (number, list(journal.since())) == (1, [])
