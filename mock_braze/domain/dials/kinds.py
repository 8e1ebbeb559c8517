"""The kinds of dials: a span, a switch, a choice. Each carries its fact and its meaning."""

from dataclasses import field
from datetime import timedelta
from typing import Any


def span(seconds: float, fact: str, says: str, *, pessimistic: float | None = None) -> Any:
    """A span of time; `seconds` is the default."""
    worst = None if pessimistic is None else timedelta(seconds=pessimistic)
    return _dial(timedelta(seconds=seconds), fact, says, worst)


def switch(default: bool, fact: str, says: str, *, pessimistic: bool | None = None) -> Any:
    """True or false."""
    return _dial(default, fact, says, pessimistic)


def choice(values: tuple[str, ...], fact: str, says: str, *, pessimistic: str | None = None) -> Any:
    """One of `values`; the first is the default."""
    return _dial(values[0], fact, says, pessimistic, values=values)


def _dial(default: object, fact: str, says: str, pessimistic: object, **more: Any) -> Any:
    """`pessimistic` is the value under the preset of that name; None keeps the default."""
    worst = default if pessimistic is None else pessimistic
    metadata = {"fact": fact, "says": says, "pessimistic": worst, **more}
    return field(default=default, metadata=metadata)
