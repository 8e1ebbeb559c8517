"""Whom a request about subscription groups names, and what is refused, or not, where it is wrong.

Much of what Braze answers here nobody has shown, so that each such answer is a dial.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mock_braze.domain.errors import (
    BadSubscriberAddress,
    BadSubscriptionState,
    EmailAndPhone,
    NoSubscriber,
    Refusal,
    TooManySubscribers,
    UnknownSubscriptionGroup,
    WrongChannel,
)
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.double_opt_in import is_asked_for
from mock_braze.domain.subscriptions.subscription import MOST_GROUPS, Subscriber, SubscriptionGroup
from mock_braze.domain.subscriptions.subscription_changes import StatusChange
from mock_braze.domain.tracking.attributes import GROUP_STATES
from mock_braze.domain.users.addresses import (
    Address,
    AddressKind,
    is_valid_email,
    is_valid_phone,
    stored_email,
    stored_phone,
)
from mock_braze.domain.users.identity import ExternalId, identifier_text

MOST_SUBSCRIBERS = 50
# Inferred: a request changes no more groups than a workspace may have (v2-group-count)
MOST_CHANGES = MOST_GROUPS
_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """The identifiers of a request as they were sent, of each kind a list."""

    external_ids: Sequence[Any] = ()
    emails: Sequence[Any] = ()
    phones: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class WantedChange:
    """One change of state as a request words it, nothing checked.

    `needs_e164`: the request must write phones in E.164, not in any form that can be completed.
    """

    group_id: object
    state: object
    named: Named
    use_double_opt_in_logic: object
    needs_e164: bool = False


def group_named(state: State, group_id: object) -> SubscriptionGroup:
    """Raises:
        UnknownSubscriptionGroup: there is none with this identifier.

    Facts: unknown-group-400
    """
    group = state.subscriptions.groups.get(group_id) if isinstance(group_id, str) else None
    if group is None:
        raise UnknownSubscriptionGroup
    return group


def read_changes(state: State, wanted: Sequence[WantedChange], request: int) -> list[StatusChange]:
    """What a request changes, once all of it has been checked: group, state, identifiers.

    Raises:
        UnknownSubscriptionGroup, BadSubscriptionState, EmailAndPhone, NoSubscriber,
        TooManySubscribers, WrongChannel, BadSubscriberAddress: in some of its changes, unless
            the dial for it says that Braze lets it pass.

    Facts: check-order-of-status-set, status-set-missing-state, status-set-needs-identifier,
        v2-emails-or-phones
    """
    changes = [_read_change(state, each, request) for each in wanted]
    if any(each.named.emails for each in wanted) and any(each.named.phones for each in wanted):
        raise EmailAndPhone
    return [each for each in changes if each is not None]


def _read_change(state: State, wanted: WantedChange, request: int) -> StatusChange | None:
    group = group_named(state, wanted.group_id)
    value = wanted.state
    if not isinstance(value, str) or value not in GROUP_STATES:
        is_ignored = state.dials.missing_state == "ignored"
        _refuse(BadSubscriptionState(), state, request, "subscription_state", is_ignored)
        return None
    asks_for_double_opt_in = is_asked_for(group, value, wanted.use_double_opt_in_logic)
    subscribers = tuple(_subscribers(state, group, wanted, request))
    return StatusChange(group, value, subscribers, request, asks_for_double_opt_in)


def _refuse(
    refusal: Refusal, state: State, request: int, subject: str, is_ignored: bool = False
) -> None:
    """Refuse, or let it pass with a hazard: what it asks for comes to nothing."""
    if not is_ignored:
        raise refusal
    now, says = state.clock.now(), refusal.message
    state.hazard(Hazard.subscription_update_lost, now, request, subject, says)


def _subscribers(
    state: State, group: SubscriptionGroup, wanted: WantedChange, request: int
) -> Iterator[Subscriber]:
    """Whom a change names; an external_id is taken before an address.

    Facts: status-set-external-id-forms, status-set-bad-phone
    """
    named, dials = wanted.named, state.dials
    if named.emails and named.phones:
        raise EmailAndPhone
    values = named.external_ids or named.emails or named.phones
    if not values:
        is_ignored = dials.missing_subscriber == "ignored"
        _refuse(NoSubscriber(), state, request, "no identifier", is_ignored)
    values = _first_fifty(state, values)
    if named.external_ids:
        yield from (ExternalId(_id(value)) for value in values)
        return
    kind = AddressKind.EMAIL if named.emails else AddressKind.PHONE
    for value in values:
        subject = str(value)
        if kind is not group.channel.address_kind:
            _refuse(WrongChannel(), state, request, subject, dials.wrong_channel == "unknown")
        elif not _is_good(state, kind, value, needs_e164=wanted.needs_e164):
            _refuse(BadSubscriberAddress(), state, request, subject, dials.bad_phone == "ignored")
        else:
            yield address_of(kind, value)


def _first_fifty(state: State, values: Sequence[Any]) -> Sequence[Any]:
    """Facts: subscription-identifier-limit"""
    if len(values) > MOST_SUBSCRIBERS and state.dials.too_many_subscribers == "refused":
        raise TooManySubscribers
    return values[:MOST_SUBSCRIBERS]


def _id(value: object) -> str:
    text = identifier_text(value)
    if not text:
        raise NoSubscriber
    return text


def _is_good(state: State, kind: AddressKind, value: object, *, needs_e164: bool) -> bool:
    """Facts: v2-phones-in-e164, status-set-loose-phone"""
    if not isinstance(value, str):
        return False
    if kind is AddressKind.EMAIL:
        return is_valid_email(value)
    needs_e164 = needs_e164 or state.dials.loose_phone == "refused"
    return (not needs_e164 or bool(_E164.fullmatch(value))) and is_valid_phone(stored_phone(value))


def address_of(kind: AddressKind, text: str) -> Address:
    """An email or phone in stored form."""
    return Address(kind, stored_email(text) if kind is AddressKind.EMAIL else stored_phone(text))


def asked_subscribers(
    state: State, named: Named, group: SubscriptionGroup | None = None
) -> list[tuple[str, Subscriber]]:
    """Whose states are asked for, each with the identifier as it was written.

    Raises:
        NoSubscriber, EmailAndPhone, TooManySubscribers, BadSubscriberAddress: of the query.
        WrongChannel: an email for an SMS `group` or a phone for an email one.

    Facts: status-get-identifier-rules, status-get-email-and-phone
    """
    dials = state.dials
    if named.external_ids:
        return [(value, ExternalId(value)) for value in _first_fifty(state, named.external_ids)]
    if named.emails and named.phones and dials.email_and_phone_query == "refused":
        raise EmailAndPhone
    values = named.emails or named.phones
    if not values and dials.missing_subscriber == "refused":
        raise NoSubscriber
    values = _first_fifty(state, values)
    kind = AddressKind.EMAIL if named.emails else AddressKind.PHONE
    is_wrong = group is not None and kind is not group.channel.address_kind
    if values and is_wrong and dials.wrong_channel == "refused":
        raise WrongChannel
    asked: list[tuple[str, Subscriber]] = [(value, address_of(kind, value)) for value in values]
    if kind is AddressKind.PHONE and dials.bad_queried_phone == "refused":
        _check_phones(asked)
    return asked


def _check_phones(asked: Sequence[tuple[str, Subscriber]]) -> None:
    if not all(is_valid_phone(phone.value) for _, phone in asked):
        raise BadSubscriberAddress
