"""What a text to the number of a group does, and what is answered."""

from dataclasses import replace
from typing import Any

import pytest
from worlds import (
    DOUBLE_GROUP,
    OTHER_PHONE,
    PHONE,
    SMS_GROUP,
    a_workspace,
    add_double_opt_in_group,
    advance,
    effects,
    profile,
    profiles,
    sent,
    set_state,
    state_of,
    text,
    tracked,
)

from mock_braze.domain.sms.keywords import (
    ENGLISH_PRESETS,
    PRESET_DOUBLE_OPT_IN,
    FuzzyOptOut,
    Keywords,
    SmsSettings,
)
from mock_braze.domain.subscriptions.subscription import Channel
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId, Phone
from mock_braze.domain.workspace import Workspace

NUMBER, OTHER_NUMBER = Address(AddressKind.PHONE, PHONE), Address(AddressKind.PHONE, OTHER_PHONE)
GROUP = "11111111-2222-4333-8444-555555555555"


def a_texted_workspace(**settings: Any) -> Workspace:
    """A single opt-in group with some settings, and a profile with the phone."""
    workspace = a_workspace()
    workspace.add_group("Texts", Channel.SMS, GROUP, SmsSettings(**settings))
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    return workspace


@pytest.mark.parametrize(
    ("word", "before", "then", "outcome", "texts"),
    [
        ("START", "unknown", "Subscribed", "subscribed", ["opt_in"]),
        ("yes", "Unsubscribed", "Subscribed", "subscribed", ["opt_in"]),
        ("UNSTOP", "Subscribed", "Subscribed", "subscribed", ["opt_in"]),
        ("stop", "unknown", "Unsubscribed", "unsubscribed", ["opt_out"]),
        ("END", "Subscribed", "Unsubscribed", "unsubscribed", ["opt_out"]),
        ("quit", "Unsubscribed", "Unsubscribed", "unsubscribed", ["opt_out"]),
        ("HELP", "unknown", "unknown", "replied", ["help"]),
        ("info", "Unsubscribed", "Unsubscribed", "replied", ["help"]),
    ],
)
def test_a_default_keyword_sets_its_state_and_is_answered(
    word: str, before: str, then: str, outcome: str, texts: list[str]
) -> None:
    """Facts: sms-default-keywords, sms-reply-to-opted-out"""
    workspace = a_texted_workspace()
    if before != "unknown":
        set_state(workspace, NUMBER, state=before.lower(), group=GROUP)

    heard = text(workspace, word, group=GROUP)

    assert (heard.outcome, sent(workspace)) == (outcome, texts)
    assert state_of(workspace, NUMBER, GROUP) == then


@pytest.mark.parametrize("body", ["please stop", "hello", "", "Y", "STOP!", "🛑"])
def test_any_other_text_changes_nothing_and_gets_no_answer(body: str) -> None:
    """Facts: sms-other-category, sms-keyword-exact"""
    workspace = a_texted_workspace()
    earlier = len(effects(workspace))

    heard = text(workspace, body, group=GROUP)

    assert (heard.category, heard.language, heard.outcome) == ("other", None, "nothing")
    assert sent(workspace) == []
    assert len(effects(workspace)) == earlier


def test_a_text_changes_the_state_in_the_group_it_was_sent_to_only() -> None:
    """Facts: sms-keywords-belong-to-a-group, sms-one-group-per-number"""
    workspace = a_texted_workspace()

    text(workspace, "START", group=GROUP)

    assert state_of(workspace, NUMBER, GROUP) == "Subscribed"
    assert state_of(workspace, NUMBER, SMS_GROUP) == "unknown"


def test_a_text_changes_the_state_of_everybody_with_the_number() -> None:
    """Facts: sms-text-reaches-all-holders"""
    workspace = a_texted_workspace()
    tracked(workspace, {"external_id": "b", "phone": PHONE})

    text(workspace, "STOP", group=GROUP)

    for name in ("a", "b"):
        assert state_of(workspace, ExternalId(name), GROUP) == "Unsubscribed"


@pytest.mark.parametrize(
    ("before", "outcome", "texts"),
    [
        (None, "replied", ["custom"]),
        ("subscribed", "replied", ["custom"]),
        ("unsubscribed", "nothing", []),
    ],
)
def test_a_custom_category_is_answered_unless_the_number_has_opted_out(
    before: str | None, outcome: str, texts: list[str]
) -> None:
    """Facts: sms-reply-to-opted-out"""
    english = replace(ENGLISH_PRESETS, custom=(("hours", Keywords(("HOURS",), "9 to 5")),))
    workspace = a_texted_workspace(languages=(english,))
    if before is not None:
        set_state(workspace, NUMBER, state=before, group=GROUP)

    heard = text(workspace, "hours", group=GROUP)

    assert (heard.category, heard.outcome, sent(workspace)) == ("hours", outcome, texts)


def test_subscribing_by_request_sends_no_reply() -> None:
    """Facts: sms-rest-subscription-sends-no-reply"""
    workspace = a_texted_workspace()
    text(workspace, "STOP", group=GROUP)

    set_state(workspace, NUMBER, group=GROUP)

    assert sent(workspace) == ["opt_out"]


# Numbers that nobody has


@pytest.mark.parametrize(
    ("word", "then"), [("START", "Subscribed"), ("STOP", "Unsubscribed"), ("quit", "Unsubscribed")]
)
def test_an_opt_in_or_opt_out_word_of_an_unknown_number_makes_an_anonymous_profile(
    word: str, then: str
) -> None:
    """Facts: sms-unknown-number-makes-profile"""
    workspace = a_texted_workspace(unknown_numbers=True)

    text(workspace, word, phone=OTHER_PHONE, group=GROUP)

    made = profile(workspace, Phone(OTHER_PHONE))
    assert (made.external_id, made.user_aliases, made.email) == (None, {}, None)
    assert made.is_finished(workspace.clock.now())
    assert state_of(workspace, OTHER_NUMBER, GROUP) == then
    assert len(sent(workspace)) == 1


@pytest.mark.parametrize(
    ("allowed", "word"),
    [(True, "HELP"), (True, "hello"), (True, "Y"), (False, "START"), (False, "STOP")],
)
def test_other_texts_of_unknown_numbers_and_all_without_the_setting_are_ignored(
    allowed: bool, word: str
) -> None:
    """Facts: sms-unknown-number-ignored, sms-unknown-number-without-setting"""
    workspace = a_texted_workspace(unknown_numbers=allowed)

    heard = text(workspace, word, phone=OTHER_PHONE, group=GROUP)

    assert (heard.outcome, sent(workspace)) == ("ignored", [])
    assert profiles(workspace, Phone(OTHER_PHONE)) == []
    assert state_of(workspace, OTHER_NUMBER, GROUP) == "unknown"


def test_an_unknown_number_can_begin_and_confirm_a_double_opt_in() -> None:
    """Facts: sms-unknown-number-makes-profile, double-opt-in-prompted-by-keyword"""
    workspace = a_workspace()
    add_double_opt_in_group(workspace, unknown_numbers=True)

    text(workspace, "START")
    text(workspace, "Y")

    assert sent(workspace) == ["prompt", "confirmation"]
    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == "Subscribed"


def test_a_number_that_nobody_has_any_more_begins_anew() -> None:
    workspace = a_workspace()
    english = replace(
        ENGLISH_PRESETS,
        double_opt_in=replace(PRESET_DOUBLE_OPT_IN, confirm_keywords=("Y", "YES")),
    )
    add_double_opt_in_group(workspace, unknown_numbers=True, languages=(english,))
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    text(workspace, "START")
    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    outcomes = [text(workspace, word).outcome for word in ("Y", "YES", "YES")]

    assert outcomes == ["ignored", "pending", "confirmed"]


def test_an_unknown_number_takes_over_the_orphan_states_it_has_in_other_groups() -> None:
    workspace = a_texted_workspace(unknown_numbers=True)
    set_state(workspace, OTHER_NUMBER)

    text(workspace, "STOP", phone=OTHER_PHONE, group=GROUP)

    assert "subscription_state_adopted" in [each.effect.value for each in effects(workspace)]
    advance(workspace, 31 * 86_400)
    assert state_of(workspace, OTHER_NUMBER, SMS_GROUP) == "Subscribed"


# Fuzzy opt-out


@pytest.mark.parametrize(
    ("action", "then", "outcome", "texts"),
    [
        (FuzzyOptOut.OFF, "Subscribed", "nothing", []),
        (FuzzyOptOut.UNSUBSCRIBE, "Unsubscribed", "unsubscribed", ["opt_out"]),
        (FuzzyOptOut.INSTRUCT, "Subscribed", "instructed", ["instruction"]),
    ],
)
def test_a_near_miss_does_what_the_group_is_set_to(
    action: FuzzyOptOut, then: str, outcome: str, texts: list[str]
) -> None:
    """Facts: sms-fuzzy-opt-out"""
    workspace = a_texted_workspace(fuzzy_opt_out=action, fuzzy_instruction="Text STOP.")
    set_state(workspace, NUMBER, group=GROUP)

    heard = text(workspace, "Please stopppp", group=GROUP)

    assert (heard.outcome, sent(workspace)) == (outcome, texts)
    assert state_of(workspace, NUMBER, GROUP) == then


def test_an_exact_keyword_is_never_a_near_miss() -> None:
    """Facts: sms-fuzzy-opt-out"""
    workspace = a_texted_workspace(fuzzy_opt_out=FuzzyOptOut.UNSUBSCRIBE)

    heard = text(workspace, "UNSTOP", group=GROUP)

    assert (heard.category, state_of(workspace, NUMBER, GROUP)) == ("opt_in", "Subscribed")
