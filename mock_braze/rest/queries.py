"""Query values of lists: pages, limits, cursors, dates; and the `Link` header of the newer ones."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.errors import BadListLimit, BadListOffset, BadParameter, MissingParameter
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply

Item = TypeVar("Item")
LONGEST_NUMBER = 18  # digits
DEFAULT_LIMIT = 100
LONGEST_SERIES = 100
CURSOR_PAGE = 50
UNITS: Mapping[str, timedelta] = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


def value_of(call: Call, name: str) -> str | None:
    """The first value of a query parameter; an empty one counts as none."""
    return next(iter(bodies.query_values(call, name)), None)


def required(call: Call, name: str) -> str:
    """Raises:
    MissingParameter: there is none.
    """
    value = value_of(call, name)
    if value is None:
        raise MissingParameter(name)
    return value


def whole_number(text: str) -> int | None:
    """The number that a text writes out, with a sign or without."""
    digits = text.removeprefix("-").removeprefix("+")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > LONGEST_NUMBER:
        return None
    return int(text)


def choice(call: Call, name: str, values: Sequence[str]) -> str:
    """One of `values`, the first by default.

    Raises:
        BadParameter: another one.
    """
    value = value_of(call, name)
    if value is not None and value not in values:
        raise BadParameter(name)
    return value or values[0]


def moment(call: Call, name: str) -> datetime | None:
    """Raises:
    BadParameter: no date.
    """
    value = value_of(call, name)
    if value is None:
        return None
    read = read_time(unspoilt(value))
    if read is None:
        raise BadParameter(name)
    return read


def unspoilt(date: str) -> str:
    """The plus before a zone arrives as a space if it was not encoded."""
    head, space, zone = date.rpartition(" ")
    return f"{head}+{zone}" if space and "T" in head else date


@dataclass(frozen=True, slots=True)
class Page:
    """`limit` entries after the first `offset` ones; `is_asked` if the query names either."""

    offset: int
    limit: int
    is_asked: bool


def read_page(call: Call, *, most: int) -> Page:
    """`limit` (100 by default) and `offset` (0); a page beyond the last entry is empty.

    Raises:
        BadListLimit, BadListOffset: no number, or one out of bounds.

    Facts: bad-list-query
    """
    limit, offset = value_of(call, "limit"), value_of(call, "offset")
    wanted = DEFAULT_LIMIT if limit is None else whole_number(limit)
    start = 0 if offset is None else whole_number(offset)
    if wanted is None or not 1 <= wanted <= most:
        raise BadListLimit
    if start is None or start < 0:
        raise BadListOffset
    return Page(start, wanted, is_asked=limit is not None or offset is not None)


def page_of(call: Call, items: Sequence[Item], size: int) -> list[Item]:
    """The page asked for, from 0; beyond the end it is empty.

    Raises:
        BadParameter: no whole number, or a negative one.

    Facts: pages-end-with-an-empty-one
    """
    number = whole_number(value_of(call, "page") or "0")
    if number is None or number < 0:
        raise BadParameter("page")
    return list(items[number * size : (number + 1) * size])


def sorted_page(call: Call, items: Sequence[Item], size: int) -> list[Item]:
    """As `page_of`, from the oldest item on, or from the newest with `sort_direction=desc`."""
    downwards = choice(call, "sort_direction", ("asc", "desc")) == "desc"
    return page_of(call, items[::-1] if downwards else items, size)


def series_of(call: Call) -> tuple[int, datetime]:
    """How many points a series has, and when it ends.

    Raises:
        MissingParameter, BadParameter: of `length` and `ending_at`.

    Facts: events-data-series, segments-data-series
    """
    length = whole_number(required(call, "length"))
    if length is None or not 1 <= length <= LONGEST_SERIES:
        raise BadParameter("length")
    ending_at = moment(call, "ending_at") or call.workspace.clock.now()
    if ending_at.year < 1970:
        raise BadParameter("ending_at")
    return length, ending_at


def point(at: datetime, unit: str) -> str:
    """The time of a point of a series: a date, or a moment.

    Facts: series-times
    """
    return at.date().isoformat() if unit == "day" else write_time(at)


def by_cursor(call: Call, name: str, items: Sequence[Mapping[str, Any]]) -> Reply:
    """Fifty items, with a `Link` header to the pages beside them.

    Facts: lists-by-cursor, cursor-form
    """
    skipped = _skipped(call)
    reply = bodies.read({name: items[skipped : skipped + CURSOR_PAGE]})
    links = []
    if skipped + CURSOR_PAGE < len(items):
        links.append(_link(call, skipped + CURSOR_PAGE, "next"))
    if skipped:
        links.append(_link(call, max(skipped - CURSOR_PAGE, 0), "prev"))
    if links:
        reply.headers = (("Link", ",".join(links)),)
    return reply


def _link(call: Call, skipped: int, relation: str) -> str:
    # Inferred: the cursor hides how many items come before it (cursor-form)
    cursor = base64.urlsafe_b64encode(f"skip:{skipped}".encode()).decode()
    return f'<{own_url(call)}{call.request.path}?cursor={cursor}>; rel="{relation}"'


def own_url(call: Call) -> str:
    """Where this server was reached."""
    return f"http://{call.request.host}"


def _skipped(call: Call) -> int:
    cursor = value_of(call, "cursor")
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"==").decode()
    except (binascii.Error, UnicodeDecodeError):
        raise BadParameter("cursor") from None
    skipped = whole_number(text.removeprefix("skip:")) if text.startswith("skip:") else None
    if skipped is None or skipped < 0:
        raise BadParameter("cursor")
    return skipped
