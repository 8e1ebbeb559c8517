"""Which of several profiles with an address is meant: `prioritization`, and whom it singles out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mock_braze.domain.tracking.item_faults import BadItem, ItemFault
from mock_braze.domain.tracking.items import required
from mock_braze.domain.users.addresses import stored_email, stored_phone
from mock_braze.domain.users.identity import Email, Identifier, Phone, kind_of
from mock_braze.domain.users.profile import Profile

if TYPE_CHECKING:
    from mock_braze.domain.state import State


class Priority(StrEnum):
    """One step of an ordered choice.

    Facts: prioritization-values
    """

    IDENTIFIED = "identified"
    UNIDENTIFIED = "unidentified"
    MOST_RECENTLY_UPDATED = "most_recently_updated"
    LEAST_RECENTLY_UPDATED = "least_recently_updated"


KINDS = {Priority.IDENTIFIED, Priority.UNIDENTIFIED}
RECENCIES = {Priority.MOST_RECENTLY_UPDATED, Priority.LEAST_RECENTLY_UPDATED}
ALL_PRIORITIES = frozenset(Priority)
# Braze: a deletion cannot ask for the least recent (delete-by-address)
DELETION_PRIORITIES = ALL_PRIORITIES - {Priority.LEAST_RECENTLY_UPDATED}


@dataclass(frozen=True, slots=True)
class Target:
    """The profile that an item is about, once it is singled out."""

    identifier: Identifier
    priorities: tuple[Priority, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSingledOut:
    """Why a target is nobody."""

    why: str


def read_email(
    item: Mapping[str, Any], allowed: frozenset[Priority] = frozenset(Priority)
) -> Target:
    """The target in `{"email": …, "prioritization": […]}`.

    Raises:
        BadItem: no email, or a choice that Braze does not know.
    """
    text = required(_text(item.get("email")))
    return Target(Email(stored_email(text)), _priorities(item, allowed))


def read_phone(
    item: Mapping[str, Any], allowed: frozenset[Priority] = frozenset(Priority)
) -> Target:
    """The target in `{"phone": …, "prioritization": […]}`.

    Raises:
        BadItem: no phone, or a choice that Braze does not know.
    """
    text = required(_text(item.get("phone")))
    return Target(Phone(stored_phone(text)), _priorities(item, allowed))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _priorities(item: Mapping[str, Any], allowed: frozenset[Priority]) -> tuple[Priority, ...]:
    """Facts: prioritization-is-required, prioritization-excludes, identify-both-recencies"""
    asked = item.get("prioritization")
    if not isinstance(asked, list) or not asked:
        raise BadItem(ItemFault.BAD_PRIORITIZATION)
    if not all(isinstance(each, str) and each in allowed for each in asked):
        raise BadItem(ItemFault.BAD_PRIORITIZATION)
    priorities = tuple(Priority(each) for each in asked)
    if set(priorities) >= KINDS:
        raise BadItem(ItemFault.BOTH_KINDS)
    if set(priorities) >= RECENCIES:
        raise BadItem(ItemFault.BOTH_RECENCIES)
    return priorities


def single_out(state: "State", target: Target) -> Profile | NotSingledOut:
    """The one profile that the ordered choice leaves.

    Facts: identify-needs-one-match, prioritization-is-a-filter
    """
    found = state.profiles.find(target.identifier)
    if not found:
        return NotSingledOut(f"nobody has this {kind_of(target.identifier)}")
    left: Sequence[Profile] = found
    for priority in target.priorities:
        chosen = _chosen(left, priority)
        if chosen or state.dials.unmatched_priority == "nobody":
            left = chosen
    if len(left) == 1:
        return left[0]
    asked = ", ".join(target.priorities)
    return NotSingledOut(
        f"{len(found)} profiles have this {kind_of(target.identifier)},"
        f" of which {asked or 'no prioritization'} leaves {len(left)}"
    )


def _chosen(profiles: Sequence[Profile], priority: Priority) -> list[Profile]:
    match priority:
        case Priority.IDENTIFIED:
            return [each for each in profiles if each.is_identified]
        case Priority.UNIDENTIFIED:
            return [each for each in profiles if not each.is_identified]
        case Priority.MOST_RECENTLY_UPDATED:
            return sorted(profiles, key=_updated_at)[-1:]
        case Priority.LEAST_RECENTLY_UPDATED:
            return sorted(profiles, key=_updated_at)[:1]


def _updated_at(profile: Profile) -> int:
    return profile.updated_at
