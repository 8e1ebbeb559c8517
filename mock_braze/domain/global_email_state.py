"""The global email state: one for each address, whoever carries it."""

from collections.abc import Sequence

from mock_braze.domain.addresses import AddressKind
from mock_braze.domain.profile import Profile
from mock_braze.domain.state import State


def set_email_state(state: State, profile: Profile, value: str) -> None:
    """Set the global email state, which is that of everybody with the same address."""
    profile.email_subscribe = value
    address = profile.address(AddressKind.EMAIL)
    for holder in [] if address is None else state.profiles.with_address(address):
        holder.email_subscribe = value


def take_email_state(profile: Profile, holders: Sequence[Profile], *, had_email: bool) -> None:
    """The global email state at a new address: that of who has it, else the default one."""
    if holders:
        profile.email_subscribe = holders[0].email_subscribe
    elif had_email:
        profile.email_subscribe = "subscribed"
