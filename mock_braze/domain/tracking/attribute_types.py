"""The data type of a custom attribute: found from its first value, or forced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.tracking.nested_objects import OBJECT_CHANGES

LIST_CHANGES = frozenset({"add", "remove"})
TRUTHS = {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}


class DataType(StrEnum):
    """What a custom attribute can hold."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    TIME = "time"
    ARRAY = "array"
    OBJECT = "object"
    OBJECT_ARRAY = "object_array"


@dataclass(frozen=True, slots=True)
class AttributeType:
    """The type of one attribute; a forced one was set by a person, not found from a value."""

    type: DataType
    is_forced: bool = False


def data_type(update: Any) -> DataType:
    """The type that an update stands for; a date is a `datetime` by then.

    Facts: attribute-type-from-first-value
    """
    match update:
        case bool():
            return DataType.BOOLEAN
        case int() | float():
            return DataType.NUMBER
        case datetime():
            return DataType.TIME
        case list():
            has_objects = any(isinstance(each, Mapping) for each in update)
            return DataType.OBJECT_ARRAY if has_objects else DataType.ARRAY
        case Mapping():
            return _type_of_object(update)
        case _:
            return DataType.STRING


def _type_of_object(update: Mapping[str, Any]) -> DataType:
    names = update.keys()
    if names == {"inc"}:
        return DataType.NUMBER
    if names and names <= LIST_CHANGES:
        return DataType.ARRAY
    return DataType.OBJECT_ARRAY if names and names <= OBJECT_CHANGES else DataType.OBJECT


def coerced(update: Any, wanted: DataType) -> Any:
    """The update as a value of the wanted type; None if there is no such value.

    `update` is as it was sent, dates as text.

    Facts: forced-type-coerces
    """
    match wanted:
        case DataType.NUMBER if isinstance(update, str):
            return _number(update)
        case DataType.BOOLEAN if isinstance(update, str | int):
            return TRUTHS.get(str(update).lower())
        case DataType.STRING if isinstance(update, bool):
            return "true" if update else "false"
        case DataType.STRING if isinstance(update, int | float | str):
            return str(update)
        case DataType.TIME:
            return read_time(update)
    return update if data_type(update) is wanted else None


def _number(text: str) -> int | float | None:
    if not text.isascii() or "_" in text:
        return None
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:
            continue
        return number if abs(number) < 2**63 else None
    return None
