"""Which part of a list a query asks for."""

from dataclasses import dataclass

from mock_braze.domain.errors import BadListLimit, BadListOffset
from mock_braze.rest.bodies import query_values
from mock_braze.rest.exchange import Call

DEFAULT_LIMIT = 100
LONGEST_NUMBER = 18  # digits


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
    limit, offset = (next(iter(query_values(call, name)), None) for name in ("limit", "offset"))
    wanted, start = _number(limit, DEFAULT_LIMIT), _number(offset, 0)
    if wanted is None or not 1 <= wanted <= most:
        raise BadListLimit
    if start is None:
        raise BadListOffset
    return Page(start, wanted, is_asked=limit is not None or offset is not None)


def _number(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    # Python reads digits of every script, and refuses to read thousands of them.
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None
