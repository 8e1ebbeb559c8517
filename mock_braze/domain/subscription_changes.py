"""How subscription states change: by request, by attribute, and when addresses find a profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.addresses import Address, AddressKind
from mock_braze.domain.agenda import Due
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.identity import BrazeId, ExternalId
from mock_braze.domain.journal import Effect
from mock_braze.domain.profile import Profile
from mock_braze.domain.state import State
from mock_braze.domain.subscription import ORPHAN_LIFE, UNKNOWN, Holder, SubscriptionGroup

Subscriber = Address | ExternalId


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


@dataclass(frozen=True, slots=True)
class OrphanExpired(Due):
    """No profile took an orphan state within its 30 days."""

    group_id: str
    address: Address
    since: datetime
    request: int

    def settle(self, state: State, at: datetime) -> None:
        expire_orphan(state, self, at)


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
    elif not profiles and isinstance(subscriber, Address) and subscriber in state.coming_addresses:
        says = "the profile with this address is accepted and not readable yet"
        state.hazard(Hazard.subscription_before_creation_lag, now, change.request, name, says)


def _profiles(state: State, subscriber: Subscriber) -> list[Profile]:
    if isinstance(subscriber, ExternalId):
        return state.profiles.find(subscriber)
    return state.profiles.with_address(subscriber)


def apply_change(state: State, change: StatusChange, at: datetime) -> None:
    """Facts: state-hangs-on-the-address, change-reaches-all-holders, orphan-states-live-30-days,
    early-update-by-external-id-is-lost, group-change-needs-a-finished-profile,
    double-opt-in-needs-a-profile, double-opt-in-flag-single-group
    """
    for subscriber in change.subscribers:
        profiles = _profiles(state, subscriber)
        finished = any(each.is_finished(at) for each in profiles)
        if not profiles and isinstance(subscriber, ExternalId):
            _lose(state, change, subscriber.value, "no profile has this external_id", at)
        elif not profiles and change.use_double_opt_in_logic:
            _lose(state, change, subscriber.value, "double opt-in asked for, and no profile", at)
        elif not profiles and isinstance(subscriber, Address):
            _orphan(state, change, subscriber, at)
            says = "no profile carries this address"
            state.hazard(Hazard.orphan_subscription, at, change.request, subscriber.value, says)
        elif finished or state.dials.early_subscription == "applied":
            for profile in profiles:
                take_state(state, profile, change.group.id, change.state, at, change.request)
        elif state.dials.early_subscription == "lost":
            _lose(state, change, subscriber.value, "the profile was not finished", at)
        else:
            _orphan(state, change, holder_of(profiles[0], change.group), at)


def _lose(state: State, change: StatusChange, subscriber: str, why: str, at: datetime) -> None:
    state.effect(
        Effect.STATE_LOST, at, change.request, group_id=change.group.id, subscriber=subscriber
    )
    state.hazard(Hazard.subscription_update_lost, at, change.request, subscriber, why)


def _orphan(state: State, change: StatusChange, holder: Holder, at: datetime) -> None:
    state.subscriptions.put(change.group.id, holder, change.state, orphan_since=at)
    state.effect(
        Effect.STATE_ORPHANED, at, change.request,
        group_id=change.group.id, subscriber=holder.value, state=change.state,
    )  # fmt: skip
    if isinstance(holder, Address):
        expiry = OrphanExpired(change.group.id, holder, at, change.request)
        state.agenda.add(at + ORPHAN_LIFE, expiry)


def holder_of(profile: Profile, group: SubscriptionGroup) -> Holder:
    """What a profile's state in a group hangs on: its address, or itself while it has none."""
    return profile.address(group.channel.address_kind) or BrazeId(profile.braze_id)


def take_state(
    state: State, profile: Profile, group_id: str, value: str, at: datetime, request: int
) -> None:
    """Set a profile's state in a group, which is that of everybody with the same address."""
    holder = holder_of(profile, state.subscriptions.groups[group_id])
    held = state.subscriptions.get(group_id, holder)
    if held is not None and held.state == value and held.orphan_since is None:
        return
    state.subscriptions.put(group_id, holder, value)
    state.effect(
        Effect.STATE_CHANGED, at, request, group_id=group_id, subscriber=holder.value, state=value
    )


def adopt_states(state: State, profile: Profile, at: datetime, request: int) -> None:
    """Give a finished profile the orphan states of its addresses.

    Facts: orphan-adopted-by-new-holder
    """
    holders: list[Holder] = [BrazeId(profile.braze_id)]
    holders += [each for kind in AddressKind if (each := profile.address(kind)) is not None]
    for holder in holders:
        for group_id, held in state.subscriptions.held_by(holder):
            if held.orphan_since is not None:
                held.orphan_since = None
                state.effect(
                    Effect.STATE_ADOPTED, at, request, group_id=group_id,
                    subscriber=holder.value, braze_id=profile.braze_id, state=held.state,
                )  # fmt: skip


def expire_orphan(state: State, expiry: OrphanExpired, at: datetime) -> None:
    """Delete a state that no profile took; one set anew since then has an expiry of its own.

    A profile that carries the address by now takes it over when it is finished.

    Facts: orphan-states-live-30-days, orphan-adopted-by-new-holder
    """
    held = state.subscriptions.get(expiry.group_id, expiry.address)
    has_heir = bool(state.profiles.with_address(expiry.address))
    if held is not None and held.orphan_since == expiry.since and not has_heir:
        state.subscriptions.drop(expiry.group_id, expiry.address)
        state.effect(
            Effect.STATE_EXPIRED, at, expiry.request,
            group_id=expiry.group_id, subscriber=expiry.address.value,
        )  # fmt: skip


def set_email_state(state: State, profile: Profile, value: str) -> None:
    """Set the global email state, which is that of everybody with the same address."""
    profile.email_subscribe = value
    address = profile.address(AddressKind.EMAIL)
    for holder in [] if address is None else state.profiles.with_address(address):
        holder.email_subscribe = value


def _take_email_state(profile: Profile, holders: Sequence[Profile], *, had_email: bool) -> None:
    """The global email state at a new address: that of who has it, else the default one."""
    if holders:
        profile.email_subscribe = holders[0].email_subscribe
    elif had_email:
        profile.email_subscribe = "subscribed"


def readdress(
    state: State, profile: Profile, kind: AddressKind, value: str | None, at: datetime, request: int
) -> None:
    """Change a profile's email or phone; its group states follow.

    To an address that Braze knows, the profile takes that address's states; to a new one it
    brings its own along.

    Facts: moved-phone-moves-states
    """
    old, new = profile.address(kind), None if value is None else Address(kind, value)
    if old == new:
        return
    states, profiles = state.subscriptions, state.profiles
    holders = [] if new is None else profiles.with_address(new)
    profiles.readdress(profile, kind, value)
    if new is None:
        return
    is_known = bool(holders) or states.knows(new)
    if kind is AddressKind.EMAIL:
        _take_email_state(profile, holders, had_email=old is not None)
    if old is None:
        _bring_own_states(state, profile, kind, new)
    elif not is_known and profiles.with_address(old):
        states.copy(old, new)
    elif not is_known:
        states.move(old, new)
    if profile.is_finished(at):
        adopt_states(state, profile, at, request)


def _bring_own_states(state: State, profile: Profile, kind: AddressKind, new: Address) -> None:
    """States kept by the profile itself move to its first address of the channel."""
    own = BrazeId(profile.braze_id)
    for group_id, held in list(state.subscriptions.held_by(own)):
        if state.subscriptions.groups[group_id].channel.address_kind is kind:
            state.subscriptions.drop(group_id, own)
            if state.subscriptions.get(group_id, new) is None:
                state.subscriptions.put(group_id, new, held.state, held.orphan_since)


def status_of(state: State, group: SubscriptionGroup, subscriber: Subscriber) -> str:
    """`Subscribed`, `Unsubscribed` or `unknown`, as the API says it.

    Facts: status-unknown-is-lower-case, orphan-state-readable
    """
    if isinstance(subscriber, ExternalId):
        profile = next(iter(state.profiles.find(subscriber)), None)
        held = None if profile is None else _held(state, group, holder_of(profile, group))
        hides_orphans = True
    else:
        held = _held(state, group, subscriber)
        hides_orphans = state.dials.orphan_status == "unknown"
    if held is None or (hides_orphans and held[1]):
        return UNKNOWN
    return held[0].capitalize()


def _held(state: State, group: SubscriptionGroup, holder: Holder) -> tuple[str, bool] | None:
    held = state.subscriptions.get(group.id, holder)
    return None if held is None else (held.state, held.orphan_since is not None)


def readable_states(
    state: State, group: SubscriptionGroup, subscribers: Sequence[tuple[str, Subscriber]]
) -> dict[str, str]:
    """The `status` map of `/subscription/status/get`: one entry for each identifier asked.

    Facts: status-get-body, status-key-of-phone-queries
    """
    stored = state.dials.status_key == "stored"
    return {
        subscriber.value if stored else asked: status_of(state, group, subscriber)
        for asked, subscriber in subscribers
    }
