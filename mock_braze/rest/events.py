"""The events that a workspace has seen: their names, details and counts."""

from collections.abc import Mapping

from mock_braze.domain import rate_limits
from mock_braze.domain.segments.audience import members_of
from mock_braze.domain.tracking.registry import by_hour, series
from mock_braze.rest import bodies, queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation
from mock_braze.rest.segments import segment_of

PAGE = 250


@operation("GET", "/events/list", permission="events.list", family=rate_limits.EVENT_NAMES)
def list_events(call: Call) -> Reply:
    """Names in alphabetical order, 250 a page.

    Facts: events-list
    """
    names = sorted(call.workspace.state.registry.events)
    return bodies.read({"events": queries.page_of(call, names, PAGE)})


@operation("GET", "/events", permission="events.list", family=rate_limits.EVENT_NAMES)
def event_details(call: Call) -> Reply:
    """Events with what the dashboard knows of them.

    Facts: lists-by-cursor, event-details-members
    """
    # Inferred: the members of an event (event-details-members)
    return queries.by_cursor(
        call,
        "events",
        [
            {
                "name": name,
                "description": None,
                "included_in_analytics_report": False,
                "status": "Active",
                "tag_names": [],
            }
            for name in sorted(call.workspace.state.registry.events)
        ],
    )


@operation("GET", "/events/data_series", permission="events.data_series")
def event_series(call: Call) -> Reply:
    """How often an event happened, by day or hour.

    `app_id` narrows nothing: events that come over REST belong to no app here.

    Facts: events-data-series, series-times
    """
    name, state = queries.required(call, "event"), call.workspace.state
    length, ending_at = queries.series_of(call)
    unit = queries.choice(call, "unit", tuple(queries.UNITS))
    hours: Mapping[int, int] = state.registry.events.get(name, {})
    if queries.value_of(call, "segment_id") is not None:
        members = members_of(state, segment_of(call).filter, call.workspace.clock.now())
        done = [each.custom_events[name] for each in members if name in each.custom_events]
        hours = by_hour(moment for each in done for moment in each.moments)
    counted = series(hours, ending_at, length, queries.UNITS[unit])
    data = [{"time": queries.point(at, unit), "count": count} for at, count in counted]
    return bodies.read({"data": data})
