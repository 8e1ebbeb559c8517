"""Workspace: one fake Braze. It holds the state, delegates the rules, and is the only way in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.api_keys import (
    PARTNER_PERMISSIONS,
    ApiKey,
    BadApiKey,
    make_api_key,
)
from mock_braze.domain.calendar import CannotMove, begun_at, check_within, movable
from mock_braze.domain.clock import Clock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import ClockMoved, MessageSent
from mock_braze.domain.sms.inbound import Heard, receive
from mock_braze.domain.sms.keywords import PRESETS, SmsSettings
from mock_braze.domain.sms.outbox import sent_messages
from mock_braze.domain.snapshot import VERSION, Snapshot
from mock_braze.domain.state import Seeds, State
from mock_braze.domain.subscriptions.subscribers import (
    Named,
    WantedChange,
    asked_subscribers,
    group_named,
    read_changes,
)
from mock_braze.domain.subscriptions.subscription import MOST_GROUPS, Channel, SubscriptionGroup
from mock_braze.domain.subscriptions.subscription_changes import StatusChange, accept_change
from mock_braze.domain.subscriptions.subscription_status import (
    UserStatuses,
    readable_states,
    user_statuses,
)
from mock_braze.domain.tracking.ingestion import (
    TrackAccepted,
    TrackRequest,
    accept_bulk,
    accept_track,
)
from mock_braze.domain.tracking.item_faults import ItemError
from mock_braze.domain.tracking.track_sync import Synced, track_at_once
from mock_braze.domain.turn import Turn
from mock_braze.domain.unknown_members import warn_of_unknown_members
from mock_braze.domain.users.addresses import Address
from mock_braze.domain.users.deletion import accept_deletions
from mock_braze.domain.users.external_ids import Failure, remove_external_ids, rename_external_ids
from mock_braze.domain.users.identification import accept_identifications
from mock_braze.domain.users.identity import DeviceId, Identifier
from mock_braze.domain.users.merging import accept_merges
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.users.user_aliases import accept_alias_changes, accept_aliases


@dataclass(frozen=True, slots=True)
class Found:
    """What an export found: profiles, each once, and the identifiers nobody has."""

    profiles: tuple[Profile, ...]
    missing: tuple[Identifier | DeviceId, ...]


class TooManyGroups(ValueError):
    """A workspace has as many subscription groups as Braze allows."""


class Workspace:
    """A fresh Workspace is a fresh Braze; nothing is shared with another one.

    `lock` is held by whoever serves a request, so that threads see whole requests only, and a
    request sees one moment only.
    """

    def __init__(
        self, clock: Clock, dials: Dials | None = None, *, seed: int = 0, name: str = "default"
    ) -> None:
        self.name = name
        self.lock = Turn(clock)
        self.keys: dict[str, ApiKey] = {}
        self.calls_receivers = True  # of webhooks; a replay plays their answers instead
        self.claims: set[int] = set()  # deliveries whose receivers are being called
        self._first_dials = dials or Dials()
        self.state = State(clock, self._first_dials, Seeds(seed))

    @property
    def clock(self) -> Clock:
        return self.state.clock

    def reset(self) -> None:
        """As new, with the time and the keys it has."""
        self.begin()

    def begin(self, seed: int | None = None, start: datetime | None = None) -> None:
        """As new, with another seed and at another time if asked; the keys are kept.

        Raises:
            CannotMove: the clock is that of the machine, or the time leaves the calendar.
        """
        clock = self.clock if start is None else begun_at(self.clock, start)
        seed = self.state.seeds.seed if seed is None else seed
        self.claims, self.state = set(), State(clock, self._first_dials, Seeds(seed))
        self.lock.follow(self.clock)

    def snapshot(self) -> Snapshot:
        """All that it is, but for its name; what is due has come true."""
        self.settle()
        return Snapshot(VERSION, tuple(self.keys.values()), self._first_dials, self.state)

    def restore(self, snapshot: Snapshot) -> None:
        """Become what a snapshot says; see `Workspaces.restore`, which knows whose keys are whose.

        The workspace and the snapshot share their data from here on.
        """
        self.keys = {each.value: each for each in snapshot.keys}
        self._first_dials, self.state = snapshot.first_dials, snapshot.state
        self.claims = set()
        self.lock.follow(self.clock)

    # Time

    def settle(self) -> None:
        """Make everything true that has become due, in due-time order."""
        self._settle(self.state.clock.now())

    def _settle(self, now: datetime) -> None:
        state = self.state
        for due, item in state.agenda.due(now):
            item.settle(state, due)

    def next_due(self) -> datetime | None:
        """The next moment at which something accepted becomes true."""
        return self.state.agenda.next_due()

    def advance(self, span: timedelta) -> None:
        """Move the clock forward and settle what becomes due, each at its moment. No receiver of a
        webhook is called on the way; `mock_braze.webhooks.sending.advance` does that as well.

        Raises:
            CannotMove: backwards, out of the calendar, or a clock that runs by itself.
        """
        self._advance(span, stops=False)

    def advance_to_call(self, span: timedelta) -> timedelta:
        """As `advance`, but no further than to the next moment at which a receiver of a webhook
        is to be called; how much of the span is left.

        Raises:
            CannotMove: see `advance`.
        """
        return self._advance(span, stops=True)

    def _advance(self, span: timedelta, *, stops: bool) -> timedelta:
        clock = movable(self.clock, span)
        before = clock.now()
        self._settle(before)
        number, at, end = self.state.journal.reserve(), before, before + span
        while at < end and not (stops and self._is_to_call()):
            step = min(self.next_due() or end, end) - at
            clock.advance(step)
            at += step
            self._settle(at)
        self.state.journal.fill(ClockMoved(number, before, clock.now()))
        self.settle()
        return end - at

    def _is_to_call(self) -> bool:
        """Whether a receiver is to be called, and nobody is at it."""
        return len(self.state.deliveries.outgoing) > len(self.claims)

    def set_clock(self, clock: Clock, *, before: datetime | None = None) -> None:
        """Put another clock in, which must not be behind the present one.

        `before` is the reading of the present clock that the new one was made from, if it was:
        a clock that runs by itself is further on by now.

        Raises:
            CannotMove: it is behind, or out of the calendar.
        """
        before, now = before or self.clock.now(), clock.now()
        if now < before:
            raise CannotMove(f"{now.isoformat()} is before {before.isoformat()}")
        check_within(now)
        self._settle(before)
        self.state.clock = clock
        self.lock.follow(self.clock)
        self._moved(before)

    def _moved(self, before: datetime) -> None:
        journal = self.state.journal
        journal.add(ClockMoved(journal.next_number(), before, self.clock.now()))
        self.settle()

    # What the control plane makes

    def add_key(
        self,
        value: str,
        permissions: Collection[str],
        networks: Collection[str] = (),
        *,
        is_partner: bool = False,
    ) -> ApiKey:
        """Raises:
            BadApiKey: an unknown permission, a bad network or an unusable value; or the key
                exists with other rights.

        Facts: keys-never-change
        """
        key = make_api_key(value, list(permissions), list(networks), is_partner=is_partner)
        held = self.keys.setdefault(key.value, key)
        if held is key:
            self._warn_of_need(key)
        elif held != key:
            raise BadApiKey(
                ["this key exists with other rights, and keys never change; make another"]
            )
        return held

    def _warn_of_need(self, key: ApiKey) -> None:
        beyond = ", ".join(sorted(key.permissions - PARTNER_PERMISSIONS))
        if key.is_partner and beyond:
            says = "a partner's key was made that holds more than the four permissions"
            self.state.hazard(Hazard.permission_beyond_need, self.clock.now(), 0, beyond, says)

    def add_group(
        self,
        name: str,
        channel: Channel,
        group_id: str = "",
        sms: SmsSettings = PRESETS,
    ) -> SubscriptionGroup:
        """Raises:
            TooManyGroups: the workspace has as many as Braze allows.

        Facts: group-limit
        """
        if len(self.state.subscriptions.groups) >= MOST_GROUPS:
            raise TooManyGroups(f"a workspace has at most {MOST_GROUPS} subscription groups")
        group_id = group_id or self.state.seeds.group_id()
        group = SubscriptionGroup(group_id, name, channel, sms)
        self.state.subscriptions.groups[group.id] = group
        return group

    def group(self, group_id: object) -> SubscriptionGroup:
        """Raises:
        UnknownSubscriptionGroup: there is none with this identifier.
        """
        return group_named(self.state, group_id)

    def change_group(self, group_id: str, **changes: Any) -> SubscriptionGroup:
        """Give a group another name, archive it, or bring it back.

        Raises:
            UnknownSubscriptionGroup: there is none with this identifier.
        """
        group = replace(self.group(group_id), **changes)
        self.state.subscriptions.groups[group.id] = group
        return group

    # What Braze's surface does

    def warn_of_unknown_members(
        self, names: Iterable[str], known: frozenset[str], journal_number: int
    ) -> None:
        """Journal a hazard for each name that is not known."""
        warn_of_unknown_members(self.state, names, known, journal_number)

    def track(self, request: TrackRequest, journal_number: int = 0) -> TrackAccepted:
        """Accept writes, which become readable after the ingestion lag.

        Raises:
            TooManyObjects, NothingUsable: see `accept_track`.
        """
        return accept_track(self.state, request, journal_number)

    def track_bulk(self, request: TrackRequest, journal_number: int = 0) -> TrackAccepted:
        """Accept many writes at once.

        Raises:
            TooManyObjects, NothingUsable: see `accept_bulk`.
        """
        return accept_bulk(self.state, request, journal_number)

    def track_sync(self, request: TrackRequest, journal_number: int = 0) -> Synced:
        """Make one write true before it is answered.

        Raises:
            TooManyObjects, NothingUsable: see `track_at_once`.
        """
        return track_at_once(self.state, request, journal_number)

    def delete(
        self, arrays: Mapping[str, Sequence[Any]], journal_number: int = 0
    ) -> tuple[int, list[ItemError]]:
        """Accept deletions, which come true after the deletion lag.

        Raises:
            NoItems, SeveralKindsToDelete, TooManyUsers: see `accept_deletions`.
        """
        return accept_deletions(self.state, arrays, journal_number)

    def add_aliases(
        self, items: Sequence[Any], journal_number: int = 0
    ) -> tuple[int, list[ItemError]]:
        """Accept new aliases: how many, and what is wrong with the other items.

        Raises:
            NoItems, TooManyUsers: see `accept_aliases`.
        """
        return accept_aliases(self.state, items, journal_number)

    def change_aliases(
        self, items: Sequence[Any], journal_number: int = 0
    ) -> tuple[int, list[ItemError]]:
        """Accept new names for aliases: how many, and what is wrong with the other items.

        Raises:
            NoItems, TooManyUsers: see `accept_alias_changes`.
        """
        return accept_alias_changes(self.state, items, journal_number)

    def identify(
        self,
        arrays: Mapping[str, Sequence[Any]],
        journal_number: int = 0,
        *,
        merge_behavior: object = None,
    ) -> tuple[dict[str, int], list[ItemError]]:
        """Accept identifications: how many of each array, and what is wrong with the rest.

        Raises:
            NoItems, TooManyUsers: see `accept_identifications`.
        """
        return accept_identifications(
            self.state, arrays, journal_number, merge_behavior=merge_behavior
        )

    def merge(self, updates: object, journal_number: int = 0) -> None:
        """Accept merges, which come true after the merge lag.

        Raises:
            NoMergeUpdates, TooManyMergeUpdates, BadMergeMembers, BadMergeIdentifier,
            BadMergePrioritization: see `accept_merges`.
        """
        accept_merges(self.state, updates, journal_number)

    def rename_external_ids(
        self, items: Sequence[Any], journal_number: int = 0
    ) -> tuple[list[str], list[Failure]]:
        """Give users new external IDs at once: which succeeded, and which did not.

        Raises:
            NoItems, TooManyExternalIds: see `rename_external_ids`.
        """
        return rename_external_ids(self.state, items, journal_number)

    def remove_external_ids(
        self, items: Sequence[Any], journal_number: int = 0
    ) -> tuple[list[str], list[Failure]]:
        """Remove deprecated external IDs at once: which are gone, and which are not.

        Raises:
            NoItems, TooManyExternalIds: see `remove_external_ids`.
        """
        return remove_external_ids(self.state, items, journal_number)

    def find(self, identifiers: Sequence[Identifier | DeviceId]) -> Found:
        """The readable profiles behind some identifiers.

        Facts: export-address-returns-all, export-nobody-found
        """
        profiles: dict[str, Profile] = {}
        missing = []
        for identifier in identifiers:
            found = self.state.profiles.find(identifier)
            profiles.update((each.braze_id, each) for each in found)
            if not found:
                missing.append(identifier)
        return Found(tuple(profiles.values()), tuple(missing))

    def set_subscription_state(self, change: StatusChange) -> None:
        """Accept a change of state in a group for each subscriber it names."""
        accept_change(self.state, change)

    def receive_text(self, group: SubscriptionGroup, address: Address, body: str) -> Heard:
        """A consumer texts to a number of an SMS group; what follows at once has happened then."""
        heard = receive(self.state, group, address, body)
        self.settle()
        return heard

    def sent_messages(
        self, *, since: int = 0, address: Address | None = None
    ) -> Iterator[MessageSent]:
        """The SMS sent after the journal's entry `since`, to one number if asked."""
        return sent_messages(self.state, since=since, address=address)

    def change_subscriptions(self, wanted: Sequence[WantedChange], journal_number: int) -> None:
        """Accept what a request wants to change, all of it or nothing.

        Raises:
            UnknownSubscriptionGroup and others: see `read_changes`.
        """
        for change in read_changes(self.state, wanted, journal_number):
            accept_change(self.state, change)

    def subscription_states(self, group_id: object, named: Named) -> Mapping[str, str]:
        """What each one's state in a group is, under the identifier as it was asked.

        Raises:
            UnknownSubscriptionGroup and others: see `asked_subscribers`.
        """
        group = group_named(self.state, group_id)
        return readable_states(self.state, group, asked_subscribers(self.state, named, group))

    def user_statuses(self, named: Named, offset: int, limit: int) -> UserStatuses:
        """The profiles that are asked for with the groups each has a history in.

        Raises:
            NoSubscriber and others: see `asked_subscribers`.
        """
        asked = [subscriber for _, subscriber in asked_subscribers(self.state, named)]
        return user_statuses(self.state, asked, offset, limit)
