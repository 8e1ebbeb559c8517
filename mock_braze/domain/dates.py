"""The date forms Braze takes on the wire, and the form it answers with."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

# Beside ISO 8601, which `datetime.fromisoformat` reads. `strptime` would take ten times as long,
# and a request may hold hundreds of thousands of dates.
_ZONE = r"(?P<zone>Z|[+-]\d\d:?[0-5]\d)"
_CLOCK = r"(?P<H>\d{1,2}):(?P<M>\d{1,2}):(?P<S>\d{1,2})"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<Y>\d{4})",
        r"(?P<m>\d{1,2})-(?P<d>\d{1,2})-(?P<Y>\d{4})",
        rf"(?P<Y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})\s+{_CLOCK}\s+{_ZONE}",
        rf"(?P<Y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})T{_CLOCK}:(?P<f>\d{{1,6}}){_ZONE}",
        rf"(?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+(?P<m>\d{{1,2}})\s+(?P<d>\d{{1,2}})\s+{_CLOCK}"
        rf"\.{_ZONE}\s+(?P<Y>\d{{4}})",
    )
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
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return _moment(**found.groupdict())
    return None


def _moment(
    Y: str, m: str, d: str, H: str = "0", M: str = "0", S: str = "0", f: str = "", zone: str = "Z"
) -> datetime | None:
    """The moment of the parts of a date, which are named as in `strptime`."""
    try:
        micros = int(f.ljust(6, "0"))
        return datetime(int(Y), int(m), int(d), int(H), int(M), int(S), micros, _zone(zone))
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    """Raises:
    ValueError: a day or more from UTC.
    """
    if text == "Z":
        return UTC
    from_utc = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-from_utc if text[0] == "-" else from_utc)


def in_wire_form(value: Any) -> Any:
    """A stored value as JSON shows it: moments become text."""
    return write_time(value) if isinstance(value, datetime) else value


def write_time(moment: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as in exports (`2020-06-17T20:01:33.385Z`).

    Facts: export-recorded-body
    """
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def write_exact_time(moment: datetime) -> str:
    """As `write_time`, but with all digits where milliseconds would lose some."""
    if moment.microsecond % 1000 == 0:
        return write_time(moment)
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
