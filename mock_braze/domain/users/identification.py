"""Identifying: an unknown profile gets an external ID, or goes into the one that has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.errors import NoItems, TooManyUsers
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.tracking.item_faults import BadItem, ItemError, ItemFault
from mock_braze.domain.tracking.items import check_count, members_of, read_items, required
from mock_braze.domain.users.identity import (
    ExternalId,
    UserAlias,
    kind_of,
    read_alias,
    read_external_id,
    written,
)
from mock_braze.domain.users.merging import merge_profiles
from mock_braze.domain.users.prioritization import (
    NotSingledOut,
    Target,
    read_email,
    read_phone,
    single_out,
)
from mock_braze.domain.users.profile import Profile

READERS = {
    "aliases_to_identify": lambda item: Target(required(read_alias(item.get("user_alias")))),
    "emails_to_identify": read_email,
    "phone_numbers_to_identify": read_phone,
}
# The name that an answer's errors give to all three arrays.
INPUT_ARRAY = "user_identifiers"


@dataclass(frozen=True, slots=True)
class Identification(Due):
    """One accepted item; without `takes_data` the unknown profile's data is lost with it."""

    external_id: ExternalId
    target: Target
    request: int
    takes_data: bool = True

    def settle(self, state: State, at: datetime) -> None:
        _apply(state, self, at)


def accept_identifications(
    state: State, arrays: Mapping[str, Sequence[Any]], request: int, *, merge_behavior: object
) -> tuple[dict[str, int], list[ItemError]]:
    """Queue the good items; how many each array has, and what is wrong with the others.

    Raises:
        NoItems, TooManyUsers: of the request.

    Facts: identify-arrays, user-item-limit, identify-merge-behavior
    """
    if not any(arrays.values()):
        raise NoItems(*READERS)
    # Inferred: the 50 items are those of the three arrays together (user-item-limit)
    check_count([item for items in arrays.values() for item in items], TooManyUsers)
    takes_data = state.dials.merge_behavior == "ignored" or merge_behavior != "none"
    errors: list[ItemError] = []
    processed = {}
    for name, items in arrays.items():
        good = read_items(items, INPUT_ARRAY, partial(_read, state, name), errors)
        processed[name] = len(good)
        for external_id, target in good:
            identification = Identification(external_id, target, request, takes_data)
            state.agenda.add(state.readable_at(state.clock.now()), identification)
    return processed, errors


def _read(state: State, array: str, item: Any) -> tuple[ExternalId, Target]:
    """Facts: identify-unknown-external-id"""
    members = members_of(item)
    external_id = required(read_external_id(members.get("external_id")))
    target = READERS[array](members)
    if state.dials.identify_unknown_external_id == "refused" and not state.profiles.find(
        external_id
    ):
        raise BadItem(ItemFault.UNKNOWN_EXTERNAL_ID)
    return external_id, target


def _apply(state: State, identification: Identification, at: datetime) -> None:
    """Facts: identify-names-unknown, identify-merges-into-known,
    identify-no-match, identify-needs-one-match
    """
    source = single_out(state, identification.target)
    if isinstance(source, NotSingledOut):
        _tell_nothing(state, identification, source.why, at)
        return
    known = next(iter(state.profiles.find(identification.external_id)), None)
    obstacle = _obstacle(state, identification.target, source, known)
    if obstacle:
        _tell_nothing(state, identification, obstacle, at)
    elif known is None:
        state.profiles.name(source, identification.external_id.value)
        state.touch(source)
        state.effect(
            Effect.PROFILE_IDENTIFIED, at, identification.request, braze_id=source.braze_id,
            email=source.email, phone=source.phone, external_id=source.external_id,
        )  # fmt: skip
    elif source is not known:
        merge_profiles(
            state, source, known, at, identification.request, takes_data=identification.takes_data
        )


def _obstacle(state: State, target: Target, source: Profile, known: Profile | None) -> str:
    """Facts: identify-same-label, identify-target-among-matches"""
    matches = state.profiles.find(target.identifier)
    if known in matches and len(matches) > 1:
        return f"the user with the external_id has this {kind_of(target.identifier)} as well"
    if source is known:
        return ""
    # Inferred: an identified profile is neither named anew nor merged away (identify-names-unknown)
    if source.is_identified:
        return "the profile has another external_id already"
    identifier = target.identifier
    if (
        known is not None
        and isinstance(identifier, UserAlias)
        and identifier.alias_label in known.user_aliases
    ):
        return "the user with the external_id has another alias with this label"
    return ""


def _tell_nothing(state: State, identification: Identification, why: str, at: datetime) -> None:
    subject = written(identification.target.identifier)
    hazard = Hazard.identification_without_effect
    state.hazard(hazard, at, identification.request, subject, why)
