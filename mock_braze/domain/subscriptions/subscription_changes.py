"""How subscription states change: by request, by attribute, and when a profile goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.entry import fire
from mock_braze.domain.campaigns.happenings import GroupChanged
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.change_source import ChangeSource
from mock_braze.domain.subscriptions.double_opt_in import (
    Asked,
    begin_by_request,
    is_asked_for,
    void,
    warn_of_direct_subscription,
)
from mock_braze.domain.subscriptions.orphan_states import orphan_state
from mock_braze.domain.subscriptions.subscription import (
    Holder,
    Subscriber,
    SubscriptionGroup,
    holder_of,
)
from mock_braze.domain.tracking.attributes import GroupState
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import BrazeId, ExternalId
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.users.spread import spread


@dataclass(frozen=True, slots=True)
class StatusChange(Due):
    """An accepted `/subscription/status/set`, for every subscriber it names."""

    group: SubscriptionGroup
    state: str
    subscribers: tuple[Subscriber, ...]
    request: int
    use_double_opt_in_logic: bool = False

    def settle(self, state: State, at: datetime) -> None:
        apply_change(state, self, at)


def accept_change(state: State, change: StatusChange) -> None:
    """Take a change, say what is dangerous about it, and let it become true after its lag."""
    for subscriber in change.subscribers:
        _warn_if_early(state, subscriber, change)
    if state.dials.status_lag:
        state.agenda.add(state.clock.now() + state.dials.status_lag, change)
    else:
        apply_change(state, change, state.clock.now())


def _warn_if_early(state: State, subscriber: Subscriber, change: StatusChange) -> None:
    now, name = state.clock.now(), subscriber.value
    profiles = _profiles(state, subscriber)
    if profiles and not any(each.is_finished(now) for each in profiles):
        ready = min(each.finished_at for each in profiles) - now
        says = f"the profile is finished {ready.total_seconds():g} s later"
        state.hazard(Hazard.subscription_before_creation_lag, now, change.request, name, says)
    elif not profiles and isinstance(subscriber, Address) and _is_coming(state, subscriber):
        says = "the profile with this address is accepted and not readable yet"
        state.hazard(Hazard.subscription_before_creation_lag, now, change.request, name, says)


def _is_coming(state: State, address: Address) -> bool:
    return address.value in state.coming_addresses[address.kind]


def _profiles(state: State, subscriber: Subscriber) -> list[Profile]:
    if isinstance(subscriber, ExternalId):
        return state.profiles.find(subscriber)
    return state.profiles.with_address(subscriber)


def apply_change(state: State, change: StatusChange, at: datetime) -> None:
    """Facts: state-hangs-on-the-address, change-reaches-all-holders, orphan-states-live-30-days,
    early-update-by-external-id-is-lost, group-change-needs-a-finished-profile,
    double-opt-in-needs-a-profile, double-opt-in-flag-single-group,
    archived-groups-do-not-change
    """
    is_archived = state.subscriptions.groups[change.group.id].is_archived
    for subscriber in change.subscribers:
        profiles = _profiles(state, subscriber)
        if is_archived:
            _lose(state, change, subscriber.value, "the group is archived", at)
            continue
        is_taken = _has_finished_holder(state, change.group, profiles, at)
        are_ready = is_taken or state.dials.early_subscription == "applied"
        asked = Asked(change.group, subscriber.value, change.state, change.request)
        flag = change.use_double_opt_in_logic
        if _is_taken_over(state, asked, profiles, at, flag=flag, are_ready=are_ready):
            continue
        if not profiles and isinstance(subscriber, ExternalId):
            _lose(state, change, subscriber.value, "no profile has this external_id", at)
        elif not profiles and isinstance(subscriber, Address):
            orphan_state(state, change.group.id, subscriber, change.state, at, change.request)
            says = "no profile carries this address"
            state.hazard(Hazard.orphan_subscription, at, change.request, subscriber.value, says)
        elif are_ready:
            _take(state, profiles[0], change, at)
        elif state.dials.early_subscription == "lost":
            _lose(state, change, subscriber.value, "the profile was not finished", at)
        elif _has_taken_state(state, change.group, profiles[0]):
            _take(state, profiles[0], change, at)
        else:
            holder = holder_of(profiles[0], change.group)
            orphan_state(state, change.group.id, holder, change.state, at, change.request)


def _take(state: State, profile: Profile, change: StatusChange, at: datetime) -> None:
    take_state(
        state, profile, change.group.id, change.state, at, change.request, ChangeSource.REST_API
    )


def _has_finished_holder(
    state: State, group: SubscriptionGroup, profiles: Sequence[Profile], at: datetime
) -> bool:
    """Whether a finished profile has the state of those named: one of them, or one with the same
    address, since it hangs on that.

    Facts: state-hangs-on-the-address
    """
    if any(each.is_finished(at) for each in profiles):
        return True
    address = holder_of(profiles[0], group) if profiles else None
    return isinstance(address, Address) and any(
        each.is_finished(at) for each in state.profiles.with_address(address)
    )


def _has_taken_state(state: State, group: SubscriptionGroup, profile: Profile) -> bool:
    """Whether a profile has a state in the group, though it is not finished: it is known there.

    Inferred: such a state changes at once (early-change-of-a-known-state)
    """
    held = state.subscriptions.get(group.id, holder_of(profile, group))
    return held is not None and held.orphan_since is None


def set_group_state(
    state: State,
    profile: Profile,
    change: GroupState,
    at: datetime,
    request: int,
    source: ChangeSource | None,
) -> None:
    """Set one state of the `subscription_groups` attribute, or begin its double opt-in.

    Inferred: in the object that makes a profile there is no race, so it counts as finished
    (double-opt-in-on-unfinished-profile)
    """
    group = state.subscriptions.groups[change.group_id]
    asked = Asked(group, holder_of(profile, group).value, change.state, request)
    if group.is_archived:
        lose_state(state, group.id, asked.subject, "the group is archived", at, request)
        return
    flag = is_asked_for(group, change.state, change.flag)
    is_ready = source is not ChangeSource.CANVAS_STEP or _is_ready_in_canvas(
        state, profile, asked, at
    )
    if _is_taken_over(state, asked, [profile], at, flag=flag, are_ready=is_ready):
        return
    if is_ready:
        take_state(state, profile, change.group_id, change.state, at, request, source)
    else:
        lose_state(state, group.id, asked.subject, "the profile was not finished", at, request)


def _is_ready_in_canvas(state: State, profile: Profile, asked: Asked, at: datetime) -> bool:
    """Whether a Canvas can change the states of a profile that may not be finished.

    Facts: early-user-update
    """
    if profile.is_finished(at):
        return True
    ready = (profile.finished_at - at).total_seconds()
    says = f"a Canvas set it, and the profile is finished {ready:g} s later"
    hazard = Hazard.subscription_before_creation_lag
    state.hazard(hazard, at, asked.request, asked.subject, says)
    return state.dials.early_user_update == "applied"


def _is_taken_over(
    state: State,
    asked: Asked,
    profiles: Sequence[Profile],
    at: datetime,
    *,
    flag: bool,
    are_ready: bool,
) -> bool:
    """Whether double opt-in sees to a change; one that should have asked for it is told."""
    if flag and begin_by_request(state, asked, profiles, at, are_ready=are_ready):
        return True
    warn_of_direct_subscription(state, asked, at)
    return False


def _lose(state: State, change: StatusChange, subscriber: str, why: str, at: datetime) -> None:
    lose_state(state, change.group.id, subscriber, why, at, change.request)


def lose_state(
    state: State, group_id: str, subscriber: str, why: str, at: datetime, request: int
) -> None:
    """Journal that an accepted state came to nothing."""
    state.effect(Effect.STATE_LOST, at, request, group_id=group_id, subscriber=subscriber)
    state.hazard(Hazard.subscription_update_lost, at, request, subscriber, why)


def take_state(
    state: State,
    profile: Profile,
    group_id: str,
    value: str,
    at: datetime,
    request: int,
    source: ChangeSource | None,
) -> None:
    """Set a profile's state in a group, which is that of others with the same address.

    No `source` is one that no campaign hears of.

    Facts: state-hangs-on-the-address, change-reaches-all-holders, archived-groups-do-not-change
    """
    group = state.subscriptions.groups[group_id]
    holder = holder_of(profile, group)
    if group.is_archived:
        lose_state(state, group_id, holder.value, "the group is archived", at, request)
        return
    void(state, group_id, holder, at, request)
    states, held = state.subscriptions, state.subscriptions.get(group_id, holder)
    before = None if held is None or held.orphan_since is not None else held.state
    if before == value and not states.is_left_behind(group_id, profile.braze_id):
        return
    reached = [profile]
    if isinstance(holder, Address):
        reached, left = spread(state, holder, profile, at, request)
        for each in left:
            states.leave_behind(group_id, each.braze_id, before)
        for each in reached:
            states.catch_up(group_id, each.braze_id)
    states.put(group_id, holder, value)
    state.effect(
        Effect.STATE_CHANGED, at, request, group_id=group_id, subscriber=holder.value, state=value
    )
    if state.campaigns.listeners and source is not None and before != value:
        for each in reached:
            fire(state, each, GroupChanged(group_id, value, source), at, request)


def forget_states_of(state: State, profile: Profile, at: datetime, request: int) -> None:
    """Delete the states that go with a profile; call it before the profile is removed.

    A state hangs on its address, so it goes with the last profile that carries it.

    Facts: states-die-with-the-last-holder
    """
    holders: list[Holder] = [BrazeId(profile.braze_id)]
    for kind in AddressKind:
        address = profile.address(kind)
        if address is not None and len(state.profiles.with_address(address)) == 1:
            holders.append(address)
    for group_id in state.subscriptions.left_behind(profile.braze_id):
        state.subscriptions.catch_up(group_id, profile.braze_id)
    for holder in holders:
        for group_id in state.subscriptions.groups:
            void(state, group_id, holder, at, request)
        for group_id, _ in list(state.subscriptions.held_by(holder)):
            state.subscriptions.drop(group_id, holder)
            state.effect(
                Effect.STATE_DELETED, at, request, group_id=group_id, subscriber=holder.value
            )
