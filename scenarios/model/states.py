"""Subscription states: they hang on addresses, wait for people, and move along with them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scenarios.model.conversations import Conversations
from scenarios.model.people import People, Person
from scenarios.model.subscription_groups import Group
from scenarios.model.unknowns import Unknowns

ORPHAN_LIFE = 30 * 24 * 3600


@dataclass(slots=True)
class Record:
    """A state, and since when it waits for somebody with the address (None: it is somebody's)."""

    state: str
    waits_since: int | None = None


def _is_taken(record: Record | None) -> bool:
    return record is not None and record.waits_since is None


@dataclass(slots=True)
class States:
    """Every group's states."""

    people: People
    unknowns: Unknowns
    groups: dict[str, Group]
    conversations: Conversations
    of_address: dict[tuple[str, str], Record] = field(default_factory=dict)
    of_person: dict[tuple[str, Person], Record] = field(default_factory=dict)

    # Looking

    def holders(self, group: Group, address: str) -> list[Person]:
        return [each for each in self.people.all if group.address_of(each) == address]

    def of(self, group: Group, person: Person) -> Record | None:
        address = group.address_of(person)
        if address is not None:
            return self.of_address.get((group.id, address))
        return self.of_person.get((group.id, person))

    # Setting

    def set_address(self, group: Group, address: str, state: str, flag: bool, now: int) -> None:
        """By phone or email.

        Facts: orphan-states-live-30-days, double-opt-in-needs-a-profile,
            early-change-of-a-known-state
        """
        holders = self.holders(group, address)
        is_early = holders and all(now < each.finished for each in holders)
        if _is_effective(flag, group, state):
            if holders and not (is_early and self.unknowns.early_subscription != "applied"):
                self._opt_in(group, address, now)
        elif holders and not (is_early and self.unknowns.early_subscription != "applied"):
            self.write(group, address, state)
        elif not holders or self.unknowns.early_subscription == "orphaned":
            taken = holders and _is_taken(self.of_address.get((group.id, address)))
            self.conversations.void(group, address)
            self.of_address[group.id, address] = Record(state, waits_since=None if taken else now)

    def set_person(self, group: Group, person: Person, state: str, flag: bool, now: int) -> None:
        """By external_id: the state of whoever has the person's address, or the person's own.

        Facts: early-update-by-external-id-is-lost
        """
        address = group.address_of(person)
        if address is not None:
            self.set_address(group, address, state, flag, now)
        elif _is_effective(flag, group, state) and not self._is_plain(group):
            return  # there is no number to send a prompt to
        elif now >= person.finished or self.unknowns.early_subscription == "applied":
            self.of_person[group.id, person] = Record(state)
        elif self.unknowns.early_subscription == "orphaned":
            taken = _is_taken(self.of_person.get((group.id, person)))
            self.of_person[group.id, person] = Record(state, waits_since=None if taken else now)

    def set_in_track(self, group: Group, person: Person, state: str, flag: bool, now: int) -> None:
        """By `subscription_groups` of an attributes object: no race with the person's making.

        Facts: subscription-groups-attribute
        """
        address = group.address_of(person)
        if _is_effective(flag, group, state) and not (address is None and self._is_plain(group)):
            if address is not None:
                self._opt_in(group, address, now)
        elif address is not None:
            self.write(group, address, state)
        else:
            self.of_person[group.id, person] = Record(state)

    def _opt_in(self, group: Group, phone: str, now: int) -> None:
        """With the flag: somebody who is not subscribed is asked to confirm."""
        if group.is_double:
            if not self.is_subscribed(group, phone):
                self.conversations.prompt_by_api(group, phone, now)
        elif self.unknowns.flag_on_single_opt_in_group == "subscribed":
            self.write(group, phone, "subscribed")

    def is_subscribed(self, group: Group, address: str) -> bool:
        record = self.of_address.get((group.id, address))
        return record is not None and record.state == "subscribed"

    def _is_plain(self, group: Group) -> bool:
        """The flag means nothing in the group."""
        return not group.is_double and self.unknowns.flag_on_single_opt_in_group == "subscribed"

    def write(self, group: Group, address: str, state: str) -> None:
        self.conversations.void(group, address)
        self.of_address[group.id, address] = Record(state)

    # Addresses come and go

    def move(self, person: Person, channel: str, new: str | None, now: int) -> None:
        """The person's address becomes `new`: states move along to one that nobody knows.

        At a known address the person has the states of that address; what is left behind waits.
        A first address takes over what the person has without one, unless it has a state.

        Facts: moved-phone-moves-states
        """
        is_known = new is None or self._is_known(channel, new)
        for group in self._of_channel(channel):
            old = group.address_of(person)
            mine = self.of(group, person)
            left = old if old is not None and self.holders(group, old) == [person] else None
            if left is not None:  # and nobody is there to confirm
                self.conversations.void(group, left)
            self.of_person.pop((group.id, person), None)
            if mine is None:
                continue
            if left is not None and is_known:
                mine.waits_since = now if mine.waits_since is None else mine.waits_since
            elif left is not None:
                del self.of_address[group.id, left]
            is_first = old is None and (group.id, new) not in self.of_address
            if new is not None and (is_first or not is_known):
                self.of_address[group.id, new] = Record(mine.state, mine.waits_since)
        if channel == "email":
            person.email = new
        else:
            person.phone = new

    def _is_known(self, channel: str, address: str) -> bool:
        """Somebody has the address, or it has a state in some group."""
        groups = self._of_channel(channel)
        return any(
            self.holders(each, address) or (each.id, address) in self.of_address for each in groups
        )

    def adopt(self, person: Person, now: int) -> None:
        """States that waited for somebody with the person's addresses are the person's.

        Facts: orphan-adopted-by-new-holder
        """
        if now >= person.finished:
            for group in self.groups.values():
                record = self.of(group, person)
                if record is not None:
                    record.waits_since = None

    def inherit(self, kept: Person, gone: Person) -> None:
        """What `gone` has without an address fills the gaps of `kept`."""
        for group in self.groups.values():
            record = self.of_person.get((group.id, gone))
            if record is None or self.of(group, kept) is not None:
                continue
            address = group.address_of(kept)
            if address is None:
                self.of_person[group.id, kept] = record
            else:
                self.of_address[group.id, address] = record

    def forget(self, person: Person) -> None:
        """The person is about to be deleted; nobody's states go with the last holder."""
        for group in self.groups.values():
            self.of_person.pop((group.id, person), None)
            address = group.address_of(person)
            if address is not None and self.holders(group, address) == [person]:
                self.of_address.pop((group.id, address), None)
                self.conversations.void(group, address)

    def expire(self, now: int) -> None:
        """Somebody with the address who is not finished yet takes it over in the end.

        Facts: orphan-states-live-30-days
        """
        for key, record in list(self.of_address.items()):
            group_id, address = key
            has_heir = bool(self.holders(self.groups[group_id], address))
            if record.waits_since is None or has_heir:
                continue
            if now >= record.waits_since + ORPHAN_LIFE:
                del self.of_address[key]

    def _of_channel(self, channel: str) -> Iterator[Group]:
        return (each for each in self.groups.values() if each.channel == channel)


def _is_effective(flag: bool, group: Group, state: str) -> bool:
    """Facts: double-opt-in-flag-single-group"""
    return flag and group.channel == "sms" and state == "subscribed"
