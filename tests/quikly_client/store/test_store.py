"""One table of tests for every store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from driving import START, a_participation
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.errors import AlreadyCredited
from quikly_client.journeys.participation import Outcome, ParticipationKey, Step, Workflow
from quikly_client.ledger import Credit
from quikly_client.profiles import IdentifierKind, ProfileReference
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore

FACTORIES: list[Callable[[], Store]] = [MemoryStore]


@pytest.fixture(params=FACTORIES, ids=lambda factory: factory.__name__)
def store(request: pytest.FixtureRequest) -> Store:
    return request.param()


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


@pytest.mark.parametrize("factory", FACTORIES)
@given(moves=st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 5))))
def test_the_index_always_says_what_a_scan_would_say(
    factory: Callable[[], Store], moves: list[tuple[str, int | None]]
) -> None:
    store = factory()
    for email, wait in moves:
        due = None if wait is None else START + seconds(wait)
        if not store.add(a_participation(email=email, due=due)):
            store.save(a_participation(email=email, due=due))

    order = emails(store.participations())
    waiting = sorted((p.due, order.index(p.email)) for p in store.participations() if p.due)
    assert store.next_due() == (waiting[0][0] if waiting else None)
    for wait in range(6):
        now = START + seconds(wait)
        expected = [order[place] for due, place in waiting if due <= now]
        assert emails(store.due(now)) == expected
