"""Whom and what the endpoints about subscription groups name: from queries and bodies."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_braze.domain.addresses import (
    Address,
    AddressKind,
    is_valid_email,
    is_valid_phone,
    stored_email,
    stored_phone,
)
from mock_braze.domain.attributes import GROUP_STATES
from mock_braze.domain.double_opt_in import is_asked_for
from mock_braze.domain.errors import (
    BadSubscriberAddress,
    BadSubscriptionState,
    EmailAndPhone,
    NoSubscriber,
    TooManySubscribers,
    WrongChannel,
)
from mock_braze.domain.identity import ExternalId, identifier_text
from mock_braze.domain.subscription import Subscriber, SubscriptionGroup
from mock_braze.domain.subscription_changes import StatusChange
from mock_braze.rest.bodies import members_of, query_values
from mock_braze.rest.operations import Call

MOST_SUBSCRIBERS = 50
STATUS_SET_MEMBERS = frozenset(
    {
        "subscription_group_id",
        "subscription_state",
        "external_id",
        "email",
        "phone",
        "use_double_opt_in_logic",
    }
)


def queried_subscribers(call: Call, group: SubscriptionGroup) -> list[tuple[str, Subscriber]]:
    """Whose states are asked for, each with the identifier as it was written.

    Raises:
        NoSubscriber, EmailAndPhone, TooManySubscribers: of the query.
        WrongChannel: an email for an SMS group or a phone for an email group.

    Facts: status-get-identifier-rules, plus-in-phone-query
    """
    external_ids, emails, phones = (
        query_values(call, name) for name in ("external_id", "email", "phone")
    )
    if external_ids:
        _check_count(external_ids)
        return [(value, ExternalId(value)) for value in external_ids]
    if emails and phones:
        raise EmailAndPhone
    if not emails and not phones:
        raise NoSubscriber
    _check_count(emails or phones)
    kind = AddressKind.EMAIL if emails else AddressKind.PHONE
    if kind is not group.channel.address_kind and call.workspace.state.dials.wrong_channel == (
        "refused"
    ):
        raise WrongChannel
    # Braze: an unencoded plus arrives as a space (plus-in-phone-query)
    asked = emails or [f"+{value[1:]}" if value.startswith(" ") else value for value in phones]
    return [(value, _address(kind, value)) for value in asked]


def _address(kind: AddressKind, value: str) -> Address:
    return Address(kind, stored_email(value) if kind is AddressKind.EMAIL else stored_phone(value))


def _check_count(values: Sequence[Any]) -> None:
    if len(values) > MOST_SUBSCRIBERS:
        raise TooManySubscribers


def status_change(call: Call) -> StatusChange:
    """What `/subscription/status/set` asks for; checked in the order group, state, identifiers.

    Raises:
        UnknownSubscriptionGroup, BadSubscriptionState, EmailAndPhone, NoSubscriber,
        TooManySubscribers, WrongChannel, BadSubscriberAddress: of the body.

    Facts: check-order-of-status-set, status-set-external-id-forms, status-set-missing-state
    """
    members = members_of(call)
    call.workspace.warn_of_unknown_members(members, STATUS_SET_MEMBERS, call.number)
    group = call.workspace.group(members.get("subscription_group_id"))
    state = members.get("subscription_state")
    if not isinstance(state, str) or state not in GROUP_STATES:
        raise BadSubscriptionState
    asks_for_double_opt_in = is_asked_for(group, state, members.get("use_double_opt_in_logic"))
    return StatusChange(
        group, state, tuple(_subscribers(members, group)), call.number, asks_for_double_opt_in
    )


def _subscribers(members: Mapping[str, Any], group: SubscriptionGroup) -> list[Subscriber]:
    external_ids, emails, phones = (
        _one_or_many(members, name) for name in ("external_id", "email", "phone")
    )
    if emails and phones:
        raise EmailAndPhone
    named = external_ids or emails or phones
    if not named:
        raise NoSubscriber
    _check_count(named)
    if external_ids:
        return [ExternalId(_id(value)) for value in external_ids]
    kind = AddressKind.EMAIL if emails else AddressKind.PHONE
    if kind is not group.channel.address_kind:
        raise WrongChannel
    return [_checked_address(kind, value) for value in named]


def _one_or_many(members: Mapping[str, Any], name: str) -> list[Any]:
    value = members.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _id(value: object) -> str:
    text = identifier_text(value)
    if not text:
        raise NoSubscriber
    return text


def _checked_address(kind: AddressKind, value: object) -> Address:
    """Facts: status-set-bad-phone"""
    if not isinstance(value, str):
        raise BadSubscriberAddress
    address = _address(kind, value)
    is_valid = is_valid_email if kind is AddressKind.EMAIL else is_valid_phone
    if not is_valid(address.value):
        raise BadSubscriberAddress
    return address
