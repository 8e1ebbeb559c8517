from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from driving import EMAIL, PHONE, START, a_participant, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Outcome, Participation, Step, Workflow
from quikly_client.journeys.rules import ActivationRules
from quikly_client.ledger import Credit
from quikly_client.settings import JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker

EXPORT, TRACK = "POST /users/export/ids", "POST /users/track"
STATUS_GET, STATUS_SET = "GET /subscription/status/get", "POST /subscription/status/set"
ALIAS = {"alias_name": EMAIL, "alias_label": "email"}
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
GROUP = "double-opt-in-group"


def seconds(moments: list[Any]) -> list[float]:
    return [(moment - START) / SECOND for moment in moments]


@pytest.fixture
def settings(settings: JourneySettings) -> JourneySettings:
    rules = ActivationRules(Workflow.SMS_DOUBLE_OPT_IN, GROUP)
    return replace(settings, activations={"spring": rules})


@pytest.fixture
def joined(worker: Worker) -> Worker:
    worker.participate(a_participant(phone=PHONE), START)
    return worker


def the_only(worker: Worker) -> Participation:
    (participation,) = worker.participations()
    return participation


def has_a_finished_profile(scripted: ScriptedBraze) -> ScriptedBraze:
    return scripted.has_state("unknown").finds(a_user(external_id="q-1", phone=PHONE))


def takes_the_event(scripted: ScriptedBraze) -> ScriptedBraze:
    return scripted.answers(
        {"attributes_processed": 1, "events_processed": 1, "message": "success"}
    )


def test_a_subscribed_number_is_credited_at_once_and_nothing_else_happens(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: subscribed-is-credited-at-once"""
    scripted.has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called == [STATUS_GET]
    assert scripted.calls[0].query == f"subscription_group_id={GROUP}&phone=%2B13135550171"
    assert joined.credits() == [Credit("spring", EMAIL, START, "already subscribed")]


def test_a_new_person_is_created_with_phone_awaited_asked_and_credited_once_confirmed(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: quikly-double-opt-in, alias-events-are-update-only"""
    scripted.has_state("unknown").finds_nobody().tracks()
    scripted.finds(a_user(EMAIL, phone=PHONE))
    takes_the_event(scripted).has_state("unknown").has_state("Unsubscribed").has_state("subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 150, 180, 240, 360]
    assert scripted.called == [
        STATUS_GET, EXPORT, EXPORT, TRACK, EXPORT, TRACK, STATUS_GET, STATUS_GET, STATUS_GET
    ]  # fmt: skip
    assert scripted.calls[3].body == {
        "attributes": [
            {
                "_update_existing_only": False,
                "user_alias": ALIAS,
                "email": EMAIL,
                "phone": PHONE,
                "quikly_activations": {"add": ["spring"]},
            }
        ]
    }
    assert scripted.calls[5].body == {
        "attributes": [
            {
                "_update_existing_only": True,
                "user_alias": ALIAS,
                "quikly_activations": {"add": ["spring"]},
            }
        ],
        "events": [
            {
                "_update_existing_only": True,
                "user_alias": ALIAS,
                "name": "quikly_opt_in_requested",
                "time": "2026-01-31T18:02:30.000Z",
                "properties": {"activation": "spring", "subscription_group_id": GROUP},
            }
        ],
    }
    assert joined.credits() == [
        Credit("spring", EMAIL, START + 360 * SECOND, "double opt-in confirmed")
    ]
    assert the_only(joined).asked_at == START + 150 * SECOND


def test_who_is_a_customer_of_the_brand_once_our_profile_was_lost_is_asked_as_one(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: alias-events-are-update-only"""
    scripted.has_state("unknown").finds_nobody().tracks()
    scripted.finds(a_user(external_id="q-1", phone=PHONE))
    takes_the_event(scripted).has_state("subscribed")

    run_to_the_end(joined)

    (event,) = scripted.calls[5].body["events"]
    assert event["external_id"] == "q-1"
    assert "user_alias" not in event


def test_event_and_properties_are_what_brand_and_partner_agreed_on(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings
) -> None:
    rules = ActivationRules(
        Workflow.SMS_DOUBLE_OPT_IN,
        opt_in_event="start_doi",
        opt_in_properties={"source": "quikly/{activation}", "group": "{group_id}"},
    )
    worker = Worker(MemoryStore(), braze, replace(settings, activations={}, rules=rules))
    worker.participate(a_participant(phone=PHONE), START)
    takes_the_event(has_a_finished_profile(scripted)).has_state("Subscribed")

    run_to_the_end(worker)

    (event,) = scripted.calls[2].body["events"]
    assert event == {
        "_update_existing_only": True,
        "external_id": "q-1",
        "name": "start_doi",
        "time": "2026-01-31T18:00:00.000Z",
        "properties": {"source": "quikly/spring", "group": "6d3f9a52-group"},
    }


def test_polling_doubles_up_to_a_quarter_of_an_hour_and_ends_with_the_window(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: quikly-double-opt-in"""
    takes_the_event(has_a_finished_profile(scripted))
    for _ in range(2884):
        scripted.has_state("unknown")

    moments = run_to_the_end(joined, most_jumps=3000)

    assert seconds(moments)[:8] == [0, 30, 90, 210, 450, 930, 1830, 2730]
    assert moments[-1] == START + 30 * DAY
    assert scripted.is_finished
    assert joined.credits() == []
    participation = the_only(joined)
    assert (participation.step, participation.outcome) == (Step.DONE, Outcome.EXPIRED)
    assert participation.reason == (
        "the double opt-in was not confirmed within 30 days; the state was unknown at the end"
    )


def test_a_confirmation_at_the_last_moment_is_credited(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    takes_the_event(has_a_finished_profile(scripted))
    for _ in range(2883):
        scripted.has_state("Unsubscribed")
    scripted.has_state("Subscribed")

    run_to_the_end(joined, most_jumps=3000)

    (credit,) = joined.credits()
    assert credit.at == START + 30 * DAY
    assert the_only(joined).outcome is Outcome.CREDITED


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (
            lambda scripted: scripted.fails(requests.ReadTimeout()),
            "has an unknown outcome and is not repeated: no answer to POST /users/track (the "
            "answer took too long)",
        ),
        (
            lambda scripted: scripted.answers_bytes(b"<html>", 502),
            "has an unknown outcome and is not repeated: POST /users/track was answered 502",
        ),
    ],
)
def test_an_event_with_an_unknown_outcome_is_not_repeated_but_waited_for(
    joined: Worker,
    scripted: ScriptedBraze,
    answer: Callable[[ScriptedBraze], object],
    note: str,
) -> None:
    """Facts: events-are-never-deduplicated, server-error-outcome-unknown"""
    answer(has_a_finished_profile(scripted))
    scripted.has_state("unknown").has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called.count(TRACK) == 1
    assert the_only(joined).notes == (f"the opt-in event {note}",)
    assert the_only(joined).outcome is Outcome.CREDITED


class Killed(BaseException):
    """The process ends in the middle of a call."""


def test_an_event_that_was_cut_off_is_not_repeated_by_the_next_process(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings
) -> None:
    store = MemoryStore()
    worker = Worker(store, braze, settings)
    worker.participate(a_participant(phone=PHONE), START)
    has_a_finished_profile(scripted).fails(Killed())
    with pytest.raises(Killed):
        run_to_the_end(worker)
    scripted.has_state("Subscribed")

    resumed = Worker(store, braze, settings)
    run_to_the_end(resumed)

    assert scripted.called.count(TRACK) == 1
    assert the_only(resumed).notes == (
        "the opt-in event was cut off in an earlier try and is not repeated",
    )
    assert len(resumed.credits()) == 1


@pytest.mark.parametrize(
    ("status", "content", "reason"),
    [
        (
            400,
            b'{"message":"Bad Request"}',
            "the opt-in event was not taken: POST /users/track was refused with 400: Bad Request",
        ),
        (
            201,
            b'{"attributes_processed":1,"errors":[{"type":"no","input_array":"events","index":0}]}',
            "the opt-in event was not taken: Braze left the profile's data out: no (events[0])",
        ),
    ],
)
def test_an_event_that_braze_did_not_take_settles_without_credit(
    joined: Worker, scripted: ScriptedBraze, status: int, content: bytes, reason: str
) -> None:
    has_a_finished_profile(scripted).answers_bytes(content, status)

    run_to_the_end(joined)

    participation = the_only(joined)
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == reason


def test_an_event_that_was_taken_without_the_mark_is_waited_for_with_a_note(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: track-partial-errors"""
    has_a_finished_profile(scripted).answers(
        {"events_processed": 1, "errors": [{"type": "no", "input_array": "attributes", "index": 0}]}
    )
    scripted.has_state("Subscribed")

    run_to_the_end(joined)

    assert the_only(joined).outcome is Outcome.CREDITED
    assert the_only(joined).notes == (
        "the opt-in event was taken, but Braze left the profile's data out: no (attributes[0])",
    )


def test_a_rate_limited_event_did_not_happen_and_is_sent_later(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    has_a_finished_profile(scripted).answers({}, status=429, Retry_After="60")
    takes_the_event(scripted).has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 60, 90]
    assert scripted.called.count(TRACK) == 2
    assert the_only(joined).notes == ()


def test_a_customers_other_number_is_never_replaced_and_nobody_is_asked(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(external_id="q-1", phone="+13135550199"))

    run_to_the_end(joined)

    assert scripted.called == [STATUS_GET, EXPORT]
    assert the_only(joined).outcome is Outcome.NOT_CREDITED
    assert "another number" in str(the_only(joined).reason)


def test_a_profile_without_a_number_gets_it_and_is_awaited_before_the_event(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: double-opt-in-needs-a-profile"""
    scripted.has_state("unknown").finds(a_user(external_id="q-1")).tracks()
    scripted.finds(a_user(external_id="q-1", phone=PHONE))
    takes_the_event(scripted).has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 150, 180]
    assert scripted.called == [STATUS_GET, EXPORT, TRACK, EXPORT, TRACK, STATUS_GET]
    assert scripted.calls[2].body["attributes"][0]["phone"] == PHONE


def test_the_state_is_never_set_from_here(joined: Worker, scripted: ScriptedBraze) -> None:
    """Facts: quikly-double-opt-in"""
    takes_the_event(has_a_finished_profile(scripted))
    for state in ("unknown", "Unsubscribed", "unknown", "Subscribed"):
        scripted.has_state(state)

    run_to_the_end(joined)

    assert STATUS_SET not in scripted.called
    assert len(joined.credits()) == 1


@pytest.mark.parametrize(
    ("phone", "activation", "workflow"),
    [
        (None, "spring", Workflow.EMAIL),
        (PHONE, "spring", Workflow.SMS_DOUBLE_OPT_IN),
        (PHONE, "another", Workflow.SMS),
    ],
)
def test_the_activation_decides_which_workflow_a_phone_takes(
    worker: Worker, phone: str | None, activation: str, workflow: Workflow
) -> None:
    worker.participate(a_participant(phone=phone, activation=activation), START)

    assert the_only(worker).workflow is workflow


def test_whoever_gave_a_phone_may_be_acquired_by_email_all_the_same(
    braze: BrazeClient, settings: JourneySettings
) -> None:
    by_email = replace(settings, rules=ActivationRules(Workflow.EMAIL), activations={})
    worker = Worker(MemoryStore(), braze, by_email)

    worker.participate(a_participant(phone=PHONE), START)

    assert (the_only(worker).workflow, the_only(worker).step) == (Workflow.EMAIL, Step.LOOK_UP)
