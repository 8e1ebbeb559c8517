"""Migrating external IDs: a renamed one stays as a deprecated one until it is removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_braze.domain.errors import NoItems, TooManyExternalIds
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.tracking.items import check_count
from mock_braze.domain.users.identity import ExternalId, identifier_text, read_external_id
from mock_braze.domain.users.profile import Profile

# Braze: the only sentence that is known (rename-onto-a-taken-id)
TAKEN = "new_external_id is already in use"

# What is wrong with an item: its index and a sentence.
Failure = tuple[int, str]


def rename_external_ids(
    state: State, items: Sequence[Any], request: int
) -> tuple[list[str], list[Failure]]:
    """Rename at once, each item for itself; which succeeded and which did not.

    Raises:
        NoItems, TooManyExternalIds: of the request.

    Facts: rename-items, rename-lists-successes, rename-items-are-independent,
        external-id-item-limit
    """
    if not items:
        raise NoItems("external_id_renames")
    check_count(items, TooManyExternalIds)
    renamed: list[str] = []
    failures: list[Failure] = []
    for index, item in enumerate(items):
        members = item if isinstance(item, Mapping) else {}
        current = read_external_id(members.get("current_external_id"))
        new = read_external_id(members.get("new_external_id"))
        problem = _problem_of_rename(state, current, new)
        if problem or current is None or new is None:
            failures.append((index, problem))
            continue
        _rename(state, current.value, new.value, request)
        renamed.append(new.value if state.dials.renamed_ids == "new" else current.value)
    return renamed, failures


def _problem_of_rename(state: State, current: ExternalId | None, new: ExternalId | None) -> str:
    """Facts: rename-needs-a-primary-id, rename-onto-a-taken-id, rename-needs-two-ids"""
    # Inferred: but for the one about IDs in use, the sentences are ours (rename-lists-successes)
    if current is None or new is None:
        return "current_external_id and new_external_id must be strings"
    if current == new:
        return "current_external_id and new_external_id must be different"
    profile = _holder(state, current)
    if profile is None or profile.external_id != current.value:
        return "current_external_id is not the primary external ID of a user"
    return TAKEN if _holder(state, new) is not None else ""


def _rename(state: State, current: str, new: str, request: int) -> None:
    """Facts: deprecated-id-resolves"""
    profile = _holder(state, ExternalId(current))
    if profile is not None:
        state.profiles.name(profile, new)
        state.effect(
            Effect.EXTERNAL_ID_RENAMED, state.clock.now(), request,
            braze_id=profile.braze_id, external_id=new, was=current,
        )  # fmt: skip


def remove_external_ids(
    state: State, items: Sequence[Any], request: int
) -> tuple[list[str], list[Failure]]:
    """Remove deprecated IDs at once; which are gone and which are not.

    Raises:
        NoItems, TooManyExternalIds: of the request.

    Facts: remove-takes-deprecated-ids-only, external-id-item-limit
    """
    if not items:
        raise NoItems("external_ids")
    check_count(items, TooManyExternalIds)
    removed: list[str] = []
    failures: list[Failure] = []
    for index, item in enumerate(items):
        external_id = identifier_text(item)
        profile = _holder(state, ExternalId(external_id))
        if profile is None or profile.external_id == external_id:
            # Inferred: no sentence is known (removal-errors)
            failures.append((index, "external_id is not a deprecated external ID of a user"))
            continue
        state.profiles.forget_deprecated(profile, external_id)
        state.effect(
            Effect.EXTERNAL_ID_REMOVED, state.clock.now(), request,
            braze_id=profile.braze_id, external_id=profile.external_id, was=external_id,
        )  # fmt: skip
        removed.append(external_id)
    return removed, failures


def _holder(state: State, external_id: ExternalId) -> Profile | None:
    return next(iter(state.profiles.find(external_id)), None)
