from datetime import timedelta

import pytest
from builders import EMAIL, LATER, NOON, PHONE, EvidenceBuilder, a_credit, a_participation

from quikly_client.journeys.participation import Step
from scenarios.invariants import calls, crediting, endings, profiles
from scenarios.invariants.breach import STATUS_SET as SET
from scenarios.invariants.breach import TRACK, Breach, Invariant
from scenarios.invariants.watch import ALWAYS, AT_THE_END, breaches


def broken(seen: EvidenceBuilder, invariant: Invariant) -> list[Breach]:
    found = breaches(seen.evidence, [invariant])
    assert all(each.invariant == invariant.__name__ and each.fact for each in found)
    return found


def test_a_faultless_sms_journey_breaks_nothing(seen: EvidenceBuilder) -> None:
    seen.read_state("unknown")
    seen.looked_up()
    seen.created(seen.request(TRACK, sent={}))
    seen.looked_up(users=[{"phone": PHONE}])
    seen.request(SET, sent={"phone": PHONE})
    seen.read_state("Subscribed", at=LATER)
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part()

    assert breaches(seen.evidence, AT_THE_END) == []


def test_a_second_profile_for_an_email_is_found(seen: EvidenceBuilder) -> None:
    for _ in range(2):
        seen.looked_up()
        seen.created(seen.request(TRACK, sent={}))

    (breach,) = broken(seen, profiles.no_second_profile_for_an_email)

    assert breach.subject == EMAIL
    assert breach.says == "a second profile was created"


def test_a_profile_created_without_a_look_up_is_found(seen: EvidenceBuilder) -> None:
    seen.created(seen.request(TRACK, sent={}))

    assert len(broken(seen, profiles.no_second_profile_for_an_email)) == 1


def test_a_profile_created_although_the_look_up_found_one_is_found(seen: EvidenceBuilder) -> None:
    seen.looked_up(users=[{"external_id": "crm-1"}])
    seen.created(seen.request(TRACK, sent={}))

    assert len(broken(seen, profiles.no_second_profile_for_an_email)) == 1


def test_a_profile_that_was_put_off_for_minutes_may_have_met_another(
    seen: EvidenceBuilder,
) -> None:
    seen.looked_up()
    seen.looked_up(users=[{"external_id": "crm-1"}])
    seen.created(seen.request(TRACK, sent={}, at=NOON + timedelta(minutes=10)))

    assert broken(seen, profiles.no_second_profile_for_an_email) == []


def test_a_look_up_of_long_ago_is_none(seen: EvidenceBuilder) -> None:
    seen.looked_up()
    seen.created(seen.request(TRACK, sent={}, at=NOON + timedelta(minutes=11)))

    assert len(broken(seen, profiles.no_second_profile_for_an_email)) == 1


def test_a_profile_is_made_again_when_the_brand_has_deleted_it(seen: EvidenceBuilder) -> None:
    for delete in (True, False):
        seen.looked_up()
        seen.created(seen.request(TRACK, sent={}))
        if delete:
            seen.request("POST /users/delete", sent={}, key="the-brand")

    assert broken(seen, profiles.no_second_profile_for_an_email) == []


def test_a_profile_without_an_email_is_no_second_one(seen: EvidenceBuilder) -> None:
    for _ in range(2):
        seen.created(seen.request(TRACK, sent={}), email=None)

    assert broken(seen, profiles.no_second_profile_for_an_email) == []


def test_an_export_by_alias_may_have_shown_the_profile(seen: EvidenceBuilder) -> None:
    seen.request(
        "POST /users/export/ids", sent={"user_aliases": []}, answered={"users": [{"email": EMAIL}]}
    )
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part(phone=None)

    assert broken(seen, crediting.email_credit_only_for_a_readable_profile) == []


def test_a_state_by_external_id_names_no_number(seen: EvidenceBuilder) -> None:
    seen.request(SET, sent={"external_id": "q-1"})

    assert broken(seen, profiles.no_state_for_a_number_on_no_profile) == []


def test_a_profile_that_the_brand_created_is_no_breach(seen: EvidenceBuilder) -> None:
    seen.created(seen.request(TRACK, sent={}, key="the-brand"))

    assert broken(seen, profiles.no_second_profile_for_an_email) == []


@pytest.mark.parametrize(
    ("state", "read_at"),
    [("unknown", NOON), ("Unsubscribed", NOON), ("Subscribed", LATER + timedelta(seconds=1))],
)
def test_an_sms_credit_without_a_verified_state_is_found(
    seen: EvidenceBuilder, state: str, read_at: "object"
) -> None:
    seen.read_state(state, at=read_at)  # type: ignore[arg-type]
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part()

    assert len(broken(seen, crediting.sms_credit_only_after_verified_subscribed)) == 1


def test_the_verified_state_may_be_in_any_case(seen: EvidenceBuilder) -> None:
    seen.read_state("subscribed")
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part()

    assert broken(seen, crediting.sms_credit_only_after_verified_subscribed) == []


def test_the_state_of_another_number_verifies_nothing(seen: EvidenceBuilder) -> None:
    seen.read_state("Subscribed", phone="+13135550199")
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part()

    assert len(broken(seen, crediting.sms_credit_only_after_verified_subscribed)) == 1


def test_who_looks_up_an_email_need_not_have_it_exported(seen: EvidenceBuilder) -> None:
    seen.looked_up(users=[{"external_id": "crm-1"}])
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part(phone=None)

    assert broken(seen, crediting.email_credit_only_for_a_readable_profile) == []


def test_an_email_credit_for_a_profile_that_no_export_showed_is_found(
    seen: EvidenceBuilder,
) -> None:
    seen.looked_up(users=[])
    seen.evidence.credits = [a_credit(LATER)]
    seen.took_part(phone=None)

    assert len(broken(seen, crediting.email_credit_only_for_a_readable_profile)) == 1


def test_a_second_credit_is_found(seen: EvidenceBuilder) -> None:
    seen.evidence.credits = [a_credit(NOON), a_credit(LATER)]

    (breach,) = broken(seen, crediting.at_most_one_credit)

    assert breach.at == LATER


def test_an_early_subscription_update_is_found(seen: EvidenceBuilder) -> None:
    seen.hazard("subscription_before_creation_lag", seen.request(SET, sent={"phone": PHONE}))

    (breach,) = broken(seen, profiles.no_subscription_update_before_creation_lag)

    assert "117 s early" in breach.says


def test_an_update_of_what_the_brand_has_just_made_another_profile_is_nobodys_fault(
    seen: EvidenceBuilder,
) -> None:
    seen.request("POST /users/identify", key="the-brand")
    seen.hazard("subscription_before_creation_lag", seen.request(SET, sent={"phone": PHONE}))

    assert broken(seen, profiles.no_subscription_update_before_creation_lag) == []


def test_an_early_update_long_after_what_the_brand_did_is_found(seen: EvidenceBuilder) -> None:
    seen.request("POST /users/identify", key="the-brand", at=NOON - timedelta(minutes=11))
    seen.hazard("subscription_before_creation_lag", seen.request(SET, sent={"phone": PHONE}))

    assert len(broken(seen, profiles.no_subscription_update_before_creation_lag)) == 1


@pytest.mark.parametrize("phone", [PHONE, [PHONE]])
def test_a_state_for_a_number_that_no_export_showed_is_found(
    seen: EvidenceBuilder, phone: object
) -> None:
    seen.looked_up(users=[{"phone": "+13135550199"}])
    seen.request(SET, sent={"phone": phone})

    assert len(broken(seen, profiles.no_state_for_a_number_on_no_profile)) == 1


@pytest.mark.parametrize(("operation", "status"), [("POST /users/identify", 201), (TRACK, 403)])
def test_a_call_beyond_the_permissions_is_found(
    seen: EvidenceBuilder, operation: str, status: int
) -> None:
    seen.request(operation, sent={}, status=status)

    assert len(broken(seen, calls.no_call_beyond_the_four_permissions)) == 1


@pytest.mark.parametrize(
    "unsettled", [{"due": LATER, "step": Step.VERIFY}, {"outcome": None}, {"reason": None}]
)
def test_a_participation_that_never_ends_is_found(
    seen: EvidenceBuilder, unsettled: dict[str, object]
) -> None:
    seen.evidence.participations = [a_participation(**unsettled)]

    assert len(broken(seen, endings.everything_settles)) == 1
    assert breaches(seen.evidence, ALWAYS) == []


def test_a_credit_for_somebody_who_never_took_part_is_found(seen: EvidenceBuilder) -> None:
    seen.evidence.credits = [a_credit()]

    assert len(broken(seen, crediting.credit_only_for_participants)) == 1


def test_a_participant_whom_the_integration_forgot_is_found(seen: EvidenceBuilder) -> None:
    seen.took_part()
    seen.evidence.participations = []

    assert len(broken(seen, endings.everything_settles)) == 1


def test_a_call_with_a_key_that_is_nobodys_is_found(seen: EvidenceBuilder) -> None:
    seen.request(TRACK, sent={}, key="the-brand")
    seen.request(TRACK, sent={}, key="a-stranger")

    assert len(broken(seen, calls.no_call_beyond_the_four_permissions)) == 1


@pytest.mark.parametrize("phone", [None, PHONE])
def test_a_credit_withheld_for_no_reason_is_found(seen: EvidenceBuilder, phone: str | None) -> None:
    seen.took_part(phone=phone)
    seen.looked_up(users=[{"external_id": "crm-1"}])

    assert len(broken(seen, endings.no_credit_withheld)) == 1


def test_what_stands_against_a_credit_is_no_breach(seen: EvidenceBuilder) -> None:
    seen.took_part()
    seen.looked_up(users=[{"external_id": "crm-1", "phone": "+13135550199"}])

    assert broken(seen, endings.no_credit_withheld) == []


def test_a_refusal_or_a_state_that_never_came_is_no_breach() -> None:
    refused, never = EvidenceBuilder(), EvidenceBuilder()
    for each in (refused, never):
        each.took_part()
    refused.request(TRACK, sent={"attributes": [{"email": EMAIL}]}, status=400)
    never.request(SET, sent={"phone": PHONE})
    never.read_state("unknown", at=LATER)

    assert broken(refused, endings.no_credit_withheld) == []
    assert broken(never, endings.no_credit_withheld) == []


def test_a_state_that_was_set_and_never_looked_at_stands_against_nothing(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part()
    seen.request(SET, sent={"phone": PHONE})

    assert len(broken(seen, endings.no_credit_withheld)) == 1
