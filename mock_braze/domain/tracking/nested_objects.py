"""Nested custom attributes: objects, and lists of objects."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.tracking.sizes import (
    BYTES_A_LOOK,
    Measured,
    bytes_of,
    member_bytes,
    resized,
    size_of,
)

NESTED_BYTES = 100 * 1024
NESTED_LEVELS = 100
KEY_LENGTH = 255
SIGNS_OF_NO_KEY = frozenset(" .$")
LAST_NESTED_YEAR = 3000
OBJECT_CHANGES = frozenset({"$add", "$remove", "$update"})
PLAIN = frozenset({str, int, float})
FEW = 16

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
    # Python's own text is quick to have, and JSON makes at most four bytes of one character of it.
    return 4 * len(repr(value)) <= NESTED_BYTES or bytes_of(value) <= NESTED_BYTES


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
    old: Measured, update: Mapping[str, Any], *, merge: bool, longest: int
) -> Measured:
    """A list of objects after `$add`, then `$remove`, then `$update`, as `_merge_objects` allows.

    Over `longest` the oldest go.

    Facts: object-list-changes, object-list-change-order, object-remove-takes-all,
        object-update-needs-merge, array-length-limit
    """
    added = _listed(update, "$add")
    objects = [*old.value, *added]
    removed = {place for place, _ in _named(objects, _pointers(_listed(update, "$remove")))}
    gone = [objects[place] for place in removed]
    if removed:
        objects = [each for place, each in enumerate(objects) if place not in removed]
    gone += objects[:-longest]
    updates = _listed(update, "$update") if merge else []
    if not (old.value or updates):
        return Measured(objects[-longest:])  # not put together with anything
    changed = resized(old, objects[-longest:], gone=gone, brought=added)
    return _with_updates(changed, updates) if updates else changed


def _with_updates(old: Measured, changes: Sequence[Mapping[str, Any]]) -> Measured:
    """Each change finds its objects by an index, which follows what the changes do to them."""
    objects, size = list(old.value), size_of(old)
    looks = size // BYTES_A_LOOK  # with more of them, measuring all of it is quicker
    index = _index(objects, changes)
    keys = {key for key, _ in index}
    for change in changes:
        new, pointer = change.get("$new_object"), _pointer(change)
        found = index.get(pointer) if pointer is not None else None
        if pointer is None or not found or not isinstance(new, dict):
            continue
        looks -= len(found) * len(new)
        if looks >= 0:
            size += _growth(found.values(), new)
        moved = keys.intersection(new)
        if moved:
            found = dict(found)
            for key in moved:
                _move(index, pointer, found, key, frozen(new[key]))
        for each in found.values():
            each.update(new)
    return Measured(objects, size if looks >= 0 else bytes_of(objects))


def _index(objects: list[Any], changes: Sequence[Mapping[str, Any]]) -> _Index:
    """Which objects the changes name, each made a copy of in `objects`, for it will change."""
    index: _Index = {pointer: {} for pointer in _pointers(changes)}
    copied: _Places = {}
    for place, name in list(_named(objects, index.keys())):
        if place not in copied:
            copied[place] = objects[place] = dict(objects[place])
        index[name][place] = copied[place]
    return index


def _growth(objects: Collection[Mapping[str, Any]], new: Mapping[str, Any]) -> int:
    """How many bytes longer the objects together are with the members of `new`."""
    growth = 0
    for name, value in new.items():
        size = bytes_of(value)
        as_member = member_bytes(name, size)
        for each in objects:
            growth += size - bytes_of(each[name]) if name in each else as_member
    return growth


def _move(index: _Index, pointer: _Name, found: _Places, key: str, value: Hashable) -> None:
    """Let the objects that `pointer` found be found by another `value` of `key`."""
    if key == pointer[0]:
        del index[pointer]
    else:
        for place, each in found.items():
            if key in each:
                index.get((key, frozen(each[key])), {}).pop(place, None)
    index.setdefault((key, value), {}).update(found)


def _pointer(change: Mapping[str, Any]) -> _Name | None:
    """The member that names the objects a change is about."""
    key = change.get("$identifier_key")
    return (key, frozen(change.get("$identifier_value"))) if isinstance(key, str) else None


def _pointers(changes: Sequence[Mapping[str, Any]]) -> set[_Name]:
    return {pointer for each in changes if (pointer := _pointer(each)) is not None}


def _named(objects: Sequence[Any], pointers: Collection[_Name]) -> Iterator[tuple[int, _Name]]:
    """The places of the objects that have one of these members, each with that member."""
    wanted: dict[str, set[Hashable]] = {}
    for key, value in pointers:
        wanted.setdefault(key, set()).add(value)
    if not wanted:
        return
    are_plain = PLAIN.issuperset(type(value) for _, value in pointers)
    for place, each in enumerate(objects):
        if not isinstance(each, dict):
            continue
        for key in each.keys() & wanted.keys():
            value = each[key]
            if type(value) not in PLAIN:
                if are_plain:
                    continue
                value = frozen(value)
            if value in wanted[key]:
                yield place, (key, value)


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


def equals(values: Sequence[Any], sought: Collection[Any]) -> list[Any]:
    """Which of `values` are equal in JSON to one of those that are sought."""
    if not (values and sought):
        return []
    keys = {frozen(each) for each in sought}
    if PLAIN.issuperset(map(type, values)):
        return [each for each in values if each in keys]
    if len(sought) <= FEW:  # what is equal in JSON is so for Python, which is quick to say no
        values = [each for each in values if each in sought]
    return [each for each in values if frozen(each) in keys]
