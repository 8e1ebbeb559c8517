"""Segments: their list, their details, and how many profiles are in one."""

from mock_braze.domain.dates import write_time
from mock_braze.domain.errors import UnknownSegment
from mock_braze.domain.segments.audience import members_of
from mock_braze.domain.segments.filters import described
from mock_braze.domain.segments.segments import Segment
from mock_braze.domain.tracking.registry import points
from mock_braze.rest import bodies, queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

PAGE = 100


def segment_of(call: Call) -> Segment:
    """The segment in the query.

    Raises:
        UnknownSegment: there is none with this `segment_id`.
    """
    segment = call.workspace.state.segments.get(queries.value_of(call, "segment_id") or "")
    if segment is None:
        raise UnknownSegment
    return segment


@operation("GET", "/segments/list", permission="segments.list")
def list_segments(call: Call) -> Reply:
    """A hundred a page, from the oldest on unless asked otherwise.

    Facts: segments-list-recorded-body, segments-list-pages
    """
    segments = sorted(call.workspace.state.segments.values(), key=lambda each: each.created_at)
    return bodies.read(
        {
            "segments": [
                {
                    "id": each.id,
                    "name": each.name,
                    "analytics_tracking_enabled": each.analytics_tracking_enabled,
                    "tags": each.tags,
                }
                for each in queries.sorted_page(call, segments, PAGE)
            ]
        }
    )


@operation("GET", "/segments/details", permission="segments.details")
def segment_details(call: Call) -> Reply:
    """What the dashboard keeps of one, its filter in words.

    Facts: segments-details, unknown-segment-id
    """
    segment = segment_of(call)
    return bodies.read(
        {
            "created_at": write_time(segment.created_at),
            "updated_at": write_time(segment.updated_at),
            "name": segment.name,
            "description": segment.description,
            "text_description": described(segment.filter),
            "tags": segment.tags,
            "teams": segment.teams,
        }
    )


@operation("GET", "/segments/data_series", permission="segments.data_series")
def segment_series(call: Call) -> Reply:
    """The size of one on each of some days.

    Facts: segments-data-series, segment-sizes-of-the-past, series-times
    """
    segment = segment_of(call)
    length, ending_at = queries.series_of(call)
    now = call.workspace.clock.now()
    size = len(members_of(call.workspace.state, segment.filter, now))
    # Inferred: profiles keep no past; since its creation a segment had the size it has now
    # (segment-sizes-of-the-past)
    return bodies.read(
        {
            "data": [
                {
                    "time": queries.point(day, "day"),
                    "size": size if segment.created_at.date() <= day.date() <= now.date() else 0,
                }
                for day in points(ending_at, length, queries.UNITS["day"])
            ]
        }
    )
