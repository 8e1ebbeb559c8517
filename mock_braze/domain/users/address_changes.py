"""What becomes of a profile's states when its email or phone changes."""

from datetime import datetime

from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.double_opt_in import void_all
from mock_braze.domain.subscriptions.global_email_state import take_email_state
from mock_braze.domain.subscriptions.orphan_states import adopt_states, leave_states
from mock_braze.domain.subscriptions.subscription import Subscriptions
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import BrazeId
from mock_braze.domain.users.profile import Profile


def readdress(
    state: State, profile: Profile, kind: AddressKind, value: str | None, at: datetime, request: int
) -> None:
    """Change a profile's email or phone; its group states follow.

    To an address that Braze knows, the profile takes that address's states; to a new one it
    brings its own along. States that it leaves behind wait for somebody else with the address.

    Facts: moved-phone-moves-states, left-address-orphans-its-states
    """
    if value == (profile.email if kind is AddressKind.EMAIL else profile.phone):
        return
    old, new = profile.address(kind), None if value is None else Address(kind, value)
    states, profiles = state.subscriptions, state.profiles
    holders = [] if new is None else profiles.with_address(new)
    profiles.readdress(profile, kind, value)
    if old is not None and not profiles.with_address(old):
        # Inferred: nobody is there to confirm any more (double-opt-in-needs-a-profile)
        void_all(state, old, at, request)
    own = _kept_behind(state, profile, kind)
    if new is None:
        leave_states(state, old, at, request)
        return
    is_known = bool(holders) or states.knows(new)
    before = {group_id: held.state for group_id, held in states.held_by(new)}
    if kind is AddressKind.EMAIL:
        take_email_state(state, profile, holders, at, had_email=old is not None)
    if old is None:
        _bring_own_states(state, profile, kind, new)
    elif not is_known and profiles.with_address(old):
        states.copy(old, new)
    elif not is_known:
        states.move(old, new)
    else:
        leave_states(state, old, at, request)
    if not is_known:
        for group_id, kept in own.items():
            _bring(states, group_id, new, kept)
    for group_id, held in states.held_by(new):
        if held.state != before.get(group_id):
            state.effect(
                Effect.STATE_MOVED, at, request, group_id=group_id,
                subscriber=new.value, braze_id=profile.braze_id, state=held.state,
            )  # fmt: skip
    if profile.is_finished(at):
        adopt_states(state, profile, at, request)


def _kept_behind(state: State, profile: Profile, kind: AddressKind) -> dict[str, str | None]:
    """States of the profile that its old address had no more; from here on it has no such ones."""
    states = state.subscriptions
    own = {
        group_id: kept
        for group_id, kept in states.left_behind(profile.braze_id).items()
        if states.groups[group_id].channel.address_kind is kind
    }
    for group_id in own:
        states.catch_up(group_id, profile.braze_id)
    return own


def _bring(states: Subscriptions, group_id: str, new: Address, kept: str | None) -> None:
    if kept is not None:
        states.put(group_id, new, kept)
    elif states.get(group_id, new) is not None:
        states.drop(group_id, new)


def _bring_own_states(state: State, profile: Profile, kind: AddressKind, new: Address) -> None:
    """States kept by the profile itself move to its first address of the channel."""
    own = BrazeId(profile.braze_id)
    for group_id, held in list(state.subscriptions.held_by(own)):
        if state.subscriptions.groups[group_id].channel.address_kind is kind:
            state.subscriptions.drop(group_id, own)
            if state.subscriptions.get(group_id, new) is None:
                state.subscriptions.put(group_id, new, held.state, held.orphan_since)
