from datetime import timedelta
from typing import Any

import pytest
import requests
from driving import EMAIL, START, a_participant, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.journeys.participation import Outcome, Step
from quikly_client.ledger import Credit
from quikly_client.profiles import IdentifierKind, ProfileReference
from quikly_client.worker import Worker

EXPORT, TRACK = "POST /users/export/ids", "POST /users/track"
ALIAS = {"alias_name": EMAIL, "alias_label": "email"}
MINUTE = timedelta(minutes=1)


def minutes(moments: list[Any]) -> list[float]:
    return [(moment - START) / MINUTE for moment in moments]


@pytest.mark.parametrize(
    ("user", "identifier"),
    [
        (a_user(external_id="q-1"), {"external_id": "q-1"}),
        (a_user(EMAIL), {"user_alias": ALIAS}),
        (a_user(), {"braze_id": "5eea769d45bb2e1467418f92"}),
    ],
)
def test_an_existing_profile_is_marked_and_credited(
    worker: Worker, scripted: ScriptedBraze, user: dict[str, Any], identifier: dict[str, Any]
) -> None:
    """Facts: quikly-email-acquisition"""
    scripted.finds(user).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert moments == [START]
    assert scripted.called == [EXPORT, TRACK]
    assert scripted.calls[1].body == {
        "attributes": [
            {
                "_update_existing_only": True,
                **identifier,
                "quikly_activations": {"add": ["spring"]},
            }
        ]
    }
    assert worker.credits() == [Credit("spring", EMAIL, START, "existing profile marked")]
    (participation,) = worker.participations()
    assert (participation.step, participation.outcome) == (Step.DONE, Outcome.CREDITED)
    assert (participation.reason, participation.settled_at) == ("existing profile marked", START)
    assert participation.profile_created is False


def test_of_several_profiles_the_identified_one_is_marked(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds(a_user(EMAIL), a_user(external_id="q-1", braze_id="b-2"), a_user()).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert scripted.calls[1].body["attributes"][0]["external_id"] == "q-1"


def test_a_new_profile_is_made_confirmed_credited_and_announced(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: quikly-email-acquisition"""
    scripted.finds_nobody().tracks().finds(a_user(EMAIL)).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5]
    assert scripted.called == [EXPORT, EXPORT, TRACK, EXPORT, TRACK]
    assert scripted.calls[2].body == {
        "attributes": [
            {
                "_update_existing_only": False,
                "user_alias": ALIAS,
                "email": EMAIL,
                "quikly_activations": {"add": ["spring"]},
            }
        ]
    }
    assert scripted.calls[4].body == {
        "events": [
            {
                "_update_existing_only": True,
                "user_alias": ALIAS,
                "name": "quikly_participated",
                "time": "2026-01-31T18:00:00.000Z",
                "properties": {"activation": "spring"},
            }
        ]
    }
    confirmed_at = START + 5 * MINUTE
    assert worker.credits() == [Credit("spring", EMAIL, confirmed_at, "new profile confirmed")]
    (participation,) = worker.participations()
    assert participation.profile == ProfileReference(IdentifierKind.USER_ALIAS, EMAIL, "email")
    assert participation.profile_created is True
    assert participation.outcome is Outcome.CREDITED
    assert participation.notes == ()


def test_an_alias_on_a_profile_with_another_email_is_not_written_by(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: alias-pair-is-unique, repeated-alias-creation-updates"""
    scripted.finds().finds(a_user(EMAIL, email="anna.b@example.org"))
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert scripted.called == [EXPORT, EXPORT]
    assert scripted.calls[1].body["user_aliases"] == [ALIAS]
    (participation,) = worker.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "the alias for this email is on a profile with another one (an…@example.org)"
    )


def test_a_profile_that_its_alias_finds_with_our_email_is_marked(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds().finds(a_user(EMAIL, email=EMAIL)).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert scripted.calls[2].body["attributes"][0]["_update_existing_only"] is True
    assert worker.credits()[0].reason == "existing profile marked"


def test_an_alias_on_a_nameless_profile_without_email_is_written_by(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds().finds(a_user(EMAIL)).tracks().finds(a_user(EMAIL, email=EMAIL)).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert worker.credits()[0].reason == "new profile confirmed"


def test_a_profile_that_shows_late_is_polled_with_doubling_waits(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    scripted.finds_nobody().tracks().finds().finds().finds(a_user(EMAIL)).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5, 10, 20]
    assert len(worker.credits()) == 1
    assert scripted.is_finished


def test_somebody_elses_profile_with_the_address_confirms_nothing(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    brands = a_user(external_id="q-1")
    scripted.finds_nobody().tracks().finds(brands).finds(brands, a_user(EMAIL)).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5, 10]
    assert scripted.calls[-1].body["events"][0]["user_alias"] == ALIAS


def test_a_creation_that_never_shows_is_repeated_and_in_the_end_given_up(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    for _ in range(3):
        scripted.finds_nobody().tracks().finds().finds().finds().finds()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5, 10, 20, 40, 45, 50, 60, 80, 85, 90, 100, 120]
    creations = [call.body for call in scripted.calls if call.name == TRACK]
    assert len(creations) == 3
    assert creations[0] == creations[1] == creations[2]
    assert worker.credits() == []
    (participation,) = worker.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "Braze accepted 3 writes, but the profile never became readable"
    )


def test_a_second_creation_may_succeed(worker: Worker, scripted: ScriptedBraze) -> None:
    scripted.finds_nobody().tracks().finds().finds().finds().finds()
    scripted.finds_nobody().tracks().finds(a_user(EMAIL)).tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5, 10, 20, 40, 45]
    assert len(worker.credits()) == 1


def test_a_profile_that_somebody_made_while_ours_was_lost_is_marked_instead_of_a_second_one(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: unknown-primary-makes-duplicate"""
    brands = a_user(external_id="q-1")
    scripted.finds_nobody().tracks().finds().finds().finds().finds(brands)
    scripted.finds(brands).tracks()
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert scripted.called.count(TRACK) == 2
    assert scripted.calls[-1].body["attributes"][0]["external_id"] == "q-1"
    (participation,) = worker.participations()
    assert participation.reason == "existing profile marked"
    assert participation.profile_created is False


@pytest.mark.parametrize("found", [(), (a_user(external_id="q-1"),)])
def test_an_error_beside_a_success_settles_without_credit(
    worker: Worker, scripted: ScriptedBraze, found: tuple[Any, ...]
) -> None:
    looked_up = scripted.finds(*found) if found else scripted.finds_nobody()
    looked_up.tracks({"type": f"{EMAIL} is blocked", "input_array": "attributes", "index": 0})
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    (participation,) = worker.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "Braze left the profile's data out: an…@example.com is blocked (attributes[0])"
    )
    assert worker.credits() == []


@pytest.mark.parametrize("answers_before", [0, 1, 2])
def test_a_refusal_settles_without_credit(
    worker: Worker, scripted: ScriptedBraze, answers_before: int
) -> None:
    for _ in range(answers_before):
        scripted.finds()
    scripted.answers({"message": "Bad Request"}, status=400)
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    (participation,) = worker.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        f"{[EXPORT, EXPORT, TRACK][answers_before]} was refused with 400: Bad Request"
    )


def announcing(scripted: ScriptedBraze) -> ScriptedBraze:
    return scripted.finds_nobody().tracks().finds(a_user(EMAIL))


@pytest.mark.parametrize(
    ("status", "content", "note"),
    [
        (502, b"<html>", "has an unknown outcome and is not repeated: POST /users/track was answ"),
        (201, b'{"mess', "has an unknown outcome and is not repeated: POST /users/track was answ"),
        (400, b'{"message":"Bad Request"}', "was not taken: POST /users/track was refused with 4"),
        (201, b'{"errors":["Invalid"]}', "was not taken: Braze left the profile's data out: Inva"),
    ],
)
def test_an_event_that_goes_wrong_is_noted_not_repeated_and_costs_no_credit(
    worker: Worker, scripted: ScriptedBraze, status: int, content: bytes, note: str
) -> None:
    announcing(scripted).answers_bytes(content, status)
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert scripted.called == [EXPORT, EXPORT, TRACK, EXPORT, TRACK]
    (participation,) = worker.participations()
    assert participation.outcome is Outcome.CREDITED
    assert [text[: len(note) + 24] for text in participation.notes] == [
        f"the participation event {note}"
    ]
    assert len(worker.credits()) == 1


def test_a_note_shows_the_address_only_in_short(worker: Worker, scripted: ScriptedBraze) -> None:
    announcing(scripted).answers({"message": f"{EMAIL} is blocked"}, status=400)
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    assert worker.participations()[0].notes == (
        "the participation event was not taken: POST /users/track was refused with 400: "
        "an…@example.com is blocked",
    )


def test_an_event_without_an_answer_is_not_repeated(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    announcing(scripted).fails(requests.ReadTimeout())
    worker.participate(a_participant(), START)

    run_to_the_end(worker)

    (participation,) = worker.participations()
    assert participation.notes == (
        "the participation event has an unknown outcome and is not repeated: "
        "no answer to POST /users/track (the answer took too long)",
    )
    assert participation.step is Step.DONE


def test_a_rate_limited_event_did_not_happen_and_is_sent_later(
    worker: Worker, scripted: ScriptedBraze
) -> None:
    announcing(scripted).answers({}, status=429, Retry_After="60").tracks()
    worker.participate(a_participant(), START)

    moments = run_to_the_end(worker)

    assert minutes(moments) == [0, 5, 6]
    assert scripted.calls[4].content == scripted.calls[5].content
    assert worker.participations()[0].notes == ()
