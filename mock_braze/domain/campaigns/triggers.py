"""Triggers: what makes a campaign or a Canvas begin for somebody.

A trigger is data. `read_trigger` (see `trigger_reading.py`) makes it from JSON, `answers_to` (see
`happenings.py`) asks whether what has happened is what it waits for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.segments.filters import ANY_PRODUCT, Operator
from mock_braze.domain.subscriptions.change_source import ChangeSource


@dataclass(frozen=True, slots=True)
class PropertyFilter:
    """What a property of the triggering event must be like."""

    name: str
    operator: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """Somebody performs a custom event whose properties pass every filter."""

    name: str
    properties: tuple[PropertyFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class PurchaseTrigger:
    """Somebody buys a product, or any."""

    product_id: str = ANY_PRODUCT


@dataclass(frozen=True, slots=True)
class AttributeTrigger:
    """A custom attribute changes, to `to` if that is not None."""

    attribute: str
    to: Any = None


@dataclass(frozen=True, slots=True)
class EmailTrigger:
    """Somebody gets an email address."""


@dataclass(frozen=True, slots=True)
class StatusTrigger:
    """Somebody's global state for `email` or `push` changes."""

    channel: str = "email"
    to: str | None = None


@dataclass(frozen=True, slots=True)
class GroupTrigger:
    """Somebody's state in a subscription group changes, by one of `sources` if any are named."""

    group_id: str
    to: str | None = None
    sources: tuple[ChangeSource, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTrigger:
    """Somebody texts to a group: words of a category, or this very text."""

    group_id: str
    category: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class SessionTrigger:
    """Somebody opens the app."""


@dataclass(frozen=True, slots=True)
class ApiTrigger:
    """Somebody calls `/campaigns/trigger/send` or `/canvas/trigger/send`."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A moment comes: once, or again and again."""

    at: datetime
    every: timedelta | None = None


Trigger = (
    EventTrigger
    | PurchaseTrigger
    | AttributeTrigger
    | EmailTrigger
    | StatusTrigger
    | GroupTrigger
    | TextTrigger
    | SessionTrigger
    | ApiTrigger
    | Schedule
)
