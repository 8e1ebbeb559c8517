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
    OBJECT_CHANGES,
    frozen,
    is_shallow,
    is_storable_change,
    is_storable_nested,
    is_within_size,
    merged,
    with_object_changes,
)

# Braze: default and maximum are 500; until 2025 they were 25 and 100 (array-length-limit)
ARRAY_LENGTHS = {"500": 500, "100": 100, "25": 25}
STRING_LENGTH = 255
NAME_LENGTH = 255


def change_attribute(
    state: State, values: dict[str, Any], name: str, update: Any, *, merge: bool
) -> None:
    """Apply one update to a profile's attributes; what cannot be stored changes nothing.

    Facts: attribute-name-rules, attribute-value-limit, null-removes
    """
    name = name.strip()
    # Inferred: what has an impossible name is dropped unsaid (name-limits)
    if not name or len(name) > NAME_LENGTH or name[0] == "$":
        return
    if update is None:
        values.pop(name, None)
        return
    update = _typed(state, name, update)
    if update is None or not is_storable_update(update):
        return
    if name not in state.attribute_types:
        state.attribute_types[name] = AttributeType(data_type(update))
    longest = ARRAY_LENGTHS[state.dials.array_length]
    old = values.get(name)
    value = changed_attribute(old, update, merge=merge, longest=longest)
    if value is not None and (value is update or old is None or _still_fits(value)):
        values[name] = value


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


def _still_fits(value: object) -> bool:
    """Whether what storable parts have been put together to is storable."""
    if isinstance(value, list | dict):
        return is_within_size(value)
    return is_storable(value)


def is_nested(update: object) -> bool:
    """Whether an update writes an object, or a list of objects."""
    if isinstance(update, list):
        return any(isinstance(each, Mapping) for each in update)
    return (
        isinstance(update, Mapping)
        and update.keys() != {"inc"}
        and not (update and update.keys() <= LIST_CHANGES)
    )


def changed_attribute(old: Any, update: Any, *, merge: bool, longest: int = 500) -> Any:
    """The value of a custom attribute after one update; a list keeps the `longest` newest.

    Facts: custom-attribute-inc, custom-attribute-arrays, custom-attribute-nested,
        array-length-limit
    """
    if isinstance(update, list):
        return _unique(update, longest)
    if not isinstance(update, Mapping):
        return update
    names = update.keys()
    if names == {"inc"}:
        return _incremented(old, update["inc"])
    if names and names <= LIST_CHANGES:
        return _with_values(old, update.get("add"), update.get("remove"), longest)
    if names and names <= OBJECT_CHANGES:
        return with_object_changes(old, update, merge=merge, longest=longest)
    if merge and isinstance(old, Mapping):
        return merged(old, update)
    return dict(update)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _incremented(old: Any, step: Any) -> Any:
    # Inferred: what is no whole number cannot be incremented and stays (custom-attribute-inc)
    if not _is_whole(step) or not (old is None or _is_whole(old)):
        return old
    return (old or 0) + step


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


def _with_values(old: Any, added: Any, removed: Any, longest: int) -> list[Any]:
    values = list(old) if isinstance(old, list) else []
    values += added if isinstance(added, list) else []
    gone = {frozen(each) for each in removed} if isinstance(removed, list) else ()
    if gone:
        values = [value for value in values if frozen(value) not in gone]
    return _unique(values, longest)
