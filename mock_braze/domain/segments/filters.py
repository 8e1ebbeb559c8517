"""Filters over profiles: who is in a segment, and later in the audience of a campaign.

A filter is data. `read_filter` (see `filter_reading.py`) makes it from JSON, `matches` (see
`audience.py`) asks it of one profile at one moment; nothing is remembered in between.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mock_braze.domain.dates import write_time

ANY_PRODUCT = "*"
UNKNOWN = "unknown"  # the state of whoever has none in a group


class Subject(StrEnum):
    """What of a profile a comparison looks at; the member of its JSON that holds the name."""

    ATTRIBUTE = "attribute"
    CUSTOM_ATTRIBUTE = "custom_attribute"
    CUSTOM_EVENT = "custom_event"
    FIRST_CUSTOM_EVENT = "first_custom_event"
    LAST_CUSTOM_EVENT = "last_custom_event"
    PURCHASE = "purchase"
    FIRST_PURCHASE = "first_purchase"
    LAST_PURCHASE = "last_purchase"
    SUBSCRIPTION_GROUP = "subscription_group"


class Operator(StrEnum):
    """How the value that a profile holds is compared with the one of the filter."""

    EQUALS = "equals"
    NOT_EQUALS = "does_not_equal"
    EXISTS = "exists"
    NOT_EXISTS = "does_not_exist"
    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    NOT_CONTAINS = "does_not_contain"
    BEFORE = "before"
    AFTER = "after"
    MORE_DAYS_AGO = "more_than_days_ago"
    FEWER_DAYS_AGO = "less_than_days_ago"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`name` of the subject, compared with `value`; a count may be that of the last days only."""

    subject: Subject
    name: str
    operator: Operator
    value: Any = None
    within_days: float | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    filters: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    filters: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    filter: "Filter"


Filter = Comparison | Every | Either | Not


def described(filter: Filter) -> str:  # noqa: A002
    """A filter in words, as the details of a segment show it."""
    match filter:
        case Every(filters):
            return f"({' and '.join(described(each) for each in filters)})"
        case Either(filters):
            return f"({' or '.join(described(each) for each in filters)})"
        case Not(inner):
            return f"not {described(inner)}"
        case Comparison(subject, name, operator, value, within_days):
            words = [subject.value.replace("_", " "), name, operator.value.replace("_", " ")]
            if operator not in (Operator.EXISTS, Operator.NOT_EXISTS):
                words.append(write_time(value) if isinstance(value, datetime) else str(value))
            return " ".join(words) + (f" within {within_days:g} days" if within_days else "")
