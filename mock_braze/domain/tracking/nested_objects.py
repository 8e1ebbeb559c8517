"""Nested custom attributes: objects, and lists of objects."""

import json
from collections.abc import Hashable, Mapping, Sequence, Set
from typing import Any

from mock_braze.domain.dates import read_time

NESTED_BYTES = 100 * 1024
NESTED_LEVELS = 100
KEY_LENGTH = 255
SIGNS_OF_NO_KEY = frozenset(" .$")
LAST_NESTED_YEAR = 3000
OBJECT_CHANGES = frozenset({"$add", "$remove", "$update"})
PLAIN = frozenset({str, int, float})

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Name = tuple[str, Hashable]  # a member of an object, by which a change may name it
_Places = dict[int, dict[str, Any]]  # objects by their places in a list
_Index = dict[_Name, _Places]


def has_bad_value(nested: object, levels: int = NESTED_LEVELS) -> bool:
    """Whether there is a `null` or an unreadable `$time` anywhere in a nested update.

    Facts: bad-nested-value-drops-nested, nested-time-wrapper, attribute-dates-have-limits
    """
    if isinstance(nested, list) and levels:
        return any(has_bad_value(each, levels - 1) for each in nested)
    if isinstance(nested, dict) and levels:
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
    return is_shallow(value, NESTED_LEVELS) and is_within_size(value) and _has_keys(value)


def is_within_size(value: object) -> bool:
    """Facts: nested-size-limit"""
    return bytes_of(value) <= NESTED_BYTES


def is_storable_change(update: Mapping[str, Any]) -> bool:
    """Whether a change of a list of objects, and all that it brings in, is within all limits.

    Facts: nested-size-limit, nested-key-rules
    """
    brought = [each.get("$new_object") for each in _listed(update, "$update")]
    return (
        is_shallow(update, NESTED_LEVELS)
        and is_within_size(update)
        and _has_keys(_listed(update, "$add"))
        and _has_keys(brought)
    )


def is_shallow(value: object, levels: int) -> bool:
    """Whether a value nests no deeper than `levels`, with numbers of 64 bits."""
    # Inferred: no limit of depth or of whole numbers is stated, but there must be one
    # (attribute-value-limit)
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    if isinstance(value, list):
        return levels > 0 and all(is_shallow(each, levels - 1) for each in value)
    if isinstance(value, dict):
        return levels > 0 and all(is_shallow(each, levels - 1) for each in value.values())
    return True


def bytes_of(value: object) -> int:
    """How long a value is as compact JSON."""
    return len(_as_json(value).encode())


def _has_keys(value: object) -> bool:
    """Whether every key is one that Braze takes."""
    if isinstance(value, list):
        return all(_has_keys(each) for each in value)
    if isinstance(value, dict):
        return all(_is_key(name) and _has_keys(each) for name, each in value.items())
    return True


def _is_key(name: str) -> bool:
    return name == "$time" or (len(name) <= KEY_LENGTH and SIGNS_OF_NO_KEY.isdisjoint(name))


def with_object_changes(
    old: Any, update: Mapping[str, Any], *, merge: bool, longest: int
) -> list[Any]:
    """A list of objects after `$add`, then `$remove`, then `$update`, as `_merge_objects` allows.

    Over `longest` the oldest go.

    Facts: object-list-changes, object-list-change-order, object-remove-takes-all,
        object-update-needs-merge, array-length-limit
    """
    objects = list(old) if isinstance(old, list) else []
    objects += _listed(update, "$add")
    objects = _without(objects, _listed(update, "$remove"))[-longest:]
    return _with_updates(objects, _listed(update, "$update")) if merge else objects


def _without(objects: list[Any], removals: Sequence[Mapping[str, Any]]) -> list[Any]:
    gone = {pointer for each in removals if (pointer := _pointer(each)) is not None}
    keys = {key for key, _ in gone}
    return [each for each in objects if gone.isdisjoint(_names_of(each, keys))]


def _with_updates(objects: list[Any], changes: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Each change finds its objects by an index, which follows what the changes do to them."""
    objects = [dict(each) if isinstance(each, dict) else each for each in objects]
    keys = {pointer[0] for each in changes if (pointer := _pointer(each)) is not None}
    index: _Index = {}
    for place, each in enumerate(objects):
        for name in _names_of(each, keys):
            index.setdefault(name, {})[place] = each
    for change in changes:
        new, pointer = change.get("$new_object"), _pointer(change)
        found = index.get(pointer) if pointer is not None else None
        if pointer is None or not found or not isinstance(new, dict):
            continue
        moved = keys.intersection(new)
        if moved:
            found = dict(found)
            for key in moved:
                _move(index, pointer, found, key, frozen(new[key]))
        for each in found.values():
            each.update(new)
    return objects


def _move(index: _Index, pointer: _Name, found: _Places, key: str, value: Hashable) -> None:
    """Let the objects that `pointer` found be found by another `value` of `key`."""
    if key == pointer[0]:
        del index[pointer]
    else:
        for place, each in found.items():
            if key in each:
                del index[key, frozen(each[key])][place]
    index.setdefault((key, value), {}).update(found)


def _pointer(change: Mapping[str, Any]) -> _Name | None:
    """The member that names the objects a change is about."""
    key = change.get("$identifier_key")
    return (key, frozen(change.get("$identifier_value"))) if isinstance(key, str) else None


def _names_of(item: Any, keys: Set[str]) -> list[_Name]:
    """The members of an object that are among `keys`."""
    if not isinstance(item, dict):
        return []
    return [(key, frozen(item[key])) for key in keys if key in item]


def _listed(update: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = update.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def frozen(value: Any) -> Hashable:
    """What two values have in common only if they are equal in JSON, where `true` is not 1."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        is_plain = PLAIN.issuperset(map(type, value))  # as most are; frozen they are the same
        return ("list", *(value if is_plain else map(frozen, value)))
    if isinstance(value, dict):
        return ("object", frozenset((name, frozen(each)) for name, each in value.items()))
    found: Hashable = value
    return found


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
