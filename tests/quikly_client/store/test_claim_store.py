"""One table of tests for every store of claims."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from driving import START

from quikly_client.activations import Claim, IncentiveTier, Order, Outcome
from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Stage
from quikly_client.store.claim_store import ClaimStore, Kept
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.store.sqlite_claims import SqliteClaims

SCOPE = "spring-2026"
GOLD = IncentiveTier(1, "50 % off", 50, timedelta(seconds=2.5), 0.25, "gold")
BEGUN = Standing(seed="s")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClaimStore]:
    if request.param == "memory":
        yield MemoryClaims()
        return
    store = SqliteClaims(tmp_path / "store.sqlite")
    yield store
    store.close()


def a_claim(number: int = 1, **fields: Any) -> Claim:
    values: dict[str, Any] = {
        "q_scope": SCOPE,
        "stage": Stage.CLAIM,
        "email": "ana@example.com",
        "event": "login",
        "number": number,
        "at": START,
        "outcome": Outcome.MISSED,
    }
    return Claim(**(values | fields))


def decide(store: ClaimStore, claim: Claim) -> Kept:
    """Act, when the outcome is to be `claim`."""
    return store.decide(BEGUN, claim.q_scope, claim.stage, claim.email, lambda *_: claim)


def never(*_: object) -> Any:
    raise AssertionError("this was decided already")


def test_of_an_activation_that_nobody_acted_in_nothing_is_known(store: ClaimStore) -> None:
    assert store.standing(SCOPE) is None
    assert list(store.claims(SCOPE)) == []


def test_a_claim_comes_back_as_it_was_decided(store: ClaimStore) -> None:
    claim = a_claim(
        outcome=Outcome.WON,
        at=START + timedelta(microseconds=1),
        tier=GOLD,
        order=Order("spring-2026:1", "token"),
    )

    assert decide(store, claim) == Kept(claim, is_repeated=False)

    assert list(store.claims(SCOPE)) == [claim]
    assert store.standing(SCOPE) == Standing("s", 1, {1: 1}, claim.at)


def test_whoever_acts_again_is_not_decided_about_again(store: ClaimStore) -> None:
    decide(store, a_claim())

    kept = store.decide(Standing("other"), SCOPE, Stage.CLAIM, "ana@example.com", never)

    assert kept == Kept(a_claim(), is_repeated=True)
    assert store.standing(SCOPE) == Standing("s", 1, {}, START)


def test_stages_people_and_scopes_are_decided_about_apart(store: ClaimStore) -> None:
    others = [
        a_claim(2, stage=Stage.ENTRY, outcome=Outcome.ENTERED),
        a_claim(3, email="ben@example.com"),
        a_claim(1, q_scope="autumn-2026"),
    ]
    for claim in [a_claim(1), *others]:
        assert not decide(store, claim).is_repeated

    assert list(store.claims(SCOPE)) == [a_claim(1), *others[:2]]
    assert list(store.claims("autumn-2026")) == others[2:]


@pytest.mark.parametrize("outcome", [each for each in Outcome if not each.is_kept])
def test_an_outcome_that_is_not_kept_leaves_no_trace(store: ClaimStore, outcome: Outcome) -> None:
    claim = a_claim(0, outcome=outcome)

    assert decide(store, claim) == Kept(claim, is_repeated=False)
    assert decide(store, claim) == Kept(claim, is_repeated=False)

    assert store.standing(SCOPE) is None
    assert list(store.claims(SCOPE)) == []


def test_each_decision_sees_what_came_before(store: ClaimStore) -> None:
    seen = []

    def decision(standing: Standing, has_entered: bool) -> Claim:
        seen.append((standing, has_entered))
        return a_claim(2, outcome=Outcome.WON, tier=GOLD, at=START + timedelta(seconds=1))

    decide(store, a_claim(1, stage=Stage.ENTRY, outcome=Outcome.OPTED_IN))
    store.decide(BEGUN, SCOPE, Stage.CLAIM, "ana@example.com", decision)
    store.decide(
        BEGUN, SCOPE, Stage.CLAIM, "ben@example.com",
        lambda *told: replace(decision(*told), number=3, email="ben@example.com"),
    )  # fmt: skip

    assert seen == [
        (Standing("s", 1, {}, START), True),
        (Standing("s", 2, {1: 1}, START + timedelta(seconds=1)), False),
    ]
    assert store.standing(SCOPE) == Standing("s", 3, {1: 2}, START + timedelta(seconds=1))


def test_a_decision_that_fails_changes_nothing(store: ClaimStore) -> None:
    with pytest.raises(AssertionError):
        store.decide(BEGUN, SCOPE, Stage.CLAIM, "ana@example.com", never)

    assert store.standing(SCOPE) is None
    assert not decide(store, a_claim()).is_repeated


def test_claims_behind_a_number_are_those_that_came_since(store: ClaimStore) -> None:
    for number, name in enumerate("abc", start=1):
        decide(store, a_claim(number, email=name))

    assert [claim.email for claim in store.claims(SCOPE, after=1)] == ["b", "c"]
    assert list(store.claims(SCOPE, after=3)) == []


def test_a_draw_is_from_all_entries_and_happens_once(store: ClaimStore) -> None:
    entries = [
        a_claim(number, email=name, stage=Stage.ENTRY, outcome=Outcome.ENTERED)
        for number, name in enumerate("abc", start=1)
    ]
    for entry in entries:
        decide(store, entry)
    winner = a_claim(4, email="b", outcome=Outcome.WON, tier=GOLD, order=Order("x", "y"))
    told = []

    def drawing(*given: Any) -> list[Claim]:
        told.append(given)
        return [winner, a_claim(5, email="a"), a_claim(6, email="c")]

    assert store.draw(BEGUN, SCOPE, drawing) is True
    assert store.draw(BEGUN, SCOPE, never) is False

    assert told == [(Standing("s", 3, {}, START), entries)]
    assert store.standing(SCOPE) == Standing("s", 6, {1: 1}, START, is_drawn=True)
    assert list(store.claims(SCOPE, after=3)) == [
        winner, a_claim(5, email="a"), a_claim(6, email="c"),
    ]  # fmt: skip


def test_a_draw_without_entries_is_a_draw_too(store: ClaimStore) -> None:
    assert store.draw(BEGUN, SCOPE, lambda *_: []) is True

    assert store.standing(SCOPE) == Standing("s", 0, {}, None, is_drawn=True)


def test_decisions_of_many_threads_come_one_after_the_other(store: ClaimStore) -> None:
    gate = threading.Barrier(8)

    def act(who: int) -> None:
        gate.wait()
        for number in range(10):
            email = f"{who}-{number}"
            store.decide(BEGUN, SCOPE, Stage.CLAIM, email, partial(next_claim, email))

    def next_claim(email: str, standing: Standing, _: bool) -> Claim:
        return a_claim(standing.decided + 1, email=email)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))

    assert [claim.number for claim in store.claims(SCOPE)] == list(range(1, 81))
