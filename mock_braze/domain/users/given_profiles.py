"""Given profiles: people whom Braze knows already when a test begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.state import State
from mock_braze.domain.tracking.attributes import check_attributes, group_states
from mock_braze.domain.tracking.ingestion import announce
from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.tracking.writes import Update, Write, apply_write, sent_addresses
from mock_braze.domain.users.identity import (
    ExternalId,
    Identifier,
    UserAlias,
    identifier_of,
    read_alias,
)
from mock_braze.domain.users.profile import Profile, Tally

CLOSED = frozenset({"braze_id", "user_alias", "push_token_import", "_update_existing_only"})


@dataclass(frozen=True, slots=True)
class Happened:
    """Something a profile has done: a custom event, or the purchase of a product."""

    name: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class GivenProfile:
    """A profile to make: its attributes as `/users/track` takes them, and its past."""

    attributes: Mapping[str, Any]
    user_aliases: tuple[UserAlias, ...]
    created_at: datetime
    custom_events: tuple[Happened, ...] = ()
    purchases: tuple[Happened, ...] = ()


class BadProfile(ValueError):
    """A profile that cannot be given; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def give_profile(state: State, given: GivenProfile) -> Profile:
    """Make a profile that is finished since `created_at`, by the rules of a write.

    Raises:
        BadProfile: Braze would refuse the attributes, or somebody has its names.
    """
    identifier = _checked(state, given)
    write = Write(
        state.writes_accepted + 1,
        0,
        state.clock.now() - state.dials.creation_lag,
        (Update(identifier, True, given.attributes, sent_addresses(given.attributes)),),
        drops_nested=False,
        source=None,
    )
    announce(state, write)
    apply_write(state, write, state.clock.now())
    (profile,) = state.profiles.find(identifier)
    for alias in given.user_aliases:
        state.profiles.add_alias(profile, alias)
    profile.created_at = profile.finished_at = given.created_at
    _remember(profile.custom_events, given.custom_events)
    _remember(profile.purchases, given.purchases)
    return profile


def _checked(state: State, given: GivenProfile) -> Identifier:
    item, aliases = given.attributes, given.user_aliases
    problems = [f"{name!r} is not for a profile that is given" for name in item if name in CLOSED]
    try:
        check_attributes(item)
        problems += [
            f"'subscription_groups': there is no group {each.group_id}; make it before the profile"
            for each in group_states(item)
            if each.group_id not in state.subscriptions.groups
        ]
    except BadObject as bad:
        problems.append(_told(bad))
    identifier: Identifier | None = None
    try:
        names = {name: item[name] for name in ("external_id", "email", "phone") if name in item}
        named = aliases and "external_id" not in item
        identifier = aliases[0] if named else identifier_of(names)
    except BadObject as bad:
        problems.append(_told(bad))
    owned = [identifier, *aliases] if identifier else aliases
    problems += [_taken(each) for each in dict.fromkeys(owned) if state.profiles.find(each)]
    labels = [each.alias_label for each in aliases]
    if len(set(labels)) < len(labels):
        problems.append("'user_aliases': a profile has at most one alias of a label")
    if problems or identifier is None:
        raise BadProfile(problems)
    return identifier


def _told(bad: BadObject) -> str:
    if bad.fault is ObjectFault.IDENTIFIER_REQUIRED:
        return "give an 'external_id', 'user_aliases', an 'email' or a 'phone'"
    return f"Braze would refuse this: {bad.says or bad.fault.sentence}"


def _taken(identifier: Identifier) -> str:
    match identifier:
        case ExternalId(value):
            return f"'external_id': there is a profile {value!r} already"
        case UserAlias(name, label):
            return f"'user_aliases': there is a profile with the {label!r} {name!r} already"
        case _:
            named = type(identifier).__name__.lower()
            return (
                f"{named!r}: there is a profile with {identifier.value!r} already; give another "
                "'external_id' or 'user_aliases' if several people share it"
            )


def _remember(tallies: dict[str, Tally], past: Iterable[Happened]) -> None:
    for each in past:
        tally = tallies.setdefault(each.name, Tally(each.first, each.last))
        tally.add(each.first)
        tally.add(each.last, each.count - 1)


def read_aliases(values: Iterable[object]) -> tuple[tuple[UserAlias, ...], list[str]]:
    """Aliases as exports show them, and what is wrong with the others."""
    read = [(read_alias(value), value) for value in values]
    problems = [
        f"'user_aliases': {value!r} is no alias; give 'alias_name' and 'alias_label'"
        for alias, value in read
        if alias is None
    ]
    return tuple(alias for alias, _ in read if alias is not None), problems
