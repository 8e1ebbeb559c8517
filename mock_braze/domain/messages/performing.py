"""Performing a send: who of those it is for is there, and what goes out to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.audience import is_in_audience
from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.entry import trigger_by_api
from mock_braze.domain.errors import NothingUsable
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.connected_audience import read_audience
from mock_braze.domain.messages.message import EmailMessage
from mock_braze.domain.messages.recipients import Recipient
from mock_braze.domain.messages.send import ApiMessages, ApiTriggering, Reach, Send
from mock_braze.domain.messages.sending import send_message
from mock_braze.domain.segments.audience import matches, members_of
from mock_braze.domain.segments.filters import Either, Every, Filter
from mock_braze.domain.state import State
from mock_braze.domain.tracking.ingestion import TrackRequest, announce, read_write
from mock_braze.domain.tracking.writes import apply_write
from mock_braze.domain.users.identity import (
    PRIMARY,
    BrazeId,
    Identifier,
    UserAlias,
    kind_of,
    written,
)
from mock_braze.domain.users.prioritization import Target, single_out
from mock_braze.domain.users.profile import Profile

MOST_TRIES = 40
# Inferred: so that forty of them are the two hours (recipient-look-ups-are-repeated)
BETWEEN_TRIES = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class AnotherTry(Due):
    """A recipient for whom a send is tried again; `tries` have been made.

    Facts: recipient-look-ups-are-repeated, emailless-recipients-are-retried
    """

    send: Send
    recipient: Recipient
    tries: int

    def settle(self, state: State, at: datetime) -> None:
        profile = found(state, self.send, self.recipient, at, self.tries + 1)
        if profile is not None:
            send_to(state, self.send, self.recipient, profile, at, self.tries + 1)


def perform(state: State, send: Send, at: datetime) -> None:
    """Send to everybody whom it is for.

    Facts: recipient-named-twice
    """
    for profile, recipient in people(state, send, at):
        send_to(state, send, recipient, profile, at, 1)


def people(state: State, send: Send, at: datetime) -> list[tuple[Profile, Recipient]]:
    """Everybody who is there of those whom a send names, or all; each once."""
    if send.reach.is_broadcast:
        return [
            (each, Recipient(Target(BrazeId(each.braze_id))))
            for each in _everybody(state, send, at)
        ]
    reached: dict[str, tuple[Profile, Recipient]] = {}
    for recipient in send.reach.recipients:
        profile = found(state, send, recipient, at, 1)
        if profile is not None:
            reached[profile.braze_id] = profile, recipient
    return list(reached.values())


def _everybody(state: State, send: Send, at: datetime) -> Iterable[Profile]:
    """Whom a broadcast reaches: of a campaign, its own audience.

    Facts: broadcast-to-the-audience-of-a-campaign
    """
    campaign, filter_ = _triggered(state, send), audience_of(state, send.reach, at)
    everybody = state.profiles if filter_ is None else members_of(state, filter_, at)
    if campaign is None:
        return everybody
    return [each for each in everybody if is_in_audience(state, campaign, each, at)]


def _triggered(state: State, send: Send) -> Campaign | None:
    """The campaign or Canvas that a send triggers, if it is there."""
    match send.content:
        case ApiTriggering(kind, campaign_id):
            return state.campaigns.of(kind).get(campaign_id)
        case ApiMessages():
            return None


def found(
    state: State, send: Send, recipient: Recipient, at: datetime, tries: int
) -> Profile | None:
    """The profile of a recipient, after the attributes that come with them are written.

    One who is not there is looked for again if named by an email, and else passed over.

    Facts: unknown-recipients-are-skipped, recipient-attributes, recipient-look-ups-are-repeated
    """
    if tries == 1 and recipient.attributes is not None:
        _write(state, recipient, recipient.attributes, at, send.source.request)
    profile = single_out(state, recipient.target)
    if isinstance(profile, Profile):
        return profile
    tries = tries if recipient.is_by_email else MOST_TRIES
    _try_later(state, send, recipient, profile.why, at, tries)
    return None


def _write(
    state: State, recipient: Recipient, attributes: Mapping[str, Any], at: datetime, request: int
) -> None:
    """Write attributes at once.

    Facts: recipient-attributes
    """
    # Inferred: those that Braze would refuse are not written (recipient-attributes-that-are-bad)
    identifier = recipient.target.identifier
    item = {
        **{name: each for name, each in attributes.items() if name not in PRIMARY},
        **_named(identifier),
        "_update_existing_only": not recipient.may_create,
    }
    try:
        write, _ = read_write(state, TrackRequest([item]), request)
    except NothingUsable as refusal:
        told = refusal.errors[0]
        says = f"the attributes of a recipient are not written: {told.says or told.fault.sentence}"
        state.hazard(Hazard.value_not_kept, at, request, written(identifier), says)
        return
    announce(state, write)
    apply_write(state, write, at)


def _named(identifier: Identifier) -> dict[str, Any]:
    if isinstance(identifier, UserAlias):
        alias = {"alias_name": identifier.alias_name, "alias_label": identifier.alias_label}
        return {"user_alias": alias}
    return {kind_of(identifier): identifier.value}


def send_to(
    state: State, send: Send, recipient: Recipient, profile: Profile, at: datetime, tries: int
) -> None:
    """Send to one person, who must be in the audience."""
    filter_ = None if send.reach.is_broadcast else audience_of(state, send.reach, at)
    if filter_ is not None and not matches(filter_, profile, state, at):
        _tell(state, send, profile, "outside the audience of the request", at)
    elif profile.email is None and _is_email_only(state, send):
        _try_later(state, send, recipient, "the profile has no email", at, tries)
    else:
        _deliver(state, send, recipient, profile, at)


def audience_of(state: State, reach: Reach, at: datetime) -> Filter | None:
    """The filters of a send as one; None if it has none. A segment that is gone holds nobody."""
    filters: list[Filter] = []
    if reach.segment_id is not None:
        segment = state.segments.get(reach.segment_id)
        filters.append(Either(()) if segment is None else segment.filter)
    if reach.audience is not None:
        filters.append(read_audience(reach.audience, at))
    return Every(tuple(filters)) if filters else None


def _is_email_only(state: State, send: Send) -> bool:
    """Whether nothing but emails would be sent; what a Canvas does is more than that."""
    campaign = _triggered(state, send)
    content = send.content
    messages = content.messages if isinstance(content, ApiMessages) else ()
    if campaign is not None:
        messages = campaign.messages
    return bool(messages) and all(isinstance(each, EmailMessage) for each in messages)


def _deliver(
    state: State, send: Send, recipient: Recipient, profile: Profile, at: datetime
) -> None:
    """Have the content go out to one person."""
    content, campaign = send.content, _triggered(state, send)
    if isinstance(content, ApiMessages):
        _send_messages(state, send, content, profile, at)
    elif campaign is not None:
        properties = {**content.properties, **recipient.properties}
        is_canvas = content.kind is Kind.CANVAS
        occasion = (
            Occasion(context=properties)
            if is_canvas
            else Occasion(api_trigger_properties=properties)
        )
        trigger_by_api(state, campaign, profile, occasion, at, send.source)


def _send_messages(
    state: State, send: Send, content: ApiMessages, profile: Profile, at: datetime
) -> None:
    for channel in content.push:
        _tell(state, send, profile, "push goes nowhere in this fake", at, channel)
    for message in content.messages:
        send_message(
            state, message, profile, Occasion(), at, send.source,
            recipient_state=content.recipient_state,
        )  # fmt: skip


def _try_later(
    state: State, send: Send, recipient: Recipient, why: str, at: datetime, tries: int
) -> None:
    """Facts: recipient-look-ups-are-repeated, unknown-recipients-are-skipped"""
    if tries < MOST_TRIES:
        state.agenda.add(at + BETWEEN_TRIES, AnotherTry(send, recipient, tries))
        return
    named = written(recipient.target.identifier)
    state.hazard(Hazard.recipient_skipped, at, send.source.request, named, why)


def _tell(
    state: State, send: Send, profile: Profile, reason: str, at: datetime, channel: str = ""
) -> None:
    source = send.source
    details: dict[str, Any] = {
        "braze_id": profile.braze_id, "channel": channel, "reason": reason,
        "campaign_id": source.campaign_id, "dispatch_id": source.dispatch_id,
    }  # fmt: skip
    state.effect(Effect.MESSAGE_NOT_SENT, at, source.request, **details)
