"""How long values are as compact JSON, and what changes of a value make of its size."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Measuring a value by itself takes as long as measuring so many bytes in the midst of a long one.
BYTES_A_LOOK = 32

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Measured(NamedTuple):
    """A value with its size, if that is known: a change then need not measure all of it again."""

    value: Any
    size: int | None = None


def bytes_of(value: object) -> int:
    """How long a value is as compact JSON."""
    if type(value) is int:
        return len(str(value))
    return len(_as_json(value).encode())


def size_of(measured: Measured) -> int:
    """How long a value is, which is looked up only if it is known."""
    return bytes_of(measured.value) if measured.size is None else measured.size


def member_bytes(name: str, size: int) -> int:
    """What a member whose value has this size adds to an object that has others."""
    return bytes_of(name) + len(":") + size + len(",")


def resized(
    old: Measured, new: list[Any], *, gone: Sequence[Any], brought: Sequence[Any]
) -> Measured:
    """The list `new`, measured by what has `gone` from the list `old` and been `brought` in."""
    before = size_of(old)
    if (len(gone) + len(brought)) * BYTES_A_LOOK > before:
        return Measured(new, bytes_of(new))
    growth = sum(map(bytes_of, brought)) - sum(map(bytes_of, gone))
    return Measured(new, before + growth + _commas(new) - _commas(old.value))


def _commas(values: Sequence[Any]) -> int:
    return max(len(values) - 1, 0)


def merged(old: Measured, update: Mapping[str, Any]) -> Measured:
    """An object with another one laid over it, at every depth.

    Facts: custom-attribute-nested
    """
    result, growth = _merged(old.value, update)
    return Measured(result, size_of(old) + growth)


def _merged(old: Mapping[str, Any], update: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The object, and how many bytes it is longer."""
    result, growth = dict(old), 0
    for name, value in update.items():
        if name not in result:
            growth += member_bytes(name, bytes_of(value)) - (0 if result else len(","))
        elif isinstance(value, Mapping) and isinstance(result[name], Mapping):
            value, longer = _merged(result[name], value)
            growth += longer
        else:
            growth += bytes_of(value) - bytes_of(result[name])
        result[name] = value
    return result, growth
