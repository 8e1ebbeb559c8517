"""Profile: Braze's record of a person, and the look-ups over all of a workspace's profiles."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import (
    BrazeId,
    DeviceId,
    Email,
    ExternalId,
    Identifier,
    Phone,
    UserAlias,
)
from mock_braze.domain.users.push_tokens import PushToken

MOST_SESSIONS = 5_000_000
MOST_EVENT_NAMES = 20_000
MOST_PRODUCTS = 20_000


@dataclass(slots=True)
class Tally:
    """How often a profile did something, when first and last, and every single moment of it."""

    first: datetime
    last: datetime
    count: int = 0
    moments: list[datetime] = field(default_factory=list)

    def add(self, moment: datetime, times: int = 1) -> None:
        if moment < self.first:
            self.first = moment
        if moment > self.last:
            self.last = moment
        self.count += times
        self.moments += [moment] * times

    def absorb(self, other: "Tally") -> None:
        """Add all that another profile did."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.count += other.count
        self.moments += other.moments

    def since(self, start: datetime) -> "Tally":
        """The same from `start` on, where it happened at least once."""
        moments = [each for each in self.moments if each >= start]
        return Tally(min(moments), max(moments), len(moments), moments)


@dataclass(frozen=True, slots=True)
class CampaignReceipt:
    """A campaign that reached the profile, as exports show it."""

    name: str
    api_campaign_id: str
    last_received: datetime
    in_control: bool
    variation_name: str
    variation_api_id: str


@dataclass(slots=True)
class CanvasReceipt:
    """A Canvas that the profile has entered, as exports show it."""

    name: str
    api_canvas_id: str
    last_entered: datetime
    in_control: bool = False
    last_received_message: datetime | None = None
    last_exited: datetime | None = None


@dataclass(slots=True)
class Profile:
    """One profile: anonymous, alias-only, email-only, phone-only or identified.

    `finished_at` is when Braze has fully made it, so that it may join a subscription group.
    `created_by` is the number of an accepted write and `updated_at` that of an applied update,
    so that order is exact. `email_order` and `phone_order` tell who got a shared address first.
    `deprecated_external_ids` are those it had before it was renamed. `attribute_sizes` are the
    bytes of those custom attributes that changes have put together; it can be made anew from them.

    Facts: new-profiles-appear-late, default-global-states, deprecated-id-resolves
    """

    braze_id: str
    created_at: datetime
    finished_at: datetime
    created_by: int
    updated_at: int
    random_bucket: int
    external_id: str | None = None
    deprecated_external_ids: tuple[str, ...] = ()
    user_aliases: dict[str, UserAlias] = field(default_factory=dict)
    email: str | None = None
    phone: str | None = None
    email_subscribe: str = "subscribed"
    push_subscribe: str = "subscribed"
    fields: dict[str, Any] = field(default_factory=dict)
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    custom_events: dict[str, Tally] = field(default_factory=dict)
    purchases: dict[str, Tally] = field(default_factory=dict)
    total_revenue: float = 0.0
    sessions: int = 0
    campaigns_received: list[CampaignReceipt] = field(default_factory=list)
    canvases_received: tuple[CanvasReceipt, ...] = ()
    push_tokens: list[PushToken] = field(default_factory=list)
    email_order: int = 0
    phone_order: int = 0
    is_test_user: bool = False
    is_in_global_control_group: bool = False
    pending_deletions: int = 0
    attribute_sizes: dict[str, int] | None = field(
        init=False, default=None, compare=False, repr=False
    )

    @property
    def is_marked_for_deletion(self) -> bool:
        """Some accepted deletion that meant this profile is still to come.

        Facts: merge-exceptions
        """
        return self.pending_deletions > 0

    @property
    def is_blocked(self) -> bool:
        """Grown so far beyond a person that Braze drops everything more.

        Facts: oversized-profile-is-blocked
        """
        return (
            self.sessions > MOST_SESSIONS
            or len(self.custom_events) > MOST_EVENT_NAMES
            or len(self.purchases) > MOST_PRODUCTS
        )

    @property
    def is_identified(self) -> bool:
        return self.external_id is not None

    def is_finished(self, now: datetime) -> bool:
        """Fully made: its creation lag has passed."""
        return now >= self.finished_at

    def address(self, kind: AddressKind) -> Address | None:
        """Its address of this kind, on which subscription states hang."""
        value = self.email if kind is AddressKind.EMAIL else self.phone
        return None if value is None else Address(kind, value)

    def address_order(self, kind: AddressKind) -> int:
        return self.email_order if kind is AddressKind.EMAIL else self.phone_order


@dataclass(slots=True, eq=False)
class Profiles:
    """Every profile of a workspace, found by each identifier without a scan.

    The look-ups that are no argument are made anew from those that are.
    """

    _by_braze_id: dict[str, Profile] = field(default_factory=dict)
    _addresses_given: int = 0
    _by_external_id: dict[str, Profile] = field(init=False, default_factory=dict)
    _by_alias: dict[UserAlias, Profile] = field(init=False, default_factory=dict)
    _by_address: dict[Address, dict[str, Profile]] = field(init=False, default_factory=dict)
    _by_push_token: dict[tuple[str, str], Profile] = field(init=False, default_factory=dict)
    _tokens_on: dict[str, dict[PushToken, None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for profile in self:
            self._enter(profile)
        for kind in AddressKind:
            for profile in sorted(self, key=lambda each: each.address_order(kind)):
                self._enter_address(profile, kind)

    def __len__(self) -> int:
        return len(self._by_braze_id)

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._by_braze_id.values())

    def add(self, profile: Profile) -> None:
        """Take in a new profile under all the names it has."""
        self._by_braze_id[profile.braze_id] = profile
        self._enter(profile)
        for kind in AddressKind:
            self._give_address(profile, kind)

    def _enter(self, profile: Profile) -> None:
        if profile.external_id is not None:
            self._by_external_id[profile.external_id] = profile
        for external_id in profile.deprecated_external_ids:
            self._by_external_id[external_id] = profile
        for alias in profile.user_aliases.values():
            self._by_alias[alias] = profile
        for token in profile.push_tokens:
            self._enter_push_token(profile, token)

    def _enter_push_token(self, profile: Profile, token: PushToken) -> None:
        self._by_push_token[token.name] = profile
        if token.device_id is not None:
            self._tokens_on.setdefault(token.device_id, {})[token] = None

    def _forget_push_token(self, token: PushToken) -> None:
        del self._by_push_token[token.name]
        if token.device_id is not None:
            del self._tokens_on[token.device_id][token]
            if not self._tokens_on[token.device_id]:
                del self._tokens_on[token.device_id]

    def remove(self, profile: Profile) -> None:
        """Forget a profile and every name it had."""
        del self._by_braze_id[profile.braze_id]
        for external_id in (profile.external_id, *profile.deprecated_external_ids):
            if external_id is not None:
                del self._by_external_id[external_id]
        for alias in profile.user_aliases.values():
            del self._by_alias[alias]
        for kind in AddressKind:
            self._unindex(profile.address(kind), profile)
        self.drop_push_tokens(profile)

    def by_braze_id(self, braze_id: str) -> Profile | None:
        """None when it has been deleted or merged away meanwhile."""
        return self._by_braze_id.get(braze_id)

    def by_external_id(self, external_id: str) -> Profile | None:
        """Who has this external ID, deprecated or not."""
        return self._by_external_id.get(external_id)

    def name(self, profile: Profile, external_id: str) -> None:
        """Give a profile its primary external ID; one that it has becomes a deprecated one."""
        if profile.external_id is not None:
            profile.deprecated_external_ids += (profile.external_id,)
        profile.external_id = external_id
        self._by_external_id[external_id] = profile

    def forget_deprecated(self, profile: Profile, external_id: str) -> None:
        """Let a deprecated external ID go, so that it names nobody."""
        profile.deprecated_external_ids = tuple(
            each for each in profile.deprecated_external_ids if each != external_id
        )
        del self._by_external_id[external_id]

    def add_alias(self, profile: Profile, alias: UserAlias) -> None:
        """Give a profile an alias, in place of the one it has with this label."""
        old = profile.user_aliases.get(alias.alias_label)
        if old is not None:
            del self._by_alias[old]
        profile.user_aliases[alias.alias_label] = alias
        self._by_alias[alias] = profile

    def move_alias(self, alias: UserAlias, source: Profile, target: Profile) -> None:
        """Take an alias from one profile and give it to another."""
        del source.user_aliases[alias.alias_label]
        target.user_aliases[alias.alias_label] = alias
        self._by_alias[alias] = target

    def readdress(self, profile: Profile, kind: AddressKind, value: str | None) -> None:
        """Change a profile's email or phone."""
        self._unindex(profile.address(kind), profile)
        if kind is AddressKind.EMAIL:
            profile.email = value
        else:
            profile.phone = value
        self._give_address(profile, kind)

    def _give_address(self, profile: Profile, kind: AddressKind) -> None:
        """Let it be found by its address, as the last of those who have it."""
        if profile.address(kind) is None:
            return
        self._addresses_given += 1
        if kind is AddressKind.EMAIL:
            profile.email_order = self._addresses_given
        else:
            profile.phone_order = self._addresses_given
        self._enter_address(profile, kind)

    def _enter_address(self, profile: Profile, kind: AddressKind) -> None:
        address = profile.address(kind)
        if address is not None:
            self._by_address.setdefault(address, {})[profile.braze_id] = profile

    def _unindex(self, address: Address | None, profile: Profile) -> None:
        if address is not None:
            self._by_address[address].pop(profile.braze_id)
            if not self._by_address[address]:
                del self._by_address[address]

    def with_address(self, address: Address) -> list[Profile]:
        """Everybody who has this email or phone, in the order they got it."""
        return list(self._by_address.get(address, {}).values())

    def with_push_token(self, token: PushToken) -> Profile | None:
        """Whose device it is that this app reaches by this token."""
        return self._by_push_token.get(token.name)

    def give_push_tokens(self, profile: Profile, tokens: Iterable[PushToken]) -> None:
        """Put tokens on a profile; a device has one person, so that another one loses it.

        Facts: push-token-has-one-holder
        """
        given: dict[tuple[str, str], PushToken] = {}
        for each in tokens:
            given.pop(each.name, None)
            given[each.name] = each
        held = (self._by_push_token.get(name) for name in given)
        for holder in {each.braze_id: each for each in held if each is not None}.values():
            for each in holder.push_tokens:
                if each.name in given:
                    self._forget_push_token(each)
            holder.push_tokens = [each for each in holder.push_tokens if each.name not in given]
        profile.push_tokens += given.values()
        for each in given.values():
            self._enter_push_token(profile, each)

    def drop_push_tokens(self, profile: Profile) -> None:
        """Take every token off a profile."""
        for each in profile.push_tokens:
            self._forget_push_token(each)
        profile.push_tokens = []

    def find(self, identifier: Identifier | DeviceId) -> list[Profile]:
        """All profiles an identifier names: at most one, but for email, phone and device."""
        match identifier:
            case ExternalId(value):
                return _as_list(self.by_external_id(value))
            case DeviceId(value):
                tokens = self._tokens_on.get(value, ())
                return [self._by_push_token[each.name] for each in tokens]
            case UserAlias():
                return _as_list(self._by_alias.get(identifier))
            case BrazeId(value):
                return _as_list(self._by_braze_id.get(value))
            case Email(value):
                return self.with_address(Address(AddressKind.EMAIL, value))
            case Phone(value):
                return self.with_address(Address(AddressKind.PHONE, value))


def preferred(profiles: Sequence[Profile]) -> Profile | None:
    """Which of several profiles with an address a write reaches.

    Identified ones first, then the most recently updated.

    Facts: email-look-up-prefers-identified-then-recent
    """
    # Inferred: the same for a phone (phone-look-up-prefers-identified-then-recent)
    if len(profiles) < 2:
        return profiles[0] if profiles else None
    return max(profiles, key=lambda each: (each.is_identified, each.updated_at))


def finite(number: float) -> float:
    """JSON has no infinity: a sum stops at the largest number there is."""
    return min(max(number, -sys.float_info.max), sys.float_info.max)


def _as_list(profile: Profile | None) -> list[Profile]:
    return [] if profile is None else [profile]
