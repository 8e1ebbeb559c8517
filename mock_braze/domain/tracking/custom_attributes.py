"""What a custom attribute may hold, and how an update changes it."""

from collections.abc import Hashable, Mapping
from typing import Any

from mock_braze.domain.dates import read_attribute_date
from mock_braze.domain.state import State
from mock_braze.domain.tracking.attribute_types import (
    LIST_CHANGES,
    AttributeType,
    coerced,
    data_type,
)
from mock_braze.domain.tracking.nested_objects import (
    NESTED_BYTES,
    OBJECT_CHANGES,
    equals,
    frozen,
    is_shallow,
    is_storable_change,
    is_storable_nested,
    with_object_changes,
)
from mock_braze.domain.tracking.sizes import Measured, merged, resized
from mock_braze.domain.users.profile import Profile

# Braze: default and maximum are 500; until 2025 they were 25 and 100 (array-length-limit)
ARRAY_LENGTHS = {"500": 500, "100": 100, "25": 25}
STRING_LENGTH = 255
NAME_LENGTH = 255


def change_attribute(
    state: State, profile: Profile, name: str, update: Any, *, merge: bool
) -> None:
    """Apply one update to a profile's attributes; what cannot be stored changes nothing.

    Facts: attribute-name-rules, attribute-value-limit, null-removes
    """
    name = name.strip()
    # Inferred: what has an impossible name is dropped unsaid (name-limits)
    if not name or len(name) > NAME_LENGTH or name[0] == "$":
        return
    if update is None:
        profile.custom_attributes.pop(name, None)
        _keep_size(profile, name, None)
        return
    update = _typed(state, name, update)
    if update is None or not is_storable_update(update):
        return
    if name not in state.attribute_types:
        state.attribute_types[name] = AttributeType(data_type(update))
    if not isinstance(update, (list, dict)):
        profile.custom_attributes[name] = update
        _keep_size(profile, name, None)
        return
    longest = ARRAY_LENGTHS[state.dials.array_length]
    sizes = profile.attribute_sizes
    old = Measured(profile.custom_attributes.get(name), sizes.get(name) if sizes else None)
    new = changed_attribute(old, update, merge=merge, longest=longest)
    if _fits(new):
        profile.custom_attributes[name] = new.value
        _keep_size(profile, name, new.size)


def _keep_size(profile: Profile, name: str, size: int | None) -> None:
    """Remember how large an attribute is, or, with None, that this is not known any more."""
    if size is None:
        if profile.attribute_sizes:
            profile.attribute_sizes.pop(name, None)
    elif profile.attribute_sizes is None:
        profile.attribute_sizes = {name: size}
    else:
        profile.attribute_sizes[name] = size


def _typed(state: State, name: str, sent: Any) -> Any:
    """The update in the attribute's type; None if it cannot have it.

    Facts: attribute-type-from-first-value, forced-type-coerces
    """
    update = sent
    if isinstance(sent, str):
        update = read_attribute_date(sent) or sent
    known = state.attribute_types.get(name)
    if known is None:
        return update
    if known.is_forced or state.dials.detected_type == "coerced":
        return update if data_type(update) is known.type else coerced(sent, known.type)
    return update


def is_storable(value: object) -> bool:
    """Whether a custom attribute may hold `value`; an update beyond that is dropped unsaid.

    Facts: attribute-value-limit, nested-size-limit
    """
    if isinstance(value, str):
        return len(value) <= STRING_LENGTH
    if isinstance(value, list | dict):
        return is_storable_nested(value)
    return is_shallow(value, 0)


def is_storable_update(update: object) -> bool:
    """Whether an update can be tried; what it results in is judged again by its size."""
    if isinstance(update, dict) and update and update.keys() <= OBJECT_CHANGES:
        return is_storable_change(update)
    return is_storable(update)


def _fits(new: Measured) -> bool:
    """Whether what a storable update has come to is storable itself: it may be a sum of two."""
    if new.size is not None:
        return new.size <= NESTED_BYTES
    return isinstance(new.value, list | dict) or (new.value is not None and is_storable(new.value))


def is_nested(update: object) -> bool:
    """Whether an update writes an object, or a list of objects."""
    if isinstance(update, list):
        return any(isinstance(each, Mapping) for each in update)
    return (
        isinstance(update, Mapping)
        and update.keys() != {"inc"}
        and not (update and update.keys() <= LIST_CHANGES)
    )


def changed_attribute(old: Measured, update: Any, *, merge: bool, longest: int = 500) -> Measured:
    """The value of a custom attribute after one update; a list keeps the `longest` newest.

    It has been measured if it was put together with an older one.

    Facts: custom-attribute-inc, custom-attribute-arrays, custom-attribute-nested,
        array-length-limit
    """
    if isinstance(update, list):
        return Measured(_unique(update, longest))
    if not isinstance(update, Mapping):
        return Measured(update)
    names = update.keys()
    if names == {"inc"}:
        return _incremented(old, update["inc"])
    if names and names <= LIST_CHANGES:
        return _with_values(_as_list(old), update.get("add"), update.get("remove"), longest)
    if names and names <= OBJECT_CHANGES:
        return with_object_changes(_as_list(old), update, merge=merge, longest=longest)
    if merge and isinstance(old.value, Mapping):
        return merged(old, update)
    return Measured(dict(update))


def _as_list(old: Measured) -> Measured:
    return old if isinstance(old.value, list) else Measured([], len("[]"))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _incremented(old: Measured, step: Any) -> Measured:
    # Inferred: what is no whole number cannot be incremented and stays (custom-attribute-inc)
    if not _is_whole(step) or not (old.value is None or _is_whole(old.value)):
        return old
    return Measured((old.value or 0) + step)


def _unique(values: list[Any], longest: int) -> list[Any]:
    """Each value once, at its last place; over the limit the oldest go.

    Facts: array-values-are-unique, array-length-limit
    """
    newest_first: list[Any] = []
    seen: set[Hashable] = set()
    for value in reversed(values):
        if len(newest_first) == longest:
            break
        if isinstance(value, Mapping):
            newest_first.append(value)
        elif (key := frozen(value)) not in seen:
            seen.add(key)
            newest_first.append(value)
    return newest_first[::-1]


def _with_values(old: Measured, added: Any, removed: Any, longest: int) -> Measured:
    added = added if isinstance(added, list) else []
    removed = removed if isinstance(removed, list) else []
    brought = _unique(_without(added, equals(added, removed)), longest)
    if not old.value:
        return Measured(brought)  # not put together with anything
    again = [each for each in brought if not isinstance(each, Mapping)]
    gone = equals(old.value, [*again, *removed])
    values = [*_without(old.value, gone), *brought]
    gone += values[:-longest]
    return resized(old, values[-longest:], gone=gone, brought=brought)


def _without(values: list[Any], gone: list[Any]) -> list[Any]:
    """The values but for some of them, which are the same in memory."""
    places = set(map(id, gone))
    return [each for each in values if id(each) not in places] if gone else values
