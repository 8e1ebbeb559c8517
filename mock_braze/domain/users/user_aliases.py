"""New and changed aliases: accepted, then applied with the other queued writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.errors import NoItems, TooManyUsers
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.tracking.item_faults import BadItem, ItemError, ItemFault
from mock_braze.domain.tracking.items import check_count, members_of, read_items, required
from mock_braze.domain.users.creation import create_profile
from mock_braze.domain.users.identity import (
    ExternalId,
    UserAlias,
    read_alias,
    read_external_id,
    written,
)
from mock_braze.domain.users.profile import Profile


@dataclass(frozen=True, slots=True)
class NewAlias(Due):
    """One accepted item of `/users/alias/new`; `number` counts accepted writes."""

    alias: UserAlias
    owner: ExternalId | None
    number: int
    request: int
    accepted_at: datetime

    def settle(self, state: State, at: datetime) -> None:
        _apply_new_alias(state, self, at)


@dataclass(frozen=True, slots=True)
class AliasChange(Due):
    """One accepted item of `/users/alias/update`."""

    old: UserAlias
    new: UserAlias
    request: int

    def settle(self, state: State, at: datetime) -> None:
        _apply_alias_change(state, self, at)


def accept_aliases(state: State, items: Sequence[Any], request: int) -> tuple[int, list[ItemError]]:
    """Queue the good items; how many they are, and what is wrong with the others.

    Raises:
        NoItems, TooManyUsers: of the request.

    Facts: alias-new-items-are-flat, user-item-limit
    """
    if not items:
        raise NoItems("user_aliases")
    check_count(items, TooManyUsers)
    errors: list[ItemError] = []
    named = read_items(items, "user_aliases", _read_new_alias, errors)
    now = state.clock.now()
    for alias, owner in named:
        state.writes_accepted += 1
        new = NewAlias(alias, owner, state.writes_accepted, request, now)
        state.agenda.add(state.readable_at(now), new)
    return len(named), errors


def _read_new_alias(item: Any) -> tuple[UserAlias, ExternalId | None]:
    members = members_of(item)
    alias, external_id = required(read_alias(members)), members.get("external_id")
    return alias, None if external_id is None else required(read_external_id(external_id))


def _apply_new_alias(state: State, new: NewAlias, at: datetime) -> None:
    """Facts: alias-new-for-a-known-user, alias-new-for-an-unknown-user, alias-new-makes-a-user,
    taken-alias-changes-nothing, alias-pair-is-unique
    """
    holder = _holder(state, new.alias)
    owner = None if new.owner is None else next(iter(state.profiles.find(new.owner)), None)
    if holder is not None:
        if holder is not owner and (new.owner is not None or holder.is_identified):
            _tell_nothing(state, new.alias, "another profile has this alias", new.request, at)
    elif new.owner is None:
        made = create_profile(state, new.alias, new.accepted_at, new.number, new.request, at)
        state.touch(made)
        _tell(state, Effect.PROFILE_CREATED, made, new.request, at, by="user_alias")
    elif owner is None:
        _tell_nothing(state, new.alias, "nobody has this external_id", new.request, at)
    elif new.alias.alias_label in owner.user_aliases:
        # Inferred: the name that is there stays, as there is an endpoint to change it
        # (alias-pair-is-unique)
        says = "the user has another alias with this label"
        _tell_nothing(state, new.alias, says, new.request, at)
    else:
        state.profiles.add_alias(owner, new.alias)
        state.touch(owner)
        _tell(state, Effect.ALIAS_ADDED, owner, new.request, at, alias=written(new.alias))


def accept_alias_changes(
    state: State, items: Sequence[Any], request: int
) -> tuple[int, list[ItemError]]:
    """Queue the good items; how many they are, and what is wrong with the others.

    Raises:
        NoItems, TooManyUsers: of the request.

    Facts: alias-update-members, alias-update-has-no-order, user-item-limit
    """
    if not items:
        raise NoItems("alias_updates")
    check_count(items, TooManyUsers)
    errors: list[ItemError] = []
    changes = read_items(items, "alias_updates", _read_change, errors)
    for old, new in changes:
        change = AliasChange(old, new, request)
        state.agenda.add(state.readable_at(state.clock.now()), change)
    return len(changes), errors


def _read_change(item: Any) -> tuple[UserAlias, UserAlias]:
    members = members_of(item)
    label = members.get("alias_label")
    old, new = (
        read_alias({"alias_label": label, "alias_name": members.get(name)})
        for name in ("old_alias_name", "new_alias_name")
    )
    if old is None or new is None:
        raise BadItem(ItemFault.MISSING_MEMBER)
    return old, new


def _apply_alias_change(state: State, change: AliasChange, at: datetime) -> None:
    """Facts: alias-update-of-an-unknown-alias, taken-alias-changes-nothing"""
    profile, taken = _holder(state, change.old), _holder(state, change.new)
    if profile is None:
        _tell_nothing(state, change.old, "nobody has this alias", change.request, at)
    elif taken is not None and taken is not profile:
        _tell_nothing(state, change.new, "another profile has this alias", change.request, at)
    elif taken is None:
        state.profiles.add_alias(profile, change.new)
        state.touch(profile)
        was, alias = written(change.old), written(change.new)
        _tell(state, Effect.ALIAS_RENAMED, profile, change.request, at, was=was, alias=alias)


def _holder(state: State, alias: UserAlias) -> Profile | None:
    return next(iter(state.profiles.find(alias)), None)


def _tell(
    state: State, effect: Effect, profile: Profile, request: int, at: datetime, **details: str
) -> None:
    state.effect(
        effect, at, request, braze_id=profile.braze_id, email=profile.email,
        phone=profile.phone, external_id=profile.external_id, **details,
    )  # fmt: skip


def _tell_nothing(state: State, alias: UserAlias, why: str, request: int, at: datetime) -> None:
    state.hazard(Hazard.alias_without_effect, at, request, written(alias), why)
