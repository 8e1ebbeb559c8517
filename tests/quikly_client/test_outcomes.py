"""Whoever is credited takes part, and what people win is written back, once, on every store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from driving import EMAIL, START, a_participant, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.activations import Outcome, activation_in
from quikly_client.activations.claims import Stage
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.journeys.participation import Workflow
from quikly_client.outcomes import Outcomes
from quikly_client.settings import JourneySettings
from quikly_client.store.claim_store import ClaimStore
from quikly_client.store.database import Database
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.worker import Worker

TEXT = """
name: spring
q_scope: spring-2026
kind: drop
award: rank
opens: 2026-01-01T00:00:00Z
incentive_tiers: [{rank: 1, description: 50 % off, quantity: 1, level: gold}]
events: [login]
"""
TOLD = """
cascade:
  attributes: {quikly_level: level, quikly_outcome: outcome}
  events: [{name: quikly_won, properties: {incentive: incentive}}]
"""
Stores = tuple[Store, ClaimStore]


@pytest.fixture(params=["memory", "sqlite"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "memory":
        yield MemoryStore(), MemoryClaims()
        return
    database = Database(tmp_path / "store.sqlite")
    yield SqliteStore(database), SqliteClaims(database)
    database.close()


class Process:
    """What a process makes anew each time that it is started on the same stores."""

    def __init__(
        self, stores: Stores, braze: BrazeClient, settings: JourneySettings, text: str = TEXT + TOLD
    ) -> None:
        store, claims = stores
        self.activation = activation_in(text)
        self.desk = ClaimDesk([self.activation], claims, lambda: START)
        self.worker = Worker(store, braze, settings, outcomes=Outcomes(self.desk))

    def wins_by_webhook(self, email: str = EMAIL) -> None:
        self.desk.act(self.activation, Stage.CLAIM, "login", email)


def test_what_is_won_by_a_webhook_is_written_back_once(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    """Facts: outcomes-cascade, webhook-repeats-get-the-first-outcome"""
    first = Process(stores, braze, settings)
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks().tracks()
    first.wins_by_webhook()
    run_to_the_end(first.worker)

    second = Process(stores, braze, settings)
    second.wins_by_webhook()

    assert run_to_the_end(second.worker) == []
    assert [call.body for call in scripted.calls[1:]] == [
        {
            "attributes": [
                {
                    "_update_existing_only": True,
                    "external_id": "q-1",
                    "quikly_level": "gold",
                    "quikly_outcome": "won",
                }
            ]
        },
        {
            "events": [
                {
                    "_update_existing_only": True,
                    "external_id": "q-1",
                    "name": "quikly_won",
                    "time": "2026-01-31T18:00:00.000Z",
                    "properties": {"incentive": "50 % off"},
                }
            ]
        },
    ]
    assert first.worker.metrics.total("quikly_write_backs_total") == 1


def test_whoever_is_credited_takes_part_and_hears_of_it_with_what_the_brand_asked_for(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    """Facts: outcomes-cascade, further-user-attributes, claim-makes-an-order"""
    process = Process(stores, braze, settings)
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks()
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks().tracks()
    process.worker.participate(a_participant(attributes={"city": "Ulm"}), START)

    run_to_the_end(process.worker)

    (claim,) = process.desk.claims.claims("spring-2026")
    assert (claim.email, claim.outcome, claim.at) == (EMAIL, Outcome.WON, START)
    assert claim.order is not None
    assert claim.order.qid == "spring-2026:1"
    (attributes,) = scripted.calls[3].body["attributes"]
    assert (attributes["city"], attributes["quikly_level"]) == ("Ulm", "gold")
    workflows = [each.workflow for each in process.worker.participations()]
    assert workflows == [Workflow.EMAIL, Workflow.CASCADE]


def test_a_process_started_again_gives_nobody_a_second_time(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    """Facts: one-claim-for-each-person"""
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks()
    process = Process(stores, braze, settings, TEXT)
    process.worker.participate(a_participant(), START)
    run_to_the_end(process.worker)
    before = list(process.desk.claims.claims("spring-2026"))

    assert run_to_the_end(Process(stores, braze, settings, TEXT).worker) == []

    assert list(process.desk.claims.claims("spring-2026")) == before
    assert len(before) == 1


def test_a_response_counts_from_the_beginning_of_the_participation(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks()
    process = Process(stores, braze, settings, TEXT)
    process.worker.participate(a_participant(), START - timedelta(minutes=5))

    run_to_the_end(process.worker)

    (claim,) = process.desk.claims.claims("spring-2026")
    assert claim.at == START - timedelta(minutes=5)


def test_where_the_file_tells_braze_nothing_no_call_is_made(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    process = Process(stores, braze, settings, TEXT)
    process.wins_by_webhook()

    assert run_to_the_end(process.worker) == []
    assert scripted.calls == []


def test_who_missed_has_attributes_and_no_event(
    stores: Stores, braze: BrazeClient, settings: JourneySettings, scripted: ScriptedBraze
) -> None:
    """Facts: outcomes-cascade"""
    process = Process(stores, braze, settings)
    process.wins_by_webhook("first@example.com")
    process.wins_by_webhook()
    scripted.finds(a_user("first@example.com", external_id="q-0")).tracks().tracks()
    scripted.finds(a_user(EMAIL, external_id="q-1")).tracks()

    run_to_the_end(process.worker)

    told = [
        each
        for call in scripted.calls
        for kind in ("attributes", "events")
        for each in (call.body or {}).get(kind, ())
        if each["external_id"] == "q-1"
    ]
    assert told == [
        {"_update_existing_only": True, "external_id": "q-1", "quikly_outcome": "missed"}
    ]


HYPE = """
name: winter
q_scope: winter-2026
kind: hype
award: chance
seed: s
opens: 2026-01-01T00:00:00Z
drops: 2026-01-31T19:00:00Z
incentive_tiers: [{rank: 1, description: A pair of skis, quantity: 1}]
opt_in_events: [notify_me]
cascade: {attributes: {quikly_outcome: outcome}}
"""


@pytest.mark.parametrize("looks_before_the_draw", [0, 1])
def test_an_entry_that_was_not_written_back_in_time_is_not_written_over_what_came_of_it(
    stores: Stores,
    braze: BrazeClient,
    settings: JourneySettings,
    scripted: ScriptedBraze,
    looks_before_the_draw: int,
) -> None:
    """Facts: outcomes-cascade, no-order-across-requests"""
    process = Process(stores, braze, settings, HYPE)
    process.desk.act(process.activation, Stage.ENTRY, "notify_me", EMAIL)
    for _ in range(looks_before_the_draw):
        scripted.finds()  # nobody has this address yet
        process.worker.run_due(START)
    later = ClaimDesk([process.activation], stores[1], lambda: START + timedelta(hours=2))
    assert later.draw(process.activation)
    scripted.finds(a_user(external_id="q-1")).tracks()

    run_to_the_end(process.worker)

    (written,) = [call.body for call in scripted.calls if "attributes" in call.body]
    assert written["attributes"][0]["quikly_outcome"] == "won"
    assert [(str(each.outcome), each.reason) for each in process.worker.participations()] == [
        ("not_written_back", "a later outcome is written back instead"),
        ("written_back", "the outcome was written back"),
    ]
