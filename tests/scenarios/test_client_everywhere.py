"""Our client under every kind of fault, every preset and every form of rate limits at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from builders import NOON, PHONE, a_participant

from mock_braze.domain.dials.values import PRESETS
from mock_braze.domain.faults import FaultKind
from mock_braze.in_process import BASE_URL
from quikly_client.braze import BrazeClient
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.sqlite import SqliteStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.agreed import GROUP_ID, PARTNER_KEY
from scenarios.integration import Integration, MakeIntegration
from scenarios.invariants.endings import everything_settles
from scenarios.invariants.watch import ALWAYS, breaches
from scenarios.lab import Lab, in_process_lab
from scenarios.scratch import scratch_directory

EFFECTS: dict[FaultKind, dict[str, Any]] = {
    FaultKind.LATENCY: {"seconds": 60},
    FaultKind.STATUS: {"status": 503},
    FaultKind.CONNECTION_RESET: {},
    FaultKind.TRUNCATED_BODY: {},
    FaultKind.MALFORMED_BODY: {},
    FaultKind.SLOW_DRIP: {"seconds": 3600},
    FaultKind.ACCEPTED_BUT_LOST: {},
    FaultKind.APPLIED_THEN_LOST: {"answer": "reset"},
    FaultKind.DUPLICATE_PROCESSING: {},
}
PEOPLE = [
    a_participant(),
    a_participant("ben@example.com", None),
    a_participant("cho@example.com", "+13135550102", at=NOON + timedelta(minutes=1)),
    a_participant("dan@example.com", PHONE, at=NOON + timedelta(minutes=1)),
    a_participant("eva@example.com", None, at=NOON + timedelta(minutes=2)),
]


def on_sqlite(directory: str) -> MakeIntegration:
    """Our client for a brand whose Braze may take five minutes, on a file."""

    def make(braze: BrazeSettings, session: requests.Session, group_id: str) -> Integration:
        settings = JourneySettings(group_id, creation_wait=timedelta(minutes=5, seconds=30))
        store = SqliteStore(f"{directory}/store.sqlite")
        return Worker(store, BrazeClient(Transport(braze, session)), settings)

    return make


def a_run(dials: dict[str, Any], effect: dict[str, Any] | None = None, seed: int = 0) -> Lab:
    with scratch_directory() as directory:
        lab = in_process_lab(start=NOON, seed=seed, make_integration=on_sqlite(directory))
        lab.control.turn_dials(dials)
        if effect is not None:
            lab.control.break_calls(effect, {"api_key": PARTNER_KEY}, times=15, probability=0.4)
        lab.expect(PEOPLE)
        lab.run()
        lab.evidence()
        return lab


def test_every_kind_of_fault_is_tried() -> None:
    assert set(EFFECTS) == set(FaultKind)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("kind", EFFECTS)
def test_the_invariants_hold_under_every_kind_of_fault_and_every_preset(
    kind: FaultKind, preset: str
) -> None:
    """Facts: server-error-outcome-unknown, events-are-never-deduplicated"""
    for seed in range(2):
        lab = a_run({"preset": preset}, {"kind": str(kind), **EFFECTS[kind]}, seed)

        assert breaches(lab.evidence(), [*ALWAYS, everything_settles]) == []


@pytest.mark.parametrize("headers", ["standard", "mau"])
def test_a_contract_with_lower_limits_is_kept_to_by_what_the_headers_say(headers: str) -> None:
    """Facts: rate-limits-of-a-contract, rate-headers-on-every-answer,
    rate-limit-reset-two-meanings
    """
    lab = in_process_lab(start=NOON)
    lab.control.turn_dials({"rate_headers": headers})
    lab.control.limit(track=1, export_of_few_fields=2, status_set=1)
    lab.expect(PEOPLE)

    lab.run()

    answers = Counter(each.status for each in lab.evidence().requests)
    assert answers[429] == 0
    assert len(lab.integration.credits()) == len(PEOPLE)


def test_workers_that_share_a_file_do_everything_once() -> None:
    lab = in_process_lab(start=NOON)
    people = [a_participant(f"user{number}@example.com", None) for number in range(40)]
    lab.brand.track([{"external_id": each.email, "email": each.email} for each in people])
    lab.move_to(NOON + timedelta(hours=1))
    with scratch_directory() as directory:
        make = on_sqlite(directory)
        workers = [
            make(BrazeSettings(BASE_URL, PARTNER_KEY), lab.session, GROUP_ID) for _ in range(3)
        ]
        for each in people:
            assert sum(worker.participate(each, lab.now) for worker in workers) == 1
        with ThreadPoolExecutor(len(workers)) as threads:
            while (due := workers[0].next_due()) is not None:
                lab.move_to(due)
                list(threads.map(lambda worker: worker.run_due(lab.now), workers))

        credited = [each.participant for each in workers[0].credits()]
    assert sorted(credited) == sorted(each.email for each in people)
    calls = Counter(each.operation for each in lab.evidence().requests)
    assert calls == {"POST /users/export/ids": 40, "POST /users/track": 40}
