from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from driving import EMAIL, PHONE, START, a_participant, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import (
    Cascade,
    CustomEvent,
    Outcome,
    Participation,
    Step,
    Workflow,
)
from quikly_client.journeys.rules import ActivationRules
from quikly_client.ledger import Credit
from quikly_client.settings import JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker

EXPORT, TRACK = "POST /users/export/ids", "POST /users/track"
MINUTE = timedelta(minutes=1)
WON = CustomEvent("quikly_incentive_won", START, {"incentive": "50 % off", "rank": 1})
DRAWN = CustomEvent("quikly_drawn", START)
CASCADE = Cascade("claim", {"quikly_level": "gold", "quikly_rank": 1}, (WON,))


def the_only(worker: Worker) -> Participation:
    (participation,) = worker.participations()
    return participation


def minutes(moments: list[datetime]) -> list[float]:
    return [(moment - START) / MINUTE for moment in moments]


def writing_back(worker: Worker, cascade: Cascade = CASCADE) -> Worker:
    assert worker.write_back("spring", EMAIL, cascade, START)
    return worker


def test_attributes_are_set_and_then_the_event_is_sent(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: outcomes-cascade"""
    scripted.finds(a_user(EMAIL), a_user(external_id="q-1")).tracks().tracks()

    moments = run_to_the_end(writing_back(worker))

    assert moments == [START]
    assert scripted.called == [EXPORT, TRACK, TRACK]
    assert scripted.calls[1].body == {
        "attributes": [
            {
                "_update_existing_only": True,
                "external_id": "q-1",
                "quikly_level": "gold",
                "quikly_rank": 1,
            }
        ]
    }
    assert scripted.calls[2].body == {
        "events": [
            {
                "_update_existing_only": True,
                "external_id": "q-1",
                "name": "quikly_incentive_won",
                "time": "2026-01-31T18:00:00.000Z",
                "properties": {"incentive": "50 % off", "rank": 1},
            }
        ]
    }
    written = the_only(worker)
    assert (written.workflow, written.step) == (Workflow.CASCADE, Step.DONE)
    assert (written.outcome, written.reason) == (
        Outcome.WRITTEN_BACK,
        "the outcome was written back",
    )
    assert worker.credits() == []


def test_an_outcome_is_written_back_once_and_others_beside_it(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    worker.participate(a_participant(), START)
    writing_back(worker)

    assert not worker.write_back("spring", EMAIL, replace(CASCADE, attributes={}), START)
    assert worker.write_back("spring", EMAIL, replace(CASCADE, outcome="level 2"), START)
    assert worker.write_back("summer", EMAIL, CASCADE, START)

    assert [each.key for each in worker.participations()] == [
        ("spring", EMAIL, ""),
        ("spring", EMAIL, "claim"),
        ("spring", EMAIL, "level 2"),
        ("summer", EMAIL, "claim"),
    ]


@pytest.mark.parametrize(
    ("cascade", "calls"),
    [
        (Cascade("level", {"level": 2}), [EXPORT, TRACK]),
        (Cascade("level", {}, (WON, DRAWN)), [EXPORT, TRACK, TRACK]),
        (Cascade("level"), [EXPORT]),
    ],
)
def test_what_there_is_nothing_of_takes_no_call(
    worker: Worker, scripted: ScriptedBraze, cascade: Cascade, calls: list[str]
) -> None:
    scripted.finds(a_user(EMAIL)).tracks().tracks()

    run_to_the_end(writing_back(worker, cascade))

    assert scripted.called == calls
    assert the_only(worker).outcome is Outcome.WRITTEN_BACK


def test_a_profile_that_is_not_readable_yet_is_waited_for(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: new-profiles-appear-late"""
    scripted.finds().finds().finds(a_user(EMAIL)).tracks().tracks()

    moments = run_to_the_end(writing_back(worker))

    assert minutes(moments) == [0, 5, 15]
    assert the_only(worker).outcome is Outcome.WRITTEN_BACK


def test_a_cascade_makes_no_profile(worker: Worker, scripted: ScriptedBraze) -> None:
    for _ in range(4):
        scripted.finds()

    moments = run_to_the_end(writing_back(worker))

    assert minutes(moments) == [0, 5, 15, 35]
    assert TRACK not in scripted.called
    assert (the_only(worker).outcome, the_only(worker).reason) == (
        Outcome.NOT_WRITTEN_BACK,
        "nothing was written back: no profile has this email",
    )


def test_attributes_that_got_no_answer_are_written_again_but_an_event_is_not(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: events-are-never-deduplicated"""
    scripted.finds(a_user(EMAIL)).fails(requests.ReadTimeout()).tracks()
    scripted.answers_bytes(b"", 502).tracks()

    run_to_the_end(writing_back(worker, replace(CASCADE, events=(WON, DRAWN))))

    names = [
        each["name"]
        for call in scripted.calls
        if call.name == TRACK
        for each in call.body.get("events", ())
    ]
    assert names == ["quikly_incentive_won", "quikly_drawn"]
    assert the_only(worker).notes == (
        "the event quikly_incentive_won has an unknown outcome and is not repeated: "
        "POST /users/track was answered 502",
    )
    assert the_only(worker).outcome is Outcome.WRITTEN_BACK


class Killed(BaseException):
    """The process ends in the middle of a call."""


def test_an_event_that_was_cut_off_is_passed_over_by_the_next_process(
    scripted: ScriptedBraze, braze: BrazeClient, settings: JourneySettings
) -> None:
    store = MemoryStore()
    worker = writing_back(
        Worker(store, braze, settings), replace(CASCADE, attributes={}, events=(WON, DRAWN))
    )
    scripted.finds(a_user(EMAIL)).fails(Killed()).tracks()
    with pytest.raises(Killed):
        run_to_the_end(worker)

    run_to_the_end(Worker(store, braze, settings))

    assert scripted.calls[-1].body["events"][0]["name"] == "quikly_drawn"
    assert scripted.is_finished
    assert the_only(worker).notes == (
        "the event quikly_incentive_won was cut off in an earlier try and is not repeated",
    )


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, {"message": "no"}, "POST /users/track was refused with 400: no"),
        (
            201,
            {"errors": ["no"]},
            "nothing was written back: Braze left the profile's data out: no",
        ),
    ],
)
def test_attributes_that_braze_did_not_take_end_it(
    worker: Worker, scripted: ScriptedBraze, status: int, body: Any, reason: str
) -> None:
    """Facts: track-partial-errors"""
    scripted.finds(a_user(EMAIL)).answers(body, status=status)

    run_to_the_end(writing_back(worker))

    assert scripted.called == [EXPORT, TRACK]
    assert (the_only(worker).outcome, the_only(worker).reason) == (
        Outcome.NOT_WRITTEN_BACK,
        reason,
    )


@pytest.fixture
def rewarding(braze: BrazeClient, settings: JourneySettings) -> Worker:
    """A worker for an activation that writes back whom it credited."""
    rules = ActivationRules(cascade=CASCADE)
    return Worker(MemoryStore(), braze, replace(settings, rules=rules))


def test_a_credit_is_written_back_as_the_activation_says(
    rewarding: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: outcomes-cascade"""
    rewarding.participate(a_participant(phone=PHONE), START)
    scripted.has_state("Subscribed").finds(a_user(external_id="q-1")).tracks().tracks()

    run_to_the_end(rewarding)

    assert [call.name for call in scripted.calls[1:]] == [EXPORT, TRACK, TRACK]
    assert rewarding.credits() == [Credit("spring", EMAIL, START, "already subscribed")]
    credited = the_only(rewarding)
    assert (credited.outcome, credited.reason) == (Outcome.CREDITED, "already subscribed")
    assert (credited.told, credited.notes) == (1, ())


def test_it_comes_after_the_event_of_a_participation_by_email(
    rewarding: Worker, scripted: ScriptedBraze
) -> None:
    rewarding.participate(a_participant(), START)
    scripted.finds_nobody().tracks().finds(a_user(EMAIL)).tracks()
    scripted.finds(a_user(EMAIL)).tracks().tracks()

    run_to_the_end(rewarding)

    names = [
        each["name"]
        for call in scripted.calls
        if call.name == TRACK
        for each in call.body.get("events", ())
    ]
    assert names == ["quikly_participated", "quikly_incentive_won"]
    assert scripted.is_finished


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ({"status": 400}, "POST /users/track was refused with 400: no message given"),
        ({"status": 503}, "gave up after 12 tries of write_back: POST /users/track was answ"),
    ],
)
def test_a_cascade_that_fails_costs_no_credit(
    rewarding: Worker, scripted: ScriptedBraze, answer: dict[str, Any], note: str
) -> None:
    rewarding.participate(a_participant(phone=PHONE), START)
    scripted.has_state("Subscribed").finds(a_user(external_id="q-1"))
    for _ in range(12):
        scripted.answers({}, **answer)

    run_to_the_end(rewarding)

    credited = the_only(rewarding)
    assert (credited.outcome, credited.reason) == (Outcome.CREDITED, "already subscribed")
    assert [each[: len(note)] for each in credited.notes] == [note]
    assert credited.settled_at is not None


def test_whoever_is_not_credited_gets_nothing_written_back(
    rewarding: Worker, scripted: ScriptedBraze
) -> None:
    rewarding.participate(a_participant(phone=PHONE), START)
    scripted.has_state("unknown").finds(a_user(external_id="q-1", phone="+13135550199"))

    run_to_the_end(rewarding)

    assert TRACK not in scripted.called


@pytest.mark.parametrize("phone", [None, PHONE])
@pytest.mark.parametrize("found", [(), (a_user(external_id="q-1"),)])
def test_further_attributes_go_with_the_profile_and_touch_nothing_of_ours(
    worker: Worker, scripted: ScriptedBraze, phone: str | None, found: tuple[Any, ...]
) -> None:
    """Facts: further-user-attributes"""
    further = {"first_name": "Anna", "email": "other@example.com", "subscription_groups": "x"}
    worker.participate(a_participant(phone=phone, attributes=further), START)
    if phone is not None:
        scripted.has_state("unknown")
    looked_up = scripted.finds(*found) if found else scripted.finds_nobody()
    looked_up.tracks("that is enough")

    run_to_the_end(worker)

    (sent,) = next(call for call in scripted.calls if call.name == TRACK).body["attributes"]
    assert sent["first_name"] == "Anna"
    assert sent.get("email") == (None if found else EMAIL)
    assert "subscription_groups" not in sent
