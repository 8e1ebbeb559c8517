"""What the queries of the list endpoints ask for, and the form of the dates in their answers."""

import re
from datetime import UTC, datetime

from mock_braze.domain.dates import write_time
from mock_braze.domain.errors import BadListDates, BadSortDirection, NoListRange
from mock_braze.domain.subscriptions.email_lists import ListQuery
from mock_braze.domain.workspace import Workspace
from mock_braze.rest.exchange import Call
from mock_braze.rest.queries import read_page, value_of

MOST_LISTED = 500
RANGE_PARAMETERS = frozenset({"start_date", "end_date", "limit", "offset"})


def read_list_query(call: Call, addresses: list[str]) -> ListQuery:
    """Some addresses, which go before a range of time, or both of its dates.

    Raises:
        NoListRange, BadListDates, BadListLimit, BadListOffset, BadSortDirection: of the query.

    Facts: email-list-query, bad-list-query
    """
    page = read_page(call, most=MOST_LISTED)
    start, end = (_midnight(call, name) for name in ("start_date", "end_date"))
    if not addresses:
        if start is None or end is None:
            raise NoListRange
        if start > end:
            raise BadListDates
    return ListQuery(
        tuple(addresses), start, end, page.offset, page.limit, page.is_asked, _newest_first(call)
    )


def _midnight(call: Call, name: str) -> datetime | None:
    """A date means its first moment, in UTC."""
    text = value_of(call, name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise BadListDates
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise BadListDates from None


def _newest_first(call: Call) -> bool:
    direction = value_of(call, "sort_direction") or "desc"
    if direction not in ("asc", "desc"):
        raise BadSortDirection
    return direction == "desc"


def listed_time(workspace: Workspace, moment: datetime) -> str:
    """A moment as lists write it.

    Facts: unsubscribes-body
    """
    if workspace.state.dials.list_date_form == "iso_8601":
        return write_time(moment)
    return moment.strftime("%Y-%m-%d %H:%M:%S +0000")
