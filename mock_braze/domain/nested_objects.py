"""Nested custom attributes: objects, and lists of objects."""

import json
from collections.abc import Mapping
from typing import Any

from mock_braze.domain.dates import read_time

NESTED_BYTES = 100 * 1024
NESTED_LEVELS = 100
KEY_LENGTH = 255
LAST_NESTED_YEAR = 3000
OBJECT_CHANGES = frozenset({"$add", "$remove", "$update"})


def has_bad_value(nested: object, levels: int = NESTED_LEVELS) -> bool:
    """Whether there is a `null` or an unreadable `$time` anywhere in a nested update.

    Facts: bad-nested-value-drops-nested, nested-time-wrapper, attribute-dates-have-limits
    """
    if isinstance(nested, list) and levels:
        return any(has_bad_value(each, levels - 1) for each in nested)
    if isinstance(nested, Mapping) and levels:
        if "$time" in nested:
            moment = read_time(nested["$time"])
            if moment is None or moment.year > LAST_NESTED_YEAR:
                return True
        return any(has_bad_value(each, levels - 1) for each in nested.values())
    return nested is None


def is_storable_nested(value: object) -> bool:
    """Whether a list or an object is within all limits.

    Facts: nested-size-limit, nested-key-rules
    """
    return is_shallow(value, NESTED_LEVELS) and _bytes(value) <= NESTED_BYTES and _has_keys(value)


def is_shallow(value: object, levels: int) -> bool:
    """Whether a value nests no deeper than `levels`, with numbers of 64 bits."""
    # Inferred: no limit of depth or of whole numbers is stated, but there must be one
    # (attribute-value-limit)
    match value:
        case int():
            return -(2**63) <= value < 2**64
        case list():
            return levels > 0 and all(is_shallow(each, levels - 1) for each in value)
        case Mapping():
            return levels > 0 and all(is_shallow(each, levels - 1) for each in value.values())
        case _:
            return True


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _has_keys(value: object) -> bool:
    """Whether every key is one that Braze takes."""
    if isinstance(value, list):
        return all(_has_keys(each) for each in value)
    if isinstance(value, Mapping):
        return all(_is_key(name) and _has_keys(each) for name, each in value.items())
    return True


def _is_key(name: str) -> bool:
    if name == "$time":
        return True
    return len(name) <= KEY_LENGTH and not any(sign in name for sign in " .$")


def with_object_changes(old: Any, update: Mapping[str, Any], *, merge: bool) -> list[Any]:
    """A list of objects after `$add`, then `$remove`, then `$update`, as `_merge_objects` allows.

    Facts: object-list-changes, object-list-change-order, object-remove-takes-all,
        object-update-needs-merge
    """
    objects = list(old) if isinstance(old, list) else []
    objects += _listed(update, "$add")
    for gone in _listed(update, "$remove"):
        objects = [each for each in objects if not _is_named(each, gone)]
    for change in _listed(update, "$update") if merge else ():
        new = change.get("$new_object")
        objects = [
            {**each, **new} if _is_named(each, change) and isinstance(new, Mapping) else each
            for each in objects
        ]
    return objects


def _listed(update: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = update.get(name)
    return (
        [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    )


def _is_named(item: Any, pointer: Mapping[str, Any]) -> bool:
    key = pointer.get("$identifier_key")
    return (
        isinstance(item, Mapping)
        and isinstance(key, str)
        and key in item
        and is_same(item[key], pointer.get("$identifier_value"))
    )


def is_same(one: Any, other: Any) -> bool:
    """Equality as in JSON, where `true` is not 1."""
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def merged(old: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    """An object with another one laid over it, at every depth.

    Facts: custom-attribute-nested
    """
    result = dict(old)
    for name, value in update.items():
        if isinstance(value, Mapping) and isinstance(result.get(name), Mapping):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result
