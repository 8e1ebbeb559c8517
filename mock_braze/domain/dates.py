"""The date forms Braze takes on the wire, and the form it answers with."""

from datetime import UTC, datetime

# Beside ISO 8601, which `datetime.fromisoformat` reads.
_FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S:%f%z",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%a %m %d %H:%M:%S.%z %Y",
)


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


def write_time(moment: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as in exports (`2020-06-17T20:01:33.385Z`).

    Facts: export-recorded-body
    """
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
