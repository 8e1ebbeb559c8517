"""One table of tests for every store."""

import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from driving import START, a_participation
from hypothesis import given, settings
from hypothesis import strategies as st

from quikly_client.errors import AlreadyCredited, Overtaken
from quikly_client.journeys.participation import (
    Cascade,
    CustomEvent,
    Outcome,
    ParticipationKey,
    Step,
    Workflow,
)
from quikly_client.ledger import Credit
from quikly_client.profiles import IdentifierKind, ProfileReference
from quikly_client.store.interface import Place, Store
from quikly_client.store.memory import MemoryStore
from quikly_client.store.sqlite import SqliteStore

KINDS = ("memory", "sqlite")


def a_store(kind: str, directory: Path | str) -> Store:
    return MemoryStore() if kind == "memory" else SqliteStore(Path(directory) / "store.sqlite")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = a_store(request.param, tmp_path)
    yield store
    if isinstance(store, SqliteStore):
        store.close()


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def a_credit(**fields: Any) -> Credit:
    values: dict[str, Any] = {
        "activation": "spring",
        "participant": "anna@example.com",
        "at": START,
        "reason": "because",
    }
    return Credit(**(values | fields))


def emails(participations: Any) -> list[str]:
    return [participation.email for participation in participations]


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.get(ParticipationKey("spring", "anna@example.com")) is None
    assert list(store.due(START)) == []
    assert store.next_due() is None
    assert list(store.credits()) == []
    assert list(store.participations()) == []


def test_a_participation_comes_back_as_it_was_added(store: Store) -> None:
    participation = a_participation(
        phone="+13135550171",
        workflow=Workflow.SMS,
        step=Step.VERIFY,
        attempts=3,
        in_flight=True,
        outcome=Outcome.NOT_CREDITED,
        reason="none",
        profile=ProfileReference(IdentifierKind.USER_ALIAS, "anna@example.com", "email"),
        profile_created=True,
        writes=2,
        polls=1,
        subscribed_at=START + seconds(1.5),
        may_have_stopped=True,
        settled_at=START + timedelta(days=1),
        notes=("one", "two"),
    )

    assert store.add(participation) is True

    assert store.get(participation.key) == participation
    assert list(store.participations()) == [participation]


def test_a_second_participation_in_the_same_activation_changes_nothing(store: Store) -> None:
    first = a_participation()
    store.add(first)

    assert store.add(a_participation(step=Step.CREATE, due=START + seconds(9))) is False

    assert store.get(first.key) == first
    assert store.next_due() == START


def test_the_same_person_may_take_part_in_two_activations(store: Store) -> None:
    assert store.add(a_participation(activation="spring"))
    assert store.add(a_participation(activation="summer"))

    assert len(store.participations()) == 2


def test_an_outcome_that_is_written_back_stands_beside_the_participation(store: Store) -> None:
    won = CustomEvent("won", START, {"rank": 1, "share": 0.5, "first": True})
    cascade = Cascade("claim", {"level": "gold"}, (won,))
    outcome = a_participation(workflow=Workflow.CASCADE, step=Step.FIND, cascade=cascade)
    rewarded = a_participation(cascade=cascade)

    assert store.add(rewarded)
    assert store.add(outcome)
    assert not store.add(replace(outcome, told=1))
    store.save(replace(outcome, told=1), found=outcome)

    assert store.get(ParticipationKey("spring", "anna@example.com")) == rewarded
    assert store.get(ParticipationKey("spring", "anna@example.com", "claim")) == replace(
        outcome, told=1
    )


def test_saving_replaces_the_participation(store: Store) -> None:
    participation = a_participation()
    store.add(participation)
    saved = replace(participation, step=Step.CREATE, attempts=1, in_flight=True)

    store.save(saved)

    assert store.get(participation.key) == saved
    assert list(store.due(START)) == [saved]


def test_what_was_never_added_cannot_be_saved(store: Store) -> None:
    with pytest.raises(KeyError):
        store.save(a_participation(), a_credit())

    assert list(store.participations()) == []
    assert list(store.credits()) == []


def test_participations_are_due_by_time_and_then_in_the_order_added(store: Store) -> None:
    for email, wait in [("d", 2), ("b", 1), ("c", 1), ("a", 0), ("e", 3)]:
        store.add(a_participation(email=email, due=START + seconds(wait)))

    assert emails(store.due(START + seconds(2))) == ["a", "b", "c", "d"]
    assert emails(store.due(START + seconds(2), limit=2)) == ["a", "b"]
    assert emails(store.due(START + seconds(2), limit=0)) == []
    assert emails(store.due(START - seconds(1))) == []


def test_the_order_of_adding_outlasts_a_save(store: Store) -> None:
    for email in "ab":
        store.add(a_participation(email=email))
    store.save(a_participation(email="b", due=START + seconds(5)))
    store.save(a_participation(email="a", due=START + seconds(5)))

    assert emails(store.due(START + seconds(5))) == ["a", "b"]
    assert emails(store.participations()) == ["a", "b"]


def test_looking_changes_nothing(store: Store) -> None:
    for email in "abc":
        store.add(a_participation(email=email))

    looks = [emails(store.due(START, limit)) for limit in (1, None, 2, None)]

    assert looks == [["a"], ["a", "b", "c"], ["a", "b"], ["a", "b", "c"]]
    assert store.next_due() == START


def test_a_settled_participation_is_never_due(store: Store) -> None:
    store.add(a_participation(email="a"))
    store.add(a_participation(email="b", due=START + seconds(1)))

    store.save(a_participation(email="a", due=None, step=Step.DONE))

    assert store.next_due() == START + seconds(1)
    assert emails(store.due(START + timedelta(days=1))) == ["b"]


def test_a_due_time_may_move_to_and_fro(store: Store) -> None:
    store.add(a_participation())
    for wait in (5, 0, 5, 9, 5):
        store.save(a_participation(due=START + seconds(wait)))

    assert store.next_due() == START + seconds(5)
    assert len(store.due(START + timedelta(days=1))) == 1


def test_a_credit_is_written_with_the_save_that_earned_it(store: Store) -> None:
    store.add(a_participation())
    settled = a_participation(due=None, outcome=Outcome.CREDITED)

    store.save(settled, a_credit())

    assert list(store.credits()) == [a_credit()]
    assert store.get(settled.key) == settled


def test_a_second_credit_is_refused_and_its_save_with_it(store: Store) -> None:
    store.add(a_participation())
    store.save(a_participation(step=Step.ANNOUNCE), a_credit())

    with pytest.raises(AlreadyCredited, match=r"an…@example.com already has .* spring"):
        store.save(a_participation(step=Step.DONE, due=None), a_credit(reason="again"))

    assert list(store.credits()) == [a_credit()]
    assert store.get(a_participation().key) == a_participation(step=Step.ANNOUNCE)
    assert store.next_due() == START


def test_credits_keep_the_order_in_which_they_were_written(store: Store) -> None:
    for email in "abc":
        store.add(a_participation(email=email))
    for email in "cab":
        store.save(a_participation(email=email), a_credit(participant=email))

    assert [credit.participant for credit in store.credits()] == ["c", "a", "b"]
    behind = [[each.participant for each in store.credits(after)] for after in (1, 3, 4)]
    assert behind == [["a", "b"], [], []]


LOOK_UP, CREATE = (Workflow.EMAIL, Step.LOOK_UP), (Workflow.EMAIL, Step.CREATE)
CHECK = (Workflow.SMS, Step.CHECK)


def test_one_may_ask_for_those_at_some_places_alone(store: Store) -> None:
    for number, (workflow, step) in enumerate([LOOK_UP, CREATE, CHECK, CREATE, LOOK_UP]):
        due = START - seconds(number)
        store.add(a_participation(email=f"{number}", workflow=workflow, step=step, due=due))

    assert emails(store.due(START, places=[CREATE])) == ["3", "1"]
    assert emails(store.due(START, places=[CHECK, LOOK_UP])) == ["4", "2", "0"]
    assert emails(store.due(START, limit=2, places=[CHECK, LOOK_UP])) == ["4", "2"]
    assert emails(store.due(START, places=[])) == []
    assert emails(store.due(START - seconds(3), places=[CHECK, LOOK_UP])) == ["4"]
    assert store.next_due([CHECK]) == START - seconds(2)
    assert store.next_due([CHECK, CREATE]) == START - seconds(3)
    assert store.next_due([]) is None
    assert store.next_due([(Workflow.SMS, Step.VERIFY)]) is None


def test_a_save_moves_a_participation_to_its_new_place(store: Store) -> None:
    store.add(a_participation())

    store.save(a_participation(step=Step.CREATE))

    assert emails(store.due(START, places=[LOOK_UP])) == []
    assert len(store.due(START, places=[CREATE])) == 1


def test_of_those_who_found_the_same_participation_one_can_save_it(store: Store) -> None:
    found = a_participation()
    store.add(found)
    store.save(a_participation(attempts=1), found=found)

    with pytest.raises(Overtaken, match=r"an…@example.com in spring \(email\) was moved on"):
        store.save(a_participation(step=Step.DONE, due=None), a_credit(), found=found)

    assert list(store.participations()) == [a_participation(attempts=1)]
    assert list(store.credits()) == []
    store.save(a_participation(attempts=2), found=a_participation(attempts=1))
    with pytest.raises(KeyError):
        store.save(a_participation(email="b"), found=a_participation(email="b"))


def test_threads_that_add_the_same_people_add_each_once(store: Store) -> None:
    together = threading.Barrier(4)

    def add_all(_: int) -> int:
        together.wait()
        return sum(store.add(a_participation(email=f"{number}")) for number in range(20))

    with ThreadPoolExecutor(4) as threads:
        added = sum(threads.map(add_all, range(4)))

    assert added == 20
    assert sorted(emails(store.participations()), key=int) == [f"{n}" for n in range(20)]


def test_of_threads_that_write_the_same_credit_one_succeeds(store: Store) -> None:
    store.add(a_participation())
    together = threading.Barrier(4)

    def credit(number: int) -> bool:
        together.wait()
        try:
            store.save(a_participation(attempts=number), a_credit(reason=f"{number}"))
        except AlreadyCredited:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(credit, range(4)))

    assert sum(written) == 1
    winner = written.index(True)
    assert [each.reason for each in store.credits()] == [f"{winner}"]
    assert [each.attempts for each in store.participations()] == [winner]


PLACES: list[Place] = [LOOK_UP, CREATE, CHECK]


@pytest.mark.parametrize("kind", KINDS)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 5), st.sampled_from(PLACES))
    ),
    places=st.none() | st.sets(st.sampled_from(PLACES)),
)
@settings(deadline=None)  # a file on a busy disk takes its time
def test_the_index_always_says_what_a_scan_would_say(
    kind: str, moves: list[tuple[str, int | None, Place]], places: Collection[Place] | None
) -> None:
    with TemporaryDirectory() as directory:
        store = a_store(kind, directory)
        for email, wait, (workflow, step) in moves:
            due = None if wait is None else START + seconds(wait)
            moved = a_participation(email=email, due=due, workflow=workflow, step=step)
            if not store.add(moved):
                store.save(moved)

        order = emails(store.participations())
        waiting = sorted(
            (each.due, order.index(each.email))
            for each in store.participations()
            if each.due and (places is None or (each.workflow, each.step) in places)
        )
        assert store.next_due(places) == (waiting[0][0] if waiting else None)
        for wait in range(6):
            now = START + seconds(wait)
            expected = [order[place] for due, place in waiting if due <= now]
            assert emails(store.due(now, places=places)) == expected
            assert emails(store.due(now, 2, places)) == expected[:2]
        if isinstance(store, SqliteStore):
            store.close()


def test_the_longest_pause_of_an_endpoint_is_kept(store: Store) -> None:
    assert store.pauses() == {}

    store.pause("/users/track", START + seconds(20.000001))
    store.pause("/users/track", START + seconds(5))
    store.pause("/users/export/ids", START)

    assert store.pauses() == {
        "/users/track": START + seconds(20.000001),
        "/users/export/ids": START,
    }


def test_a_person_is_found_with_all_that_they_take_part_in(store: Store) -> None:
    store.add(a_participation(activation="spring"))
    store.add(a_participation(activation="spring", email="ben@example.com"))
    second = a_participation(activation="autumn", phone="+13135550102")
    store.add(second)
    store.save(replace(second, writes=1))

    found = store.of_person("anna@example.com")

    assert [(each.activation, each.writes) for each in found] == [("spring", 0), ("autumn", 1)]
    assert store.of_person("nobody@example.com") == []
