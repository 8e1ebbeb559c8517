"""Subscription groups, and their states by address: who holds one, orphans, and who adopts them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mock_braze.domain.sms.keywords import PRESETS, SmsSettings
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import BrazeId, ExternalId
from mock_braze.domain.users.profile import Profile

MOST_GROUPS = 450
ORPHAN_LIFE = timedelta(days=30)

# A state hangs on an address; a profile without one keeps it by its own ID until it gets one.
Holder = Address | BrazeId
# Whom a request names.
Subscriber = Address | ExternalId


class Channel(StrEnum):
    """What a subscription group sends through."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"

    @property
    def address_kind(self) -> AddressKind:
        return AddressKind.EMAIL if self is Channel.EMAIL else AddressKind.PHONE


@dataclass(frozen=True, slots=True)
class SubscriptionGroup:
    """A channel's list; its states are `subscribed` and `unsubscribed`.

    `sms` has a meaning in groups of that channel only.

    Facts: archived-groups-do-not-change
    """

    id: str
    name: str
    channel: Channel
    sms: SmsSettings = PRESETS
    is_archived: bool = False


@dataclass(slots=True)
class HeldState:
    """The state of one holder in one group; `orphan_since` while no profile has taken it."""

    state: str
    orphan_since: datetime | None = None


@dataclass(slots=True, eq=False)
class Subscriptions:
    """The groups of a workspace and all states in them.

    Facts: state-hangs-on-the-address
    """

    groups: dict[str, SubscriptionGroup] = field(default_factory=dict)
    _states: dict[Holder, dict[str, HeldState]] = field(default_factory=dict)
    _left_behind: dict[str, dict[str, str | None]] = field(default_factory=dict)  # by braze_id

    def get(self, group_id: str, holder: Holder) -> HeldState | None:
        return self._states.get(holder, {}).get(group_id)

    def put(
        self, group_id: str, holder: Holder, state: str, orphan_since: datetime | None = None
    ) -> None:
        self._states.setdefault(holder, {})[group_id] = HeldState(state, orphan_since)

    def knows(self, holder: Holder) -> bool:
        return holder in self._states

    def held_by(self, holder: Holder) -> Iterator[tuple[str, HeldState]]:
        yield from self._states.get(holder, {}).items()

    def leave_behind(self, group_id: str, braze_id: str, state: str | None) -> None:
        """Note that a profile keeps a state, or none, that its address has no more."""
        self._left_behind.setdefault(braze_id, {}).setdefault(group_id, state)

    def is_left_behind(self, group_id: str, braze_id: str) -> bool:
        return group_id in self._left_behind.get(braze_id, {})

    def catch_up(self, group_id: str, braze_id: str) -> str | None:
        """Let a profile have the state of its address again; the state it had until then."""
        kept = self._left_behind.get(braze_id, {})
        state = kept.pop(group_id, None)
        if not kept:
            self._left_behind.pop(braze_id, None)
        return state

    def left_behind(self, braze_id: str) -> dict[str, str | None]:
        """By group, the states of a profile that its address has no more."""
        return dict(self._left_behind.get(braze_id, {}))

    def move(self, old: Holder, new: Holder) -> None:
        """Give all of `old`'s states to `new`, which keeps those it has itself."""
        for group_id, held in self._states.pop(old, {}).items():
            self._states.setdefault(new, {}).setdefault(group_id, held)

    def copy(self, old: Holder, new: Holder) -> None:
        """As `move`, but `old` keeps them too: others still have that address."""
        for group_id, held in self._states.get(old, {}).items():
            mine = self._states.setdefault(new, {})
            mine.setdefault(group_id, HeldState(held.state, held.orphan_since))

    def drop(self, group_id: str, holder: Holder) -> None:
        states = self._states[holder]
        del states[group_id]
        if not states:
            del self._states[holder]


def state_in(states: Subscriptions, group: SubscriptionGroup, profile: Profile) -> str | None:
    """A profile's state in a group; one that it has not taken yet, or none, is None."""
    if states.is_left_behind(group.id, profile.braze_id):
        return states.left_behind(profile.braze_id)[group.id]
    held = states.get(group.id, holder_of(profile, group))
    return None if held is None or held.orphan_since is not None else held.state


def holder_of(profile: Profile, group: SubscriptionGroup) -> Holder:
    """What a profile's state in a group hangs on: its address, or itself while it has none."""
    return profile.address(group.channel.address_kind) or BrazeId(profile.braze_id)
