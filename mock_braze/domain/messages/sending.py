"""Sending a message to one person: rendered, and sent where they can be reached by its channel."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from mock_braze.domain.journal import Effect, EmailSent, MessageKind
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import Aborted, Failed, Rendering, Surroundings, render
from mock_braze.domain.liquid.scope import scope_of
from mock_braze.domain.messages.cards import AwaitedCard
from mock_braze.domain.messages.content_cards import (
    await_impression,
    awaited_cards,
    make_card,
    rendered_card,
)
from mock_braze.domain.messages.message import (
    CardCreation,
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
    channel_of,
    texts_of,
)
from mock_braze.domain.messages.reach import SUBSCRIBED, why_no_email, why_no_sms
from mock_braze.domain.messages.rendered_texts import RenderedTexts, rendered_texts
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest, composed
from mock_braze.domain.sms.keywords import ENGLISH
from mock_braze.domain.sms.outbox import Letter, send
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.webhooks.delivering import queue_delivery


class SendOutcome(StrEnum):
    """What became of a message to one person."""

    SENT = "sent"
    AWAITED = "awaited"  # a card that is made at the first impression
    UNREACHABLE = "unreachable"
    ABORTED = "aborted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message, and why it was not sent."""

    outcome: SendOutcome
    reason: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether it counts as received.

        Facts: aborted-message-is-not-sent
        """
        return self.outcome in (SendOutcome.SENT, SendOutcome.AWAITED)


def send_message(
    state: State,
    message: Message,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
    *,
    recipient_state: str = SUBSCRIBED,
) -> Sent:
    """Send a message to a profile, whatever it holds. What is not sent is told in the journal.

    An email goes to those whose global state is in `recipient_state`. A webhook is handed to the
    sender, so that its delivery may still fail.

    Facts: plain-sms-needs-a-subscribed-state, send-recipient-subscription-state
    """
    about = {"dispatch_id": source.dispatch_id, "message_name": message.name}
    told = {name: value for name, value in about.items() if value}
    occasion = replace(occasion, campaign={**occasion.campaign, **told})
    if isinstance(message, ContentCardMessage) and message.made is CardCreation.FIRST_IMPRESSION:
        await_impression(state, profile, AwaitedCard(message, occasion, source, at))
        return Sent(SendOutcome.AWAITED)
    sent = _sent(state, message, profile, occasion, at, source, recipient_state)
    _tell(state, message, profile, sent, at, source)
    return sent


def make_awaited_cards(state: State, profile: Profile, at: datetime) -> None:
    """Make every card that a person sees for the first time as a session starts."""
    for card in awaited_cards(state, profile, at):
        sent = _send_card(state, card, profile, at)
        _tell(state, card.message, profile, sent, at, card.source)


def _sent(
    state: State,
    message: Message,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
    recipient_state: str,
) -> Sent:
    match message:
        case SmsMessage():
            return _send_sms(state, message, profile, occasion, at, source)
        case EmailMessage():
            if reason := why_no_email(state, profile, recipient_state):
                return Sent(SendOutcome.UNREACHABLE, reason)
            return _send_email(state, message, profile, occasion, at, source)
        case WebhookMessage():
            return _send_webhook(state, message, profile, occasion, at, source)
        case ContentCardMessage():
            return _send_card(state, AwaitedCard(message, occasion, source, at), profile, at)


def _render(state: State, profile: Profile, occasion: Occasion, at: datetime) -> "Renderer":
    surroundings = Surroundings(at, state.seeds.message_share, state.connected_content)
    return partial(render, scope=scope_of(state, profile, occasion), surroundings=surroundings)


Renderer = Callable[[str], Rendering]


def _texts(
    state: State, message: Message, profile: Profile, occasion: Occasion, at: datetime
) -> tuple[str, ...] | Sent:
    """The texts of a message for a person, or why there are none."""
    renderer = _render(state, profile, occasion, at)
    rendered = rendered_texts(texts_of(message), renderer, state.dials)
    return rendered.texts if isinstance(rendered, RenderedTexts) else _stopped(rendered)


def _stopped(why: Aborted | Failed) -> Sent:
    is_aborted = isinstance(why, Aborted)
    return Sent(SendOutcome.ABORTED if is_aborted else SendOutcome.FAILED, why.reason)


def _send_sms(
    state: State,
    message: SmsMessage,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> Sent:
    group_id = message.subscription_group_id
    if reason := why_no_sms(state, group_id, profile):
        return Sent(SendOutcome.UNREACHABLE, reason)
    texts = _texts(state, message, profile, occasion, at)
    if isinstance(texts, Sent):
        return texts
    (body,) = texts
    if not body:
        return Sent(SendOutcome.FAILED, "the body is empty")
    assert profile.phone is not None
    kind, campaign, dispatch = MessageKind.CAMPAIGN, source.campaign_id, source.dispatch_id
    send(
        state,
        Letter(group_id, profile.phone, kind, ENGLISH, body, source.request, campaign, dispatch),
        at,
    )
    return Sent(SendOutcome.SENT)


def _send_email(
    state: State,
    message: EmailMessage,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> Sent:
    texts = _texts(state, message, profile, occasion, at)
    if isinstance(texts, Sent):
        return texts
    subject, body = texts
    state.journal.add(
        EmailSent(
            state.journal.next_number(), at, profile.braze_id, profile.email or "",
            message.from_address, subject, body, source.request, source.campaign_id,
            source.dispatch_id,
        )
    )  # fmt: skip
    return Sent(SendOutcome.SENT)


def _send_webhook(
    state: State,
    message: WebhookMessage,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> Sent:
    request = composed(message, _render(state, profile, occasion, at), state.dials)
    if not isinstance(request, ComposedRequest):
        return _stopped(request)
    queue_delivery(state, request, at, source)
    return Sent(SendOutcome.SENT)


def _send_card(state: State, card: AwaitedCard, profile: Profile, at: datetime) -> Sent:
    texts = _texts(state, card.message, profile, card.occasion, at)
    if isinstance(texts, Sent):
        return texts
    make_card(state, profile, rendered_card(card.message, texts), card, at)
    return Sent(SendOutcome.SENT)


def _tell(
    state: State,
    message: Message,
    profile: Profile,
    sent: Sent,
    at: datetime,
    source: MessageSource,
) -> None:
    """Facts: aborted-message-is-not-sent"""
    if sent.is_sent:
        return
    is_aborted = sent.outcome is SendOutcome.ABORTED
    effect = Effect.MESSAGE_ABORTED if is_aborted else Effect.MESSAGE_NOT_SENT
    details: dict[str, Any] = {
        "braze_id": profile.braze_id, "channel": channel_of(message), "reason": sent.reason,
        "campaign_id": source.campaign_id, "dispatch_id": source.dispatch_id,
    }  # fmt: skip
    state.effect(effect, at, source.request, **details)
