"""Single values as JSON can hold them, and back: numbers, moments, spans, bytes, networks."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

LONGEST_SHOWN = 60
WIDEST = 2**63  # readers of JSON make floats of whole numbers from here on
PRIMITIVES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one kind are written, and read again."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


class Unfit(ValueError):
    """What cannot be read; `problems` holds each with its path from here."""

    def __init__(self, says: str = "", *, problems: list[tuple[str, str]] | None = None) -> None:
        super().__init__(says)
        self.problems = problems or [("", says)]


class NotPlain(TypeError):
    """A value that a snapshot cannot hold."""


def _checked(kind: type) -> Callable[[Any], Any]:
    """A reader of one type of JSON, without the conversions that Python would do."""

    def read_primitive(value: Any) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise Unfit(f"this must be {PRIMITIVES[kind]}, not {shown(value)}")
        return value

    return read_primitive


def shown(value: Any) -> str:
    """The beginning of a value, for a message: text in quotes, anything else as JSON has it."""
    text = repr(value) if isinstance(value, str) else _as_json(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def write_number(number: int) -> int | str:
    """A whole number; as text where JSON would lose it."""
    return number if -WIDEST <= number < WIDEST else str(number)


def read_number(value: Any) -> int:
    """The number behind `write_number`."""
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 4000:
        return int(value)
    return int(_checked(int)(value))


def read_moment(value: Any) -> datetime:
    """A moment in ISO 8601."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unfit(f"this must be an ISO 8601 time, not {shown(value)}") from None


def read_span(value: Any) -> timedelta:
    """A span in seconds."""
    try:
        return timedelta(seconds=_checked(float)(value))
    except (OverflowError, ValueError):
        raise Unfit(f"this must be a number of seconds, not {shown(value)}") from None


def write_bytes(value: bytes) -> str | dict[str, str]:
    """Bytes as text, or in base64 where they are no UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def read_bytes(value: Any) -> bytes:
    """The bytes behind `write_bytes`."""
    try:
        if isinstance(value, Mapping):
            return base64.b64decode(value["base64"], validate=True)
        return str(_checked(str)(value)).encode()
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Unfit(f"this must be text, or {{'base64': …}}, not {shown(value)}") from None


def write_enum(member: Enum) -> str:
    """A member by its text, or by its name where its value is none."""
    return str(member.value) if isinstance(member, StrEnum) else member.name


def read_enum(kind: Any, value: Any) -> Enum:
    """The member behind `write_enum`."""
    for member in kind:
        if write_enum(member) == value:
            return member  # type: ignore[no-any-return]
    names = ", ".join(write_enum(each) for each in kind)
    raise Unfit(f"this must be one of {names}, not {shown(value)}")


def read_network(value: Any) -> IPv4Network | IPv6Network:
    """An IP network."""
    try:
        return ip_network(value if isinstance(value, str) else "")
    except ValueError:
        raise Unfit(f"this must be a network, not {shown(value)}") from None


def _as_is(value: Any) -> Any:
    return value


SINGLE: Mapping[Any, Form] = {
    str: Form(_as_is, _checked(str)),
    int: Form(write_number, read_number),
    float: Form(_as_is, _checked(float)),
    bool: Form(_as_is, _checked(bool)),
    datetime: Form(datetime.isoformat, read_moment),
    timedelta: Form(timedelta.total_seconds, read_span),
    bytes: Form(write_bytes, read_bytes),
    IPv4Network | IPv6Network: Form(str, read_network),
}
