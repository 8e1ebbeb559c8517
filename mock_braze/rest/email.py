"""`/email/…`: the global state of addresses, and the lists of bounces, unsubscribes and spam."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mock_braze.domain.errors import (
    BadSubscriberAddress,
    BadSubscriptionState,
    MissingEmail,
    TooManySubscribers,
)
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions import email_reports
from mock_braze.domain.subscriptions.global_email_state import set_address_state
from mock_braze.domain.tracking.attributes import GLOBAL_STATES
from mock_braze.domain.users.addresses import is_valid_email, stored_email
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.lists import RANGE_PARAMETERS, listed_time, read_list_query
from mock_braze.rest.operations import operation

MOST_EMAILS = 50
LIST_PARAMETERS = RANGE_PARAMETERS | {"email"}


@operation("POST", "/email/status", permission="email.status")
def set_global_state(call: Call) -> Reply:
    """Set the global state of addresses.

    Facts: email-status-request, email-status-success-body
    """
    members = _members(call, "email", "subscription_state")
    emails = _emails(members)
    value = members.get("subscription_state")
    if not isinstance(value, str) or value not in GLOBAL_STATES:
        raise BadSubscriptionState
    for email in emails:
        set_address_state(
            call.workspace.state, email, value, call.workspace.clock.now(), call.number
        )
    return bodies.accepted({})


@operation("GET", "/email/hard_bounces", permission="email.hard_bounces")
def list_hard_bounces(call: Call) -> Reply:
    """Facts: hard-bounces-empty-body, hard-bounces-body"""
    call.workspace.warn_of_unknown_members(bodies.query_names(call), LIST_PARAMETERS, call.number)
    query = read_list_query(call, _asked_emails(call))
    found = email_reports.hard_bounces(call.workspace.state, query)
    return _listed(call, found, "hard_bounced_at")


@operation("GET", "/email/unsubscribes", permission="email.unsubscribe")
def list_unsubscribes(call: Call) -> Reply:
    """Facts: unsubscribes-body"""
    known = LIST_PARAMETERS | {"sort_direction"}
    call.workspace.warn_of_unknown_members(bodies.query_names(call), known, call.number)
    query = read_list_query(call, _asked_emails(call))
    found = email_reports.unsubscribes(call.workspace.state, query)
    return _listed(call, found, "unsubscribed_at")


@operation("POST", "/email/bounce/remove", permission="email.bounce.remove")
def remove_bounces(call: Call) -> Reply:
    """Facts: bounce-remove-body"""
    return _for_each_email(call, email_reports.remove_bounce)


@operation("POST", "/email/spam/remove", permission="email.spam.remove")
def remove_spam_reports(call: Call) -> Reply:
    """Facts: spam-remove-body"""
    return _for_each_email(call, email_reports.remove_spam_report)


@operation("POST", "/email/blocklist", permission="email.blacklist")
@operation("POST", "/email/blacklist", permission="email.blacklist")
def block(call: Call) -> Reply:
    """Facts: blocklist-unsubscribes-and-bounces, blocklist-success-body"""
    return _for_each_email(call, email_reports.block)


def _for_each_email(call: Call, change: Callable[[State, str, datetime, int], None]) -> Reply:
    for email in _emails(_members(call, "email")):
        change(call.workspace.state, email, call.workspace.clock.now(), call.number)
    return bodies.accepted({})


def _members(call: Call, *known: str) -> Mapping[str, Any]:
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, frozenset(known), call.number)
    return members


def _emails(members: Mapping[str, Any]) -> list[str]:
    """`email`: one address or an array of up to 50, each in stored form.

    Raises:
        MissingEmail, TooManySubscribers, BadSubscriberAddress: of the body.

    Facts: email-endpoints-take-one-or-fifty, email-endpoints-bad-input
    """
    value = members.get("email")
    values: list[Any] = value if isinstance(value, list) else [value]
    if value is None or not values:
        raise MissingEmail
    if len(values) > MOST_EMAILS:
        raise TooManySubscribers
    if not all(is_valid_email(each) for each in values):
        raise BadSubscriberAddress
    return [stored_email(each) for each in values]


def _asked_emails(call: Call) -> list[str]:
    return [stored_email(value) for value in bodies.query_values(call, "email")]


def _listed(call: Call, found: list[tuple[str, datetime]], name: str) -> Reply:
    return bodies.read(
        {"emails": [{"email": email, name: listed_time(call.workspace, at)} for email, at in found]}
    )
