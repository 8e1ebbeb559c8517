"""The global email state: it hangs on the address, and every profile that carries it shows it."""

from collections.abc import Sequence
from datetime import datetime

from mock_braze.domain.campaigns.entry import fire
from mock_braze.domain.campaigns.happenings import StatusChanged
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.users.spread import spread

DEFAULT = "subscribed"


def set_email_state(
    state: State,
    profile: Profile,
    value: str,
    at: datetime,
    request: int,
    *,
    is_heard: bool = True,
) -> None:
    """Set the global state of a profile, which is that of others with the same address.

    Campaigns hear of it if `is_heard`.

    Facts: global-email-state-hangs-on-the-address, change-reaches-all-holders
    """
    if profile.email is not None:
        email = profile.email
        set_address_state(state, email, value, at, request, named=profile, is_heard=is_heard)
    else:
        _set(state, [profile], value, at, request, is_heard=is_heard)


def set_address_state(
    state: State,
    email: str,
    value: str,
    at: datetime,
    request: int,
    *,
    named: Profile | None = None,
    is_heard: bool = True,
) -> None:
    """Set the global state of an address; one that nobody has keeps it for who gets it.

    Facts: email-status-before-the-profile, email-state-spreads-to-100
    """
    reached, _ = spread(state, Address(AddressKind.EMAIL, email), named, at, request)
    if not reached:
        state.email_lists.waiting_states[email] = value
    state.email_lists.note_state(email, value, at)
    state.effect(
        Effect.EMAIL_STATE_CHANGED, at, request, email=email, state=value, profiles=len(reached)
    )
    _set(state, reached, value, at, request, is_heard=is_heard)


def _set(
    state: State,
    profiles: Sequence[Profile],
    value: str,
    at: datetime,
    request: int,
    *,
    is_heard: bool,
) -> None:
    """Facts: status-trigger"""
    changed = [each for each in profiles if each.email_subscribe != value]
    for each in changed:
        each.email_subscribe = value
    if state.campaigns.listeners and is_heard:
        for each in changed:
            fire(state, each, StatusChanged("email", value), at, request)


def take_email_state(
    state: State,
    profile: Profile,
    holders: Sequence[Profile],
    at: datetime,
    *,
    had_email: bool = False,
) -> None:
    """The global state of a profile that has got an address, which `holders` have already.

    Facts: email-update-resubscribes, email-status-before-the-profile
    """
    email, lists = str(profile.email), state.email_lists
    waiting = lists.waiting_states.pop(email, None)
    if had_email and not state.dials.resubscribe_on_email_update:
        lists.note_state(email, profile.email_subscribe, at)
    elif holders:
        profile.email_subscribe = holders[0].email_subscribe
    elif waiting is not None:
        profile.email_subscribe = waiting
    elif had_email:
        profile.email_subscribe = DEFAULT
        lists.note_state(email, DEFAULT, at)
    else:
        lists.note_state(email, profile.email_subscribe, at)
