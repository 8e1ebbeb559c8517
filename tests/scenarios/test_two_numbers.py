"""One person who gives two numbers at once: the second never replaces the first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from builders import NOON, a_participant

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Outcome
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.store.sqlite import SqliteStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.lab import Lab, in_process_lab

EMAIL, FIRST, SECOND = "ana@example.com", "+13135550101", "+13135550102"
ONE = a_participant(EMAIL, FIRST, activation="spring")
OTHER = a_participant(EMAIL, SECOND, activation="autumn")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    kept = SqliteStore(tmp_path / "store.sqlite")
    yield kept
    kept.close()


def a_lab(store: Store, is_known: bool) -> Lab:
    def make(braze: BrazeSettings, session: requests.Session, group_id: str) -> Worker:
        return Worker(store, BrazeClient(Transport(braze, session)), JourneySettings(group_id))

    lab = in_process_lab(start=NOON, make_integration=make)
    if is_known:
        lab.brand.track([{"external_id": "crm-1", "email": EMAIL}])
        lab.move_to(lab.now + timedelta(hours=1))
    return lab


def numbers_given(lab: Lab) -> list[str]:
    """Every number that a call put on a profile, in order."""
    attributes = [
        each
        for request in lab.evidence().requests
        for each in (request.sent or {}).get("attributes", ())
    ]
    return [each["phone"] for each in attributes if "phone" in each]


def assert_one_number(lab: Lab) -> None:
    outcomes = {each.phone: each for each in lab.integration.participations()}
    assert sorted(str(each.outcome) for each in outcomes.values()) == ["credited", "not_credited"]
    (kept,) = [phone for phone, each in outcomes.items() if each.outcome is Outcome.CREDITED]
    (left,) = [each for each in outcomes.values() if each.outcome is Outcome.NOT_CREDITED]
    assert "carries another number" in str(left.reason)
    lab.move_to(lab.now + timedelta(hours=1))
    assert set(numbers_given(lab)) == {kept}
    users = lab.brand.export_by_email(EMAIL)
    assert [each.phone for each in users] == [kept]


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("apart", [0, 1, 331])
@pytest.mark.parametrize("people", [(ONE, OTHER), (OTHER, ONE)])
def test_of_two_numbers_that_come_at_once_the_first_stays(
    store: Store, people: Any, apart: int, is_known: bool
) -> None:
    """Facts: number-on-file-stays, new-profiles-appear-late"""
    lab = a_lab(store, is_known)
    lab.participate(people[0])
    lab.run(until=lab.now + timedelta(seconds=apart))
    lab.participate(people[1])

    lab.run()

    assert_one_number(lab)


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("times", [1, 4])
def test_a_write_whose_answer_got_lost_keeps_the_other_number_away(
    store: Store, is_known: bool, times: int
) -> None:
    """Facts: number-on-file-stays, server-error-outcome-unknown"""
    lab = a_lab(store, is_known)
    effect = {"kind": "applied_then_lost", "answer": "reset"}
    lab.control.break_calls(effect, {"path": "/users/track"}, times=times)
    lab.participate(ONE)
    lab.participate(OTHER)

    lab.run()

    assert_one_number(lab)


def test_a_number_that_never_got_there_gives_way(store: Store) -> None:
    lab = a_lab(store, is_known=False)
    lab.control.break_calls({"kind": "status", "status": 503}, {"path": "/users/track"}, times=12)
    lab.participate(ONE)
    lab.participate(OTHER)

    lab.run()

    outcomes = {each.phone: each.outcome for each in lab.integration.participations()}
    assert outcomes == {FIRST: Outcome.NOT_CREDITED, SECOND: Outcome.CREDITED}
