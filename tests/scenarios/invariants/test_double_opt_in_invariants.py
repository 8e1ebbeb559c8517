from datetime import timedelta

import pytest
from builders import (
    DOUBLE,
    EMAIL,
    LATER,
    NOON,
    PHONE,
    EvidenceBuilder,
    a_credit,
    a_participant,
)

from quikly_client.profiles import ProfileReference
from quikly_client.results import UserAlias
from scenarios.invariants import crediting, double_opt_in, endings
from scenarios.invariants.breach import STATUS_SET, TRACK, Breach, Invariant
from scenarios.invariants.watch import AT_THE_END, breaches

OURS = ProfileReference.to_alias(UserAlias(EMAIL, "email"))


def broken(seen: EvidenceBuilder, invariant: Invariant) -> list[Breach]:
    found = breaches(seen.evidence, [invariant])
    assert all(each.invariant == invariant.__name__ and each.fact for each in found)
    return found


@pytest.fixture
def confirmed(seen: EvidenceBuilder) -> EvidenceBuilder:
    """A faultless double opt-in, but for the profile."""
    seen.took_part(activation="vip", profile=OURS, asked_at=NOON)
    seen.read_state("unknown", group=DOUBLE)
    seen.looked_up(users=[{"user_aliases": [{"alias_name": EMAIL, "alias_label": "email"}]}])
    seen.sent_event()
    seen.texted("subscribed")
    seen.read_state("Subscribed", group=DOUBLE, at=LATER)
    seen.evidence.credits = [a_credit(activation="vip")]
    return seen


def test_a_faultless_double_opt_in_breaks_nothing(confirmed: EvidenceBuilder) -> None:
    """Facts: quikly-double-opt-in"""
    assert breaches(confirmed.evidence, AT_THE_END) == []


def test_a_credit_without_a_confirmation_is_found(seen: EvidenceBuilder) -> None:
    seen.took_part(activation="vip")
    seen.sent_event()
    seen.texted("unsubscribed")
    seen.texted("subscribed", group="another-group")
    seen.texted("subscribed", at=LATER + timedelta(seconds=1))
    seen.evidence.credits = [a_credit(activation="vip")]

    (breach,) = broken(seen, double_opt_in.double_opt_in_credit_only_once_confirmed)

    assert breach.subject == EMAIL
    assert PHONE in breach.says


def test_a_confirmation_moves_along_with_the_new_number_of_a_customer(
    seen: EvidenceBuilder,
) -> None:
    """Facts: moved-phone-moves-states"""
    seen.took_part(activation="vip")
    changed = seen.request(TRACK, sent={}, key="the-brand")
    seen.state_moved("subscribed", changed)
    seen.evidence.credits = [a_credit(activation="vip")]

    assert broken(seen, double_opt_in.double_opt_in_credit_only_once_confirmed) == []


def test_whoever_gave_no_phone_or_opts_in_once_confirms_nothing(seen: EvidenceBuilder) -> None:
    seen.took_part(activation="vip", phone=None)
    seen.evidence.credits = [a_credit(activation="vip"), a_credit()]

    assert broken(seen, double_opt_in.double_opt_in_credit_only_once_confirmed) == []


def test_the_state_of_another_group_verifies_no_double_opt_in(seen: EvidenceBuilder) -> None:
    seen.took_part(activation="vip")
    seen.read_state("Subscribed")
    seen.evidence.credits = [a_credit(activation="vip")]

    assert len(broken(seen, crediting.sms_credit_only_after_verified_subscribed)) == 1


def test_the_state_where_consumers_opt_in_twice_verifies_no_single_opt_in(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part()
    seen.read_state("Subscribed", group=DOUBLE)
    seen.evidence.credits = [a_credit()]

    assert len(broken(seen, crediting.sms_credit_only_after_verified_subscribed)) == 1


@pytest.mark.parametrize(("after", "found"), [(timedelta(0), 0), (timedelta(seconds=1), 1)])
def test_a_credit_after_the_window_is_found(
    seen: EvidenceBuilder, after: timedelta, found: int
) -> None:
    seen.took_part(activation="vip")
    seen.sent_event()
    seen.evidence.credits = [a_credit(NOON + timedelta(days=30) + after, "vip")]

    assert len(broken(seen, double_opt_in.no_credit_after_the_double_opt_in_expired)) == found


def test_a_window_that_an_event_under_another_name_of_the_profile_began_is_known(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part(activation="vip")
    seen.looked_up(users=[{"external_id": "crm-1"}])
    seen.request(TRACK, sent={"events": [{"external_id": "crm-1", "name": "asked"}]})
    seen.evidence.credits = [a_credit(NOON + timedelta(days=31), "vip")]

    assert len(broken(seen, double_opt_in.no_credit_after_the_double_opt_in_expired)) == 1


def test_an_event_of_before_somebody_took_part_began_no_window_of_theirs(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part(activation="vip")
    seen.sent_event(at=NOON - timedelta(days=40))
    seen.evidence.credits = [a_credit(LATER, "vip")]

    assert broken(seen, double_opt_in.no_credit_after_the_double_opt_in_expired) == []


def test_an_event_that_braze_refused_or_that_is_about_somebody_else_asks_for_nothing(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part(activation="vip")
    seen.sent_event(status=400)
    seen.sent_event(activation="drop")
    seen.request(TRACK, sent={"events": [{"external_id": "crm-1", "name": "asked"}]})
    seen.evidence.credits = [a_credit(NOON + timedelta(days=31), "vip")]

    assert broken(seen, double_opt_in.no_credit_after_the_double_opt_in_expired) == []


def test_a_state_set_in_the_group_of_a_double_opt_in_is_found(seen: EvidenceBuilder) -> None:
    group = {"subscription_group_id": DOUBLE, "subscription_state": "subscribed"}
    seen.request(STATUS_SET, sent={**group, "phone": PHONE})
    seen.request(STATUS_SET, sent={**group, "subscription_group_id": "other", "phone": PHONE})
    seen.request(TRACK, sent={"attributes": [{"email": EMAIL, "subscription_groups": [group]}]})
    seen.request(TRACK, sent={"attributes": [{"email": EMAIL}]})

    found = broken(seen, double_opt_in.no_state_set_where_consumers_opt_in_twice)

    assert [each.subject for each in found] == [DOUBLE, DOUBLE]


def test_an_event_that_is_sent_twice_is_found(seen: EvidenceBuilder) -> None:
    seen.sent_event(status=429)
    seen.sent_event(status=503)
    seen.sent_event(name="another")
    seen.sent_event(activation="drop")
    assert broken(seen, double_opt_in.no_event_is_sent_twice) == []

    seen.sent_event()

    (breach,) = broken(seen, double_opt_in.no_event_is_sent_twice)
    assert breach.says == "asked was sent 2 times"


def test_two_people_on_one_profile_may_send_an_event_each(seen: EvidenceBuilder) -> None:
    event = {"external_id": "crm-1", "name": "asked", "properties": {"activation": "vip"}}
    for email in (EMAIL, "ben@example.com"):
        seen.evidence.arrived(a_participant(email, activation="vip"))
        seen.looked_up(email, users=[{"external_id": "crm-1"}])
    seen.request(TRACK, sent={"events": [event]})
    seen.request(TRACK, sent={"events": [event]})
    assert broken(seen, double_opt_in.no_event_is_sent_twice) == []

    seen.request(TRACK, sent={"events": [event]})

    assert len(broken(seen, double_opt_in.no_event_is_sent_twice)) == 1


def test_events_of_one_name_that_say_different_things_are_different(
    seen: EvidenceBuilder,
) -> None:
    for level in (1, 2):
        said = {"activation": "vip", "level": level}
        event = {"external_id": "crm-1", "name": "level_reached", "properties": said}
        seen.request(TRACK, sent={"events": [event]})

    assert broken(seen, double_opt_in.no_event_is_sent_twice) == []


def test_a_double_opt_in_that_began_too_early_is_found(seen: EvidenceBuilder) -> None:
    seen.hazard("double_opt_in_not_started", seen.sent_event())
    assert broken(seen, double_opt_in.no_double_opt_in_on_an_unfinished_profile) == []

    seen.hazard("double_opt_in_not_started", seen.sent_event(), details="it was not finished")

    assert len(broken(seen, double_opt_in.no_double_opt_in_on_an_unfinished_profile)) == 1


def test_a_double_opt_in_of_what_the_brand_has_just_made_another_profile_is_nobodys_fault(
    seen: EvidenceBuilder,
) -> None:
    seen.request("POST /users/merge", key="the-brand")
    seen.hazard("double_opt_in_not_started", seen.sent_event(), details="it was not finished")

    assert broken(seen, double_opt_in.no_double_opt_in_on_an_unfinished_profile) == []


def test_a_credit_withheld_though_nobody_asked_for_the_opt_in_is_found(
    seen: EvidenceBuilder,
) -> None:
    seen.took_part(activation="vip")
    seen.read_state("unknown", group=DOUBLE)
    assert len(broken(seen, endings.no_credit_withheld)) == 1

    seen.sent_event()

    assert broken(seen, endings.no_credit_withheld) == []


def test_an_event_that_asks_for_an_opt_in_need_not_tell_of_the_activation(
    seen: EvidenceBuilder,
) -> None:
    """Facts: quikly-double-opt-in"""
    seen.took_part(activation="vip")
    seen.read_state("unknown", group=DOUBLE)

    seen.sent_event(activation="")

    assert broken(seen, endings.no_credit_withheld) == []
