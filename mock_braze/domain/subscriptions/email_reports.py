"""What mail providers and the customer report of addresses: bounces, spam, blocked ones."""

from datetime import datetime

from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.email_lists import ListQuery, page_of
from mock_braze.domain.subscriptions.global_email_state import set_address_state
from mock_braze.domain.users.addresses import Address, AddressKind

SPAM_MARK = "marked_email_as_spam_at"


def report_bounce(state: State, email: str, at: datetime, request: int) -> None:
    """Mark an address as invalid; its global state stays.

    Facts: hard-bounce-leaves-the-state
    """
    if email not in state.email_lists.hard_bounces:
        state.email_lists.hard_bounces[email] = at
        state.effect(Effect.EMAIL_LISTED, at, request, email=email, list="hard_bounces")


def remove_bounce(state: State, email: str, at: datetime, request: int) -> None:
    """Take an address off the list of hard bounces.

    Facts: bounce-remove-body
    """
    if state.email_lists.hard_bounces.pop(email, None) is not None:
        state.effect(Effect.EMAIL_UNLISTED, at, request, email=email, list="hard_bounces")


def report_spam(state: State, email: str, at: datetime, request: int) -> None:
    """Mark an address, and the profiles that carry it, as having called a message spam.

    Facts: spam-report-marks
    """
    state.email_lists.spam_reports.setdefault(email, at)
    for holder in state.profiles.with_address(Address(AddressKind.EMAIL, email)):
        holder.fields.setdefault(SPAM_MARK, at)
    state.effect(Effect.EMAIL_LISTED, at, request, email=email, list="spam_reports")


def remove_spam_report(state: State, email: str, at: datetime, request: int) -> None:
    """Take an address off the list of spam reports.

    Facts: spam-remove-body
    """
    state.email_lists.spam_reports.pop(email, None)
    marked = [
        holder
        for holder in state.profiles.with_address(Address(AddressKind.EMAIL, email))
        if holder.fields.pop(SPAM_MARK, None) is not None
    ]
    if marked:
        state.effect(Effect.EMAIL_UNLISTED, at, request, email=email, list="spam_reports")


def block(state: State, email: str, at: datetime, request: int) -> None:
    """Unsubscribe an address and mark it as hard bounced.

    Facts: blocklist-unsubscribes-and-bounces
    """
    set_address_state(state, email, "unsubscribed", at, request)
    report_bounce(state, email, at, request)


def hard_bounces(state: State, query: ListQuery) -> list[tuple[str, datetime]]:
    """Addresses that bounced, each with when."""
    if _may_be_empty(state, query):
        return []
    return page_of(state.email_lists.hard_bounces.items(), query)


def unsubscribes(state: State, query: ListQuery) -> list[tuple[str, datetime]]:
    """Addresses that unsubscribed, each with when.

    Facts: resubscribed-addresses-leave-the-list
    """
    if _may_be_empty(state, query):
        return []
    keeps_all = state.dials.resubscribed_addresses == "listed"
    entries = state.email_lists.unsubscriptions.items()
    return page_of(
        ((email, each.at) for email, each in entries if keeps_all or not each.is_over), query
    )


def _may_be_empty(state: State, query: ListQuery) -> bool:
    """Facts: paged-email-look-up"""
    empties = state.dials.paged_email_look_up == "empty"
    return empties and query.is_paged and bool(query.addresses)
