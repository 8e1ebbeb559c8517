"""The date forms Braze takes on the wire, and the form it answers with."""

import re
from datetime import UTC, datetime
from typing import Any

# Beside ISO 8601, which `datetime.fromisoformat` reads.
_FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S:%f%z",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%a %m %d %H:%M:%S.%z %Y",
)

# Inferred: ISO 8601 without separators looks like any number, so it is left alone
# (text-that-is-a-date)
_DATE_LIKE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|[A-Z][a-z]{2} \d", re.ASCII)
_FIRST_SIGNS = frozenset("0123456789MTWFS")
LAST_YEAR = 3000


def read_time(text: object) -> datetime | None:
    """Read a moment; without a zone it is UTC. None when `text` is no date Braze knows.

    Facts: accepted-date-forms
    """
    if not isinstance(text, str):
        return None
    moment = _read(text)
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # the year 1 or 9999 in a zone that leaves the calendar
        return None


def read_attribute_date(text: str) -> datetime | None:
    """The moment that the text of a custom attribute stands for; most stand for none.

    Facts: text-that-is-a-date, attribute-dates-have-limits
    """
    if text[:1] not in _FIRST_SIGNS or not _DATE_LIKE.match(text):
        return None
    moment = read_time(text)
    return None if moment is None or moment.year > LAST_YEAR else moment


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def in_wire_form(value: Any) -> Any:
    """A stored value as JSON shows it: moments become text."""
    return write_time(value) if isinstance(value, datetime) else value


def write_time(moment: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as in exports (`2020-06-17T20:01:33.385Z`).

    Facts: export-recorded-body
    """
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
