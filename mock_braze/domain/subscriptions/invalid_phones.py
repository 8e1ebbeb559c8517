"""Phone numbers that a provider or carrier has called invalid."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from mock_braze.domain.journal import Effect
from mock_braze.domain.subscriptions.email_lists import ListQuery, page_of
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.profile import Profile

if TYPE_CHECKING:
    from mock_braze.domain.state import State


class Reason(StrEnum):
    """Why a number is invalid: a permanent error of the provider, or the carrier's word."""

    PROVIDER_ERROR = "provider_error"
    DEACTIVATED = "deactivated"


@dataclass(slots=True)
class InvalidPhone:
    """When and why a number was found invalid, and the profiles that are marked with it."""

    detected_at: datetime
    reason: Reason
    marked: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class InvalidPhones:
    """By number in stored form."""

    by_number: dict[str, InvalidPhone] = field(default_factory=dict)


def report_invalid(state: "State", phone: str, reason: Reason, at: datetime, request: int) -> None:
    """Mark every profile that carries the number now; later ones start unmarked.

    Facts: invalid-phone-marks-present-profiles
    """
    known = state.invalid_phones.by_number.setdefault(phone, InvalidPhone(at, reason))
    holders = state.profiles.with_address(Address(AddressKind.PHONE, phone))
    known.marked.update(each.braze_id for each in holders)
    state.effect(Effect.PHONE_LISTED, at, request, phone=phone, reason=known.reason.value)


def remove_invalid(state: "State", phone: str, at: datetime, request: int) -> None:
    """Facts: invalid-phones-remove"""
    if state.invalid_phones.by_number.pop(phone, None) is not None:
        state.effect(Effect.PHONE_UNLISTED, at, request, phone=phone)


def is_marked_invalid(state: "State", profile: Profile) -> bool:
    """Whether nothing can be sent to the phone of a profile."""
    known = state.invalid_phones.by_number.get(profile.phone or "")
    return known is not None and profile.braze_id in known.marked


def is_unreachable(state: "State", phone: str) -> bool:
    """Whether a number is invalid for everybody who carries it, so that nothing is sent to it."""
    if phone not in state.invalid_phones.by_number:
        return False
    holders = state.profiles.with_address(Address(AddressKind.PHONE, phone))
    return all(is_marked_invalid(state, each) for each in holders)


def invalid_phones(
    state: "State", query: ListQuery, reason: Reason | None = None
) -> list[tuple[str, InvalidPhone]]:
    """Numbers found invalid, for one reason or any.

    Facts: invalid-phones-query
    """
    known = state.invalid_phones.by_number
    entries = (
        (phone, each.detected_at)
        for phone, each in known.items()
        if reason is None or each.reason is reason
    )
    return [(phone, known[phone]) for phone, _ in page_of(entries, query)]
