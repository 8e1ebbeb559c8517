"""Recipients of a send are made, looked for again, told apart, and written to before it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sending_worlds import CARD, EMAIL_MESSAGE, SMS, SOURCE
from worlds import (
    EMAIL,
    PHONE,
    SMS_GROUP,
    a_workspace,
    advance,
    alias_json,
    attributes_of,
    hazards_seen,
    profiles,
    set_state,
    tracked,
)

from mock_braze.domain.journal import EmailSent, MessageSent
from mock_braze.domain.messages.message import Message
from mock_braze.domain.messages.performing import perform
from mock_braze.domain.messages.recipients import read_recipients
from mock_braze.domain.messages.send import ApiMessages, Reach, Send
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId, UserAlias
from mock_braze.domain.workspace import Workspace

MAIL = replace(EMAIL_MESSAGE, body="{{${user_id}}}/{{custom_attribute.${level}}}")
BY_EMAIL = {"email": EMAIL, "prioritization": ["identified"]}


@pytest.fixture
def workspace() -> Workspace:
    workspace = a_workspace()
    tracked(workspace, {"external_id": "anna", "email": EMAIL, "level": 1})
    return workspace


def send(workspace: Workspace, *recipients: Any, message: Message = MAIL) -> None:
    named = read_recipients(list(recipients), ("trigger_properties",))
    content = ApiMessages((message,))
    now = workspace.clock.now()
    perform(workspace.state, Send(content, Reach(named.recipients), SOURCE), now)


def mail(workspace: Workspace) -> list[str]:
    entries = workspace.state.journal.since(kind="email")
    return [each.body for each in entries if isinstance(each, EmailSent)]


def skipped(workspace: Workspace) -> list[tuple[str, str]]:
    seen = hazards_seen(workspace)
    return [
        (each.subject, each.details) for each in seen if each.hazard.name == "recipient_skipped"
    ]


@pytest.mark.parametrize(
    "recipient",
    [
        {"external_user_id": "anna"}, {"user_alias": alias_json("a", "crm")},
        {"email": "Anna@Example.com", "prioritization": ["identified", "most_recently_updated"]},
    ],
)  # fmt: skip
def test_a_recipient_is_named_in_one_of_four_ways(
    workspace: Workspace, recipient: Mapping[str, Any]
) -> None:
    """Facts: recipient-identifiers"""
    (anna,) = profiles(workspace, ExternalId("anna"))
    workspace.state.profiles.add_alias(anna, UserAlias("a", "crm"))

    send(workspace, recipient)
    send(workspace, {"braze_id": anna.braze_id})

    assert mail(workspace) == ["anna/1"] * 2


@pytest.mark.parametrize(
    "told",
    [
        None, [], {}, {"external_id": "anna"}, {"external_user_id": ""},
        {"external_user_id": "anna", "user_alias": alias_json()}, {"braze_id": {}},
        {"email": EMAIL}, {"email": EMAIL, "prioritization": []},
        {"email": 5, "prioritization": ["identified"]}, {"user_alias": "anna"},
    ],
)  # fmt: skip
def test_what_names_nobody_or_several_is_no_recipient(told: Any) -> None:
    """Facts: recipient-identifiers, recipient-by-email"""
    named = read_recipients([told], ())

    assert (named.recipients, len(named.unreadable)) == ((), 1)


def test_of_one_named_twice_the_last_counts() -> None:
    """Facts: recipient-named-twice"""
    told = [
        {"external_user_id": 5, "trigger_properties": {"a": 1}},
        {"external_user_id": "5", "trigger_properties": {"a": 2}},
    ]

    (recipient,) = read_recipients(told, ("trigger_properties",)).recipients

    assert recipient.properties == {"a": 2}


def test_one_person_named_in_two_ways_gets_one_message(workspace: Workspace) -> None:
    """Facts: recipient-named-twice"""
    send(workspace, {"external_user_id": "anna"}, BY_EMAIL)

    assert mail(workspace) == ["anna/1"]


def test_attributes_are_written_before_the_send(workspace: Workspace) -> None:
    """Facts: recipient-attributes"""
    send(workspace, {"external_user_id": "anna", "attributes": {"level": 2, "external_id": "x"}})

    assert mail(workspace) == ["anna/2"]
    assert attributes_of(workspace, "anna") == {"level": 2}


@pytest.mark.parametrize(
    ("members", "reached"),
    [
        ({"send_to_existing_only": False}, ["ben/2"]),
        ({"send_to_existing_only": True}, []),
        ({}, []),
    ],
)
def test_a_recipient_is_made_of_attributes_if_the_send_says_so(
    workspace: Workspace, members: dict[str, Any], reached: list[str]
) -> None:
    """Facts: recipient-attributes, unknown-recipients-are-skipped"""
    attributes = {"email": "ben@example.com", "level": 2}

    send(workspace, {"external_user_id": "ben", "attributes": attributes, **members})

    assert mail(workspace) == reached
    assert len(profiles(workspace, ExternalId("ben"))) == len(reached)


def test_a_recipient_is_not_made_without_attributes_or_by_an_alias(workspace: Workspace) -> None:
    """Facts: recipient-attributes"""
    send(
        workspace,
        {"external_user_id": "ben", "send_to_existing_only": False},
        {"user_alias": alias_json(), "send_to_existing_only": False, "attributes": {"level": 2}},
    )

    assert len(workspace.state.profiles) == 1
    assert [subject for subject, _ in skipped(workspace)] == ["ben", f"email:{EMAIL}"]


def test_attributes_may_hold_subscription_groups(workspace: Workspace) -> None:
    """Facts: recipient-attributes"""
    tracked(workspace, {"external_id": "anna", "phone": PHONE})
    joining = {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}

    send(
        workspace,
        {"external_user_id": "anna", "attributes": {"subscription_groups": [joining]}},
        message=SMS,
    )

    sent = [each for each in workspace.state.journal.since() if isinstance(each, MessageSent)]
    assert [each.phone for each in sent] == [PHONE]


def test_attributes_that_braze_refuses_are_not_written(workspace: Workspace) -> None:
    """Facts: recipient-attributes-that-are-bad"""
    send(workspace, {"external_user_id": "anna", "attributes": {"email": "no", "level": 2}})

    assert mail(workspace) == ["anna/1"]
    assert [each.hazard.name for each in hazards_seen(workspace)] == ["value_not_kept"]


def test_an_email_that_singles_nobody_out_is_looked_up_forty_times(workspace: Workspace) -> None:
    """Facts: recipient-look-ups-are-repeated, recipient-by-email"""
    tracked(workspace, {"external_id": "ben", "email": EMAIL})

    send(workspace, BY_EMAIL)
    advance(workspace, 39 * 180 - 1)
    before = skipped(workspace)
    advance(workspace, 1)

    assert (mail(workspace), before) == ([], [])
    why = "2 profiles have this email, of which identified leaves 2"
    assert skipped(workspace) == [(EMAIL, why)]
    assert workspace.next_due() is None


def test_an_email_is_found_once_it_is_there(workspace: Workspace) -> None:
    """Facts: recipient-look-ups-are-repeated"""
    send(workspace, {"email": "new@example.com", "prioritization": ["identified"]})
    tracked(workspace, {"external_id": "new", "email": "new@example.com"})

    advance(workspace, 3600)

    assert (mail(workspace), skipped(workspace)) == (["new/"], [])


def test_the_attributes_of_a_recipient_are_written_once(workspace: Workspace) -> None:
    """Facts: recipient-attributes"""
    tracked(workspace, {"external_id": "ben"})
    send(workspace, {"external_user_id": "ben", "attributes": {"level": {"inc": 1}}})

    advance(workspace, 3600)

    assert attributes_of(workspace, "ben") == {"level": 1}


def test_an_email_waits_two_hours_for_an_address(workspace: Workspace) -> None:
    """Facts: emailless-recipients-are-retried"""
    tracked(workspace, {"external_id": "ben"}, {"external_id": "carl"})

    send(workspace, {"external_user_id": "ben"}, {"external_user_id": "carl"})
    advance(workspace, 6600)
    tracked(workspace, {"external_id": "ben", "email": "ben@example.com"})
    advance(workspace, 600)

    assert mail(workspace) == ["ben/"]
    assert skipped(workspace) == [("carl", "the profile has no email")]


def test_other_messages_do_not_wait(workspace: Workspace) -> None:
    """Facts: emailless-recipients-are-retried"""
    tracked(workspace, {"external_id": "ben"})

    send(workspace, {"external_user_id": "ben"}, message=CARD)

    (card,) = workspace.state.content_cards.by_profile.values()
    assert (len(card), workspace.next_due()) == (1, None)


def test_a_text_reaches_a_recipient_made_by_the_send_only_if_subscribed(
    workspace: Workspace,
) -> None:
    """Facts: plain-sms-needs-a-subscribed-state"""
    set_state(workspace, Address(AddressKind.PHONE, PHONE))
    made = {"send_to_existing_only": False, "attributes": {"phone": PHONE}}

    send(workspace, {"external_user_id": "new", **made}, message=SMS)

    assert not [each for each in workspace.state.journal.since() if isinstance(each, MessageSent)]
