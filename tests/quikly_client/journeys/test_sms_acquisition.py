from datetime import timedelta
from typing import Any

import pytest
import requests
from driving import EMAIL, PHONE, START, a_participant, run_to_the_end
from scripted_braze import ScriptedBraze, a_user

from quikly_client.journeys.participation import Outcome
from quikly_client.ledger import Credit
from quikly_client.settings import JourneySettings
from quikly_client.worker import Worker

EXPORT, TRACK = "POST /users/export/ids", "POST /users/track"
STATUS_GET, STATUS_SET = "GET /subscription/status/get", "POST /subscription/status/set"
ALIAS = {"alias_name": EMAIL, "alias_label": "email"}
SECOND = timedelta(seconds=1)


def seconds(moments: list[Any]) -> list[float]:
    return [(moment - START) / SECOND for moment in moments]


@pytest.fixture
def joined(worker: Worker) -> Worker:
    worker.participate(a_participant(phone=PHONE), START)
    return worker


def test_a_subscribed_number_is_credited_at_once_and_nothing_else_happens(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: subscribed-is-credited-at-once"""
    scripted.has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called == [STATUS_GET]
    assert scripted.calls[0].query == "subscription_group_id=6d3f9a52-group&phone=%2B13135550171"
    assert joined.credits() == [Credit("spring", EMAIL, START, "already subscribed")]


@pytest.mark.parametrize("state", ["unknown", "Unsubscribed"])
def test_a_new_person_is_created_with_phone_awaited_subscribed_and_verified(
    joined: Worker, scripted: ScriptedBraze, state: str
) -> None:
    """Facts: quikly-sms-acquisition, credit-after-verified-subscribed"""
    scripted.has_state(state).finds_nobody().tracks()
    scripted.finds(a_user(EMAIL, phone=PHONE)).takes_state().has_state("subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 150, 270]
    assert scripted.called == [
        STATUS_GET, EXPORT, EXPORT, TRACK, EXPORT, STATUS_SET, STATUS_GET
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
        "subscription_group_id": "6d3f9a52-group",
        "subscription_state": "subscribed",
        "phone": PHONE,
    }
    verified_at = START + 270 * SECOND
    assert joined.credits() == [Credit("spring", EMAIL, verified_at, "subscription verified")]
    (participation,) = joined.participations()
    assert participation.profile_created is True
    assert participation.settled_at == verified_at


@pytest.mark.parametrize("theirs", [PHONE, "13135550171", "(313) 555-0171"])
def test_an_existing_profile_with_the_number_is_subscribed_at_once(
    joined: Worker, scripted: ScriptedBraze, theirs: str
) -> None:
    scripted.has_state("unknown").finds(a_user(external_id="q-1", phone=theirs))
    scripted.takes_state().has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 120]
    assert scripted.called == [STATUS_GET, EXPORT, STATUS_SET, STATUS_GET]
    assert len(joined.credits()) == 1


@pytest.mark.parametrize(
    ("created_at", "subscribed_after"),
    [
        ("2026-01-31T17:00:00.000Z", 0),
        ("2026-01-31T20:00:00.000Z", 150),  # Braze's clock is ahead
        ("9999-12-31T23:59:59.000Z", 150),  # or beside itself
        ("0001-01-01T00:00:00.000Z", 0),
    ],
)
def test_only_a_profile_made_just_now_is_given_time(
    joined: Worker, scripted: ScriptedBraze, created_at: str, subscribed_after: float
) -> None:
    scripted.has_state("unknown").finds(a_user(EMAIL, phone=PHONE, created_at=created_at))
    scripted.takes_state().has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments)[-1] == subscribed_after + 120


def test_a_profile_made_just_now_is_looked_at_again_before_its_number_is_subscribed(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    made_just_now = a_user(EMAIL, phone=PHONE, created_at="2026-01-31T17:59:10.000Z")
    scripted.has_state("unknown").finds(made_just_now).finds(made_just_now)
    scripted.takes_state().has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert scripted.called == [STATUS_GET, EXPORT, EXPORT, STATUS_SET, STATUS_GET]
    assert seconds(moments) == [0, 100, 220]


def test_a_number_that_the_brand_changed_while_we_waited_is_left_alone(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    made_just_now = a_user(EMAIL, phone=PHONE, created_at="2026-01-31T17:59:10.000Z")
    changed = a_user(EMAIL, phone="+13135550199", created_at="2026-01-31T17:59:10.000Z")
    scripted.has_state("unknown").finds(made_just_now)
    for _ in range(5):
        scripted.finds(changed)

    run_to_the_end(joined)

    assert {TRACK, STATUS_SET}.isdisjoint(scripted.called)
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED


def test_an_old_profile_does_not_make_its_next_step_due_in_the_past(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown")
    scripted.finds(a_user(EMAIL, phone=PHONE, created_at="2020-01-01T00:00:00.000Z"))

    joined.perform_next(START)
    looked_up = joined.perform_next(START)

    assert looked_up is not None
    assert looked_up.due == START


def test_an_existing_profile_without_a_number_is_given_it_and_awaited(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(external_id="q-1")).tracks()
    scripted.finds(a_user(external_id="q-1", phone=PHONE)).takes_state().has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 150, 270]
    assert scripted.calls[2].body == {
        "attributes": [
            {
                "_update_existing_only": True,
                "external_id": "q-1",
                "phone": PHONE,
                "quikly_activations": {"add": ["spring"]},
            }
        ]
    }
    (participation,) = joined.participations()
    assert participation.profile_created is False
    assert participation.outcome is Outcome.CREDITED


def test_a_customers_other_number_is_never_replaced(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(external_id="q-1", phone="+13135550199"))

    run_to_the_end(joined)

    assert scripted.called == [STATUS_GET, EXPORT]
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "the profile with this email carries another number (+1…99) than the participant gave "
        "(+1…71)"
    )


def test_of_several_profiles_one_with_our_number_is_enough(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(
        a_user(external_id="q-1", phone="+13135550199"), a_user(phone=PHONE, braze_id="b-2")
    )
    scripted.takes_state().has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called == [STATUS_GET, EXPORT, STATUS_SET, STATUS_GET]
    (participation,) = joined.participations()
    assert participation.profile is not None
    assert participation.profile.value == "b-2"


def test_of_several_profiles_without_our_number_the_best_one_gets_it(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(EMAIL), a_user(external_id="q-1")).tracks()
    scripted.finds(a_user(external_id="q-1", phone=PHONE)).takes_state().has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.calls[2].body["attributes"][0]["external_id"] == "q-1"


def test_a_profile_without_our_number_yet_is_polled_with_doubling_waits(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds_nobody().tracks()
    scripted.finds().finds(a_user(EMAIL)).finds(a_user(EMAIL, phone=PHONE))
    scripted.takes_state().has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 150, 300, 600, 720]
    assert len(joined.credits()) == 1


@pytest.mark.parametrize(("found", "is_new"), [((), True), ((a_user(external_id="q-1"),), False)])
def test_a_write_that_never_shows_is_repeated_and_in_the_end_given_up(
    joined: Worker, scripted: ScriptedBraze, found: tuple[Any, ...], is_new: bool
) -> None:
    scripted.has_state("unknown").finds(*found)
    if is_new:
        scripted.finds()
    for write in range(3):
        scripted.tracks()
        for _ in range(4):
            scripted.finds(*found)
        if write < 2:
            scripted.finds(*found)  # all is looked up anew
            if is_new:
                scripted.finds()

    run_to_the_end(joined)

    writes = [call.body["attributes"][0] for call in scripted.calls if call.name == TRACK]
    assert len(writes) == 3
    assert all(write["_update_existing_only"] is not is_new for write in writes)
    assert STATUS_SET not in scripted.called
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "Braze accepted 3 writes, but no profile showed the number +1…71"
    )


def test_the_state_is_polled_until_it_is_subscribed(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(phone=PHONE)).takes_state()
    scripted.has_state("unknown").has_state("Unsubscribed").has_state("Subscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 120, 240, 480]
    assert scripted.called.count(STATUS_SET) == 1
    assert joined.credits() == [
        Credit("spring", EMAIL, START + 480 * SECOND, "subscription verified")
    ]


def test_a_state_that_never_comes_is_set_again_twice_and_looked_at_once_more_at_the_deadline(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: credit-after-verified-subscribed, status-set-takes-a-while"""
    carrier = a_user(phone=PHONE)
    scripted.has_state("unknown").finds(carrier)
    for looks in (4, 4, 6):
        scripted.takes_state()
        for _ in range(looks):
            scripted.has_state("unknown")
        if looks == 4:
            scripted.finds(carrier)  # it still has the number

    moments = run_to_the_end(joined)

    first = [0, 120, 240, 480, 960]
    second = [1080, 1200, 1440, 1920]
    third = [2040, 2160, 2400, 2880, 3840, 5520]
    assert seconds(moments) == [*first, *second, *third]
    assert scripted.is_finished
    assert scripted.called.count(STATUS_SET) == 3
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "the subscription was accepted 3 times, but the state was still unknown 60 min later"
    )


def test_a_lost_state_that_is_set_again_earns_the_credit(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    carrier = a_user(phone=PHONE)
    scripted.has_state("unknown").finds(carrier).takes_state()
    for _ in range(4):
        scripted.has_state("unknown")
    scripted.finds(carrier).takes_state().has_state("Subscribed")

    run_to_the_end(joined)

    (credit,) = joined.credits()
    assert credit.reason == "subscription verified"
    assert scripted.is_finished


@pytest.mark.parametrize(("before", "still"), [("unknown", ""), ("Unsubscribed", "still ")])
def test_a_number_that_says_unsubscribed_is_not_set_again_since_it_may_have_said_stop(
    joined: Worker, scripted: ScriptedBraze, before: str, still: str
) -> None:
    scripted.has_state(before).finds(a_user(phone=PHONE)).takes_state()
    for _ in range(6):
        scripted.has_state("Unsubscribed")

    moments = run_to_the_end(joined)

    assert seconds(moments) == [0, 120, 240, 480, 960, 1920, 3600]
    assert scripted.called.count(STATUS_SET) == 1
    (participation,) = joined.participations()
    assert participation.reason == (
        f"the subscription was accepted, but the state was {still}unsubscribed 60 min later"
    )


def test_a_number_that_said_unsubscribed_is_left_alone_when_it_reads_as_unknown_later(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: subscription-lost-or-stopped"""
    scripted.has_state("unknown").finds(a_user(phone=PHONE)).takes_state()
    scripted.has_state("Unsubscribed")
    for _ in range(5):
        scripted.has_state("unknown")

    run_to_the_end(joined)

    assert scripted.called.count(STATUS_SET) == 1
    assert joined.credits() == []


def test_a_state_set_without_an_answer_is_looked_at_before_it_is_set_again(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    """Facts: server-error-outcome-unknown"""
    scripted.has_state("Unsubscribed").finds(a_user(phone=PHONE))
    scripted.answers_bytes(b"", 503).has_state("Unsubscribed")
    scripted.takes_state().has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called[2:] == [STATUS_SET, STATUS_GET, STATUS_SET, STATUS_GET]
    assert len(joined.credits()) == 1


def test_a_state_that_was_set_though_the_answer_was_lost_is_credited_without_setting_it_again(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(phone=PHONE))
    scripted.fails(requests.ReadTimeout()).has_state("Subscribed")

    run_to_the_end(joined)

    assert scripted.called.count(STATUS_SET) == 1
    assert len(joined.credits()) == 1


def test_a_number_that_turned_unsubscribed_after_an_unknown_try_is_left_alone(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds(a_user(phone=PHONE))
    scripted.fails(requests.ReadTimeout()).has_state("Unsubscribed")

    run_to_the_end(joined)

    assert scripted.called.count(STATUS_SET) == 1
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == "the state turned unsubscribed before it could be set"


def test_a_state_that_is_never_answered_is_given_up_after_growing_waits(
    joined: Worker, scripted: ScriptedBraze, settings: JourneySettings
) -> None:
    scripted.has_state("unknown").finds(a_user(phone=PHONE))
    for _ in range(settings.retry.attempts):
        scripted.answers_bytes(b"", 503).has_state("unknown")

    run_to_the_end(joined)

    assert scripted.called.count(STATUS_SET) == 12
    (participation,) = joined.participations()
    assert participation.reason == "gave up after 12 tries of subscribe without answer"


@pytest.mark.parametrize(
    ("carrier", "reason"),
    [
        (
            a_user(EMAIL, external_id="q-1", email="anna.b@example.org"),
            "the alias for this email is on a profile with another one (an…@example.org)",
        ),
        (
            a_user(EMAIL, external_id="q-1"),
            "the alias for this email is on a customer's profile without one",
        ),
    ],
)
def test_an_alias_that_somebody_else_has_is_not_written_by(
    joined: Worker, scripted: ScriptedBraze, carrier: dict[str, Any], reason: str
) -> None:
    """Facts: alias-pair-is-unique, repeated-alias-creation-updates"""
    scripted.has_state("unknown").finds().finds(carrier)

    run_to_the_end(joined)

    assert TRACK not in scripted.called
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == reason


def test_a_profile_that_its_alias_finds_with_our_email_is_used(
    joined: Worker, scripted: ScriptedBraze
) -> None:
    scripted.has_state("unknown").finds().finds(a_user(EMAIL, email=EMAIL.title(), phone=PHONE))
    scripted.takes_state().has_state("Subscribed")

    run_to_the_end(joined)

    assert TRACK not in scripted.called
    assert len(joined.credits()) == 1


@pytest.mark.parametrize("found", [(), (a_user(external_id="q-1"),)])
def test_an_error_beside_a_success_settles_without_credit(
    joined: Worker, scripted: ScriptedBraze, found: tuple[Any, ...]
) -> None:
    scripted.has_state("unknown").finds(*found)
    if not found:
        scripted.finds()
    scripted.tracks(f"{PHONE} of {EMAIL} is blocked")

    run_to_the_end(joined)

    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert participation.reason == (
        "Braze left the profile's data out: +1…71 of an…@example.com is blocked"
    )


@pytest.mark.parametrize("answers_before", range(7))
def test_a_refusal_at_any_step_settles_without_credit(
    joined: Worker, scripted: ScriptedBraze, answers_before: int
) -> None:
    script = [
        lambda: scripted.has_state("unknown"),
        scripted.finds,
        scripted.finds,
        scripted.tracks,
        lambda: scripted.finds(a_user(EMAIL, phone=PHONE)),
        scripted.takes_state,
    ]
    for answer in script[:answers_before]:
        answer()
    scripted.answers({"message": "Invalid subscription group ID"}, status=400)

    run_to_the_end(joined)

    assert len(scripted.calls) == answers_before + 1
    (participation,) = joined.participations()
    assert participation.outcome is Outcome.NOT_CREDITED
    assert str(participation.reason).endswith("refused with 400: Invalid subscription group ID")
    assert joined.credits() == []
