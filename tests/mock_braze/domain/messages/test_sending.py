"""A message is rendered for one person and goes where they can be reached, or tells why not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sending_worlds import (
    BODY,
    CARD,
    EMAIL_MESSAGE,
    SMS,
    SOURCE,
    WEBHOOK,
    a_reachable_person,
    send,
)
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, effects, profile, set_state, tracked

from mock_braze.domain.journal import ContentCardMade, EmailSent, MessageKind, MessageSent
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.message import Message, SmsMessage, WebhookMessage, channel_of
from mock_braze.domain.messages.sending import SendOutcome, Sent
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.subscriptions.email_reports import report_bounce, report_spam
from mock_braze.domain.subscriptions.invalid_phones import Reason, report_invalid
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.workspace import Workspace

SENT = Sent(SendOutcome.SENT)
NUMBER = Address(AddressKind.PHONE, PHONE)
EVERY_CHANNEL: list[Message] = [SMS, EMAIL_MESSAGE, WEBHOOK, CARD]


def journal_of(workspace: Workspace, kind: str) -> list[Any]:
    return list(workspace.state.journal.since(kind=kind))


def not_sent(workspace: Workspace) -> list[tuple[str, Any]]:
    names = ("message_not_sent", "message_aborted")
    return [
        (each.effect.value, each.details) for each in effects(workspace) if each.effect in names
    ]


def test_a_text_goes_to_who_is_subscribed_in_its_group() -> None:
    """Facts: plain-sms-needs-a-subscribed-state"""
    workspace = a_reachable_person()
    now = workspace.clock.now()

    assert send(workspace, SMS) == SENT

    (sent,) = journal_of(workspace, "message")
    assert sent == MessageSent(
        sent.number, now, SMS_GROUP, PHONE, MessageKind.CAMPAIGN, "en", "Hi Anna", 7, "c-1",
        "d" * 32,
    )  # fmt: skip


def make_unsubscribed(workspace: Workspace) -> None:
    set_state(workspace, NUMBER, state="unsubscribed")


def report_phone(workspace: Workspace) -> None:
    report_invalid(workspace.state, PHONE, Reason.DEACTIVATED, workspace.clock.now(), 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (make_unsubscribed, "the profile is unsubscribed in the subscription group"),
        (
            lambda workspace: tracked(workspace, {"external_id": "anna", "phone": None}),
            "the profile has no phone",
        ),
        (
            lambda workspace: tracked(workspace, {"external_id": "anna", "phone": "12"}),
            "the phone cannot be a number",
        ),
        (report_phone, "the phone is marked invalid"),
    ],
)
def test_a_text_does_not_go_to_who_cannot_be_reached(
    change: Callable[[Workspace], None], reason: str
) -> None:
    """Facts: plain-sms-needs-a-subscribed-state"""
    workspace = a_reachable_person()
    change(workspace)

    assert send(workspace, SMS) == Sent(SendOutcome.UNREACHABLE, reason)

    assert journal_of(workspace, "message") == []
    braze_id = profile(workspace, "anna").braze_id
    told = {"braze_id": braze_id, "channel": "sms", "reason": reason, "campaign_id": "c-1"}
    assert not_sent(workspace) == [("message_not_sent", {**told, "dispatch_id": "d" * 32})]


@pytest.mark.parametrize("group_id", [EMAIL_GROUP, "nowhere"])
def test_a_text_needs_an_sms_group(group_id: str) -> None:
    sent = send(a_reachable_person(), SmsMessage(group_id, BODY))

    assert sent == Sent(SendOutcome.UNREACHABLE, "there is no such SMS subscription group")


def test_a_person_without_a_state_in_the_group_gets_no_text() -> None:
    """Facts: plain-sms-needs-a-subscribed-state"""
    workspace = a_reachable_person()
    tracked(workspace, {"external_id": "ben", "phone": "+13135550199"})

    sent = send(workspace, SMS, to="ben")

    assert sent.reason == "the profile is unknown in the subscription group"


def test_an_email_goes_into_the_outbox() -> None:
    workspace = a_reachable_person()
    now, anna = workspace.clock.now(), profile(workspace, "anna")

    assert send(workspace, EMAIL_MESSAGE) == SENT

    (sent,) = journal_of(workspace, "email")
    assert sent == EmailSent(
        sent.number, now, anna.braze_id, EMAIL, "offers@brand.com", "To Anna", "Hi Anna", 7,
        "c-1", "d" * 32,
    )  # fmt: skip


@pytest.mark.parametrize("held", ["opted_in", "subscribed", "unsubscribed"])
@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("opted_in", {"opted_in"}),
        ("subscribed", {"opted_in", "subscribed"}),
        ("all", {"opted_in", "subscribed", "unsubscribed"}),
    ],
)
def test_an_email_goes_to_the_global_states_it_is_for(
    held: str, asked: str, reached: set[str]
) -> None:
    """Facts: send-recipient-subscription-state"""
    workspace = a_reachable_person()
    tracked(workspace, {"external_id": "anna", "email_subscribe": held})

    sent = send(workspace, EMAIL_MESSAGE, recipient_state=asked)
    by_default = send(workspace, EMAIL_MESSAGE)

    refused = Sent(SendOutcome.UNREACHABLE, f"the profile is globally {held}")
    assert sent == (SENT if held in reached else refused)
    assert by_default.is_sent is (held != "unsubscribed")


@pytest.mark.parametrize(
    ("report", "reason"),
    [(report_bounce, "the email has bounced hard"), (report_spam, "the email has reported spam")],
)
def test_no_email_goes_to_an_address_on_a_list(report: Any, reason: str) -> None:
    """Facts: email-lists-stop-mail"""
    workspace = a_reachable_person()
    report(workspace.state, EMAIL, workspace.clock.now(), 0)

    sent = send(workspace, EMAIL_MESSAGE, recipient_state="all")

    assert sent == Sent(SendOutcome.UNREACHABLE, reason)


def test_a_profile_without_an_email_gets_none() -> None:
    workspace = a_reachable_person()
    tracked(workspace, {"external_id": "ben"})

    sent = send(workspace, EMAIL_MESSAGE, to="ben")

    assert sent == Sent(SendOutcome.UNREACHABLE, "the profile has no email")


def aborting(message: Message) -> Message:
    template = "{% abort_message('enough') %}"
    if isinstance(message, WebhookMessage):
        return replace(message, pairs=(("hi", template),))
    return replace(message, **{"message" if message is CARD else "body": template})


@pytest.mark.parametrize("message", EVERY_CHANNEL, ids=channel_of)
def test_a_message_that_is_called_off_is_logged_and_does_not_count(message: Message) -> None:
    """Facts: liquid-abort-message, aborted-message-is-not-sent"""
    workspace = a_reachable_person()

    sent = send(workspace, aborting(message))

    assert (sent, sent.is_sent) == (Sent(SendOutcome.ABORTED, "enough"), False)
    ((effect, details),) = not_sent(workspace)
    assert (effect, details["channel"], details["reason"]) == (
        "message_aborted",
        channel_of(message),
        "enough",
    )
    for kind in ("message", "email", "content_card"):
        assert journal_of(workspace, kind) == []


def test_a_message_without_words_is_none() -> None:
    workspace = a_reachable_person()

    sent = send(workspace, SmsMessage(SMS_GROUP, "{{custom_attribute.${none}}}"))

    assert sent == Sent(SendOutcome.FAILED, "the body is empty")


def test_a_template_that_fails_stops_the_message() -> None:
    """Facts: liquid-failure-stops-the-message"""
    workspace = a_reachable_person()

    sent = send(workspace, SmsMessage(SMS_GROUP, "{{ 1 | divided_by: 0 }}"))

    assert sent == Sent(SendOutcome.FAILED, "'body': divided_by: can't divide by 0")


@pytest.mark.parametrize("message", [SMS, CARD], ids=channel_of)
def test_what_is_no_liquid_stops_the_message_or_is_sent_as_it_is(message: Message) -> None:
    """Facts: unparsable-template"""
    template = "Hi {{${first_name}}"
    broken = replace(message, **{"message" if message is CARD else "body": template})

    stopped = send(a_reachable_person(), broken)
    raw = a_reachable_person(unparsable_template="raw_text")

    assert stopped.outcome is SendOutcome.FAILED
    assert send(raw, broken) == SENT
    (entry,) = journal_of(raw, "content_card" if message is CARD else "message")
    assert template in (entry.message, getattr(entry, "body", ""))


def test_a_template_sees_which_send_and_message_it_is_in() -> None:
    """Facts: liquid-campaign-attributes"""
    body = "{{campaign.${name}}}/{{campaign.${dispatch_id}}}/{{campaign.${message_name}}}"
    workspace = a_reachable_person()
    occasion = Occasion(campaign={"name": "Welcome", "dispatch_id": "another"})

    send(workspace, SmsMessage(SMS_GROUP, body, "Variant 1"), occasion=occasion)

    (sent,) = journal_of(workspace, "message")
    assert sent.body == f"Welcome/{'d' * 32}/Variant 1"


def test_connected_content_is_answered_from_what_the_workspace_holds() -> None:
    """Facts: liquid-connected-content"""
    workspace = a_reachable_person()
    workspace.state.connected_content = {"https://a.b/anna": {"level": 3}}
    body = "{% connected_content https://a.b/{{${user_id}}} :save it %}{{it.level}}"

    send(workspace, SmsMessage(SMS_GROUP, body))

    assert [each.body for each in journal_of(workspace, "message")] == ["3"]


def test_what_is_sent_names_the_request_it_comes_from() -> None:
    workspace = a_reachable_person()

    for message in EVERY_CHANNEL:
        assert send(workspace, message, source=replace(SOURCE, request=11)) == SENT

    entries = list(workspace.state.journal.since())[-3:]
    assert [type(each) for each in entries] == [MessageSent, EmailSent, ContentCardMade]
    assert [each.request for each in entries] == [11] * 3


def test_a_webhook_is_composed_for_the_person_and_handed_to_the_sender() -> None:
    """Facts: webhook-body-kinds"""
    workspace = a_reachable_person()

    assert send(workspace, WEBHOOK) == SENT

    (delivery,) = workspace.state.deliveries.all
    assert (delivery.queued_at, delivery.source) == (workspace.clock.now(), SOURCE)
    assert delivery.request == ComposedRequest(
        "POST", "https://example.com", (), '{"hi": "Hi Anna"}'
    )
