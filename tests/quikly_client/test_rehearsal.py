import threading
from typing import Any

from driving import EMAIL, PHONE, START, a_participant
from scripted_braze import API_KEY, BASE_URL

from quikly_client.braze import EXPORT, STATUS_GET, STATUS_SET, TRACK, BrazeClient
from quikly_client.clock import JumpingClock
from quikly_client.journeys.participation import Workflow
from quikly_client.journeys.rules import ActivationRules
from quikly_client.rehearsal import PlannedRequest, Rehearsal
from quikly_client.runner import run
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker


def rehearsed(phone: str | None, **settings: Any) -> tuple[list[PlannedRequest], Worker]:
    planned: list[PlannedRequest] = []
    client = BrazeClient(Rehearsal(BrazeSettings(BASE_URL, API_KEY), planned.append))
    worker = Worker(MemoryStore(), client, JourneySettings("group", **settings))
    worker.participate(a_participant(phone=phone), START)
    assert run(worker, JumpingClock(START), threading.Event())
    return planned, worker


def test_the_requests_for_somebody_new_by_email() -> None:
    planned, worker = rehearsed(None)

    assert [each.path for each in planned] == [EXPORT, EXPORT, TRACK, EXPORT, TRACK]
    assert len(worker.credits()) == 1


def test_the_requests_for_somebody_new_by_sms() -> None:
    planned, worker = rehearsed(PHONE)

    paths = [STATUS_GET, EXPORT, EXPORT, TRACK, EXPORT, STATUS_SET, STATUS_GET]
    assert [each.path for each in planned] == paths
    assert planned[0].query == {"subscription_group_id": "group", "phone": PHONE}
    assert planned[1].body is not None
    assert planned[1].body["email_address"] == EMAIL
    assert len(worker.credits()) == 1
    assert worker.metrics.total("quikly_calls_total") == len(paths)


def test_whoever_is_asked_to_confirm_does_so_in_a_rehearsal() -> None:
    rules = ActivationRules(with_phone=Workflow.SMS_DOUBLE_OPT_IN)

    planned, worker = rehearsed(PHONE, rules=rules)

    assert [each.path for each in planned][-3:] == [EXPORT, TRACK, STATUS_GET]
    assert planned[-2].body is not None
    assert planned[-2].body["events"][0]["name"] == "quikly_opt_in_requested"
    assert len(worker.credits()) == 1
