from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quikly_client.activations import Outcome, activation_in
from quikly_client.activations.audit import audit
from quikly_client.activations.awarding import begun
from quikly_client.activations.claims import Stage
from quikly_client.claim_desk import ClaimDesk, new_receipt_token
from quikly_client.errors import BadSettings, BadStore
from quikly_client.store.database import Database
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.store.sqlite_claims import SqliteClaims

DROP = activation_in("""
name: spring-drop
q_scope: spring-2026
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{rank: 1, description: 50 % off, quantity: 1}]
events: [login, push_on]
""")
HYPE = activation_in("""
name: winter-hype
q_scope: winter-2026
kind: hype
award: chance
seed: s
opens: 2026-03-02T09:00:00Z
drops: 2026-03-05T09:00:00Z
incentive_tiers: [{rank: 1, description: A pair of skis, quantity: 2}]
opt_in_events: [notify_me]
""")
OPENS = DROP.opens


class Watch:
    """Shows the time that it was set to."""

    def __init__(self) -> None:
        self.now = OPENS

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(watch: Watch) -> ClaimDesk:
    return ClaimDesk([DROP, HYPE], MemoryClaims(), watch, counting())


def counting() -> Callable[[], str]:
    numbers = iter(range(1, 1_000))
    return lambda: f"token {next(numbers)}"


def test_whoever_comes_back_hears_of_the_first_outcome(desk: ClaimDesk, watch: Watch) -> None:
    first = desk.act(DROP, Stage.CLAIM, "login", " Ana@Example.com ")
    watch.now += timedelta(days=9)

    again = desk.act(DROP, Stage.CLAIM, "login", "ana@example.COM")

    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert again.claim == first.claim
    assert first.claim.outcome is Outcome.WON
    assert first.claim.email == "ana@example.com"


def test_a_person_wins_once_by_whatever_event(desk: ClaimDesk) -> None:
    """Facts: one-claim-for-each-person"""
    first = desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")

    assert desk.act(DROP, Stage.CLAIM, "push_on", "ana@example.com").claim == first.claim
    assert len(desk.claims.claims("spring-2026")) == 1


def test_whoever_is_too_early_can_come_again(desk: ClaimDesk, watch: Watch) -> None:
    """Facts: too-early-is-no-outcome"""
    watch.now = OPENS - timedelta(seconds=1)
    early = desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")
    watch.now = OPENS

    later = desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")

    assert (early.claim.outcome, later.claim.outcome) == ("not_open", "won")


def test_winners_are_drawn_once_and_not_before_their_time(desk: ClaimDesk, watch: Watch) -> None:
    for name in "abcde":
        desk.act(HYPE, Stage.ENTRY, "notify_me", f"{name}@example.com")
    assert HYPE.drops is not None
    watch.now = HYPE.drops - timedelta(microseconds=1)
    assert desk.draw(HYPE) is False
    watch.now = HYPE.drops

    assert desk.draw(HYPE) is True
    assert desk.draw(HYPE) is False

    claims = desk.claims.claims("winter-2026")
    drawn = [claim.outcome for claim in claims if claim.stage is Stage.CLAIM]
    assert drawn == ["won", "won", "missed", "missed", "missed"]
    assert len({claim.order.receipt_token for claim in claims if claim.order}) == 2
    assert audit(HYPE, "s", claims) == []


def test_taking_part_is_an_entry_where_there_is_one(desk: ClaimDesk) -> None:
    taken = [desk.take_part(each, "ana@example.com").claim for each in (DROP, HYPE)]

    assert [(claim.event, claim.stage, claim.outcome) for claim in taken] == [
        ("participation", Stage.CLAIM, Outcome.WON),
        ("participation", Stage.ENTRY, Outcome.OPTED_IN),
    ]


def test_where_nothing_is_drawn_there_is_no_draw(desk: ClaimDesk) -> None:
    assert desk.draw(DROP) is False


def test_a_draw_keeps_the_seed_with_which_it_began(watch: Watch) -> None:
    claims = MemoryClaims()
    entering = ClaimDesk([HYPE], claims, watch)
    for name in "abcde":
        entering.act(HYPE, Stage.ENTRY, "notify_me", f"{name}@example.com")
    assert HYPE.drops is not None
    watch.now = HYPE.drops
    changed = activation_in(FILE_OF_ANOTHER_SEED)

    assert ClaimDesk([changed], claims, watch).draw(changed)

    standing = claims.standing("winter-2026")
    assert standing is not None
    assert standing.seed == begun(HYPE).seed == "s"
    assert audit(changed, standing.seed, claims.claims("winter-2026")) == []


FILE_OF_ANOTHER_SEED = """
name: winter-hype
q_scope: winter-2026
kind: hype
award: chance
seed: another
opens: 2026-03-02T09:00:00Z
drops: 2026-03-05T09:00:00Z
incentive_tiers: [{rank: 1, description: A pair of skis, quantity: 2}]
opt_in_events: [notify_me]
"""


def test_two_activations_of_one_scope_are_told() -> None:
    with pytest.raises(BadSettings, match="'spring-drop' and 'spring-drop' have the same q_scope"):
        ClaimDesk([DROP, activation_in(TEXT_OF_A_TWIN)], MemoryClaims(), Watch())


TEXT_OF_A_TWIN = """
name: spring-drop
q_scope: spring-2026
kind: swap
award: quantity
opens: 2026-03-02T09:00:00Z
quantity: 5
incentive_tiers: [{rank: 1, description: Free shipping}]
"""


def test_no_receipt_token_is_like_another() -> None:
    tokens = {new_receipt_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {24}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "store.sqlite")
    yield database
    database.close()


def test_a_claim_can_be_part_of_a_larger_transaction(database: Database, watch: Watch) -> None:
    desk = ClaimDesk([DROP], SqliteClaims(database), watch)

    def claim_and_fail() -> None:
        with database.transaction():
            desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        claim_and_fail()

    assert desk.claims.claims("spring-2026") == []


def test_a_claim_that_cannot_be_read_is_told(database: Database, watch: Watch) -> None:
    desk = ClaimDesk([DROP], SqliteClaims(database), watch)
    desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")
    with database.transaction() as connection:
        connection.execute("UPDATE claims SET document = '{}'")

    with pytest.raises(BadStore, match="holds a claim that cannot be read"):
        desk.act(DROP, Stage.CLAIM, "login", "ana@example.com")
