"""Segments: make one from a filter, list them with who is in them."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.segments.audience import members_of
from mock_braze.domain.segments.filter_reading import BadFilter, read_filter
from mock_braze.domain.segments.segments import Segment
from mock_braze.domain.workspace import Workspace

blueprint = Blueprint("segments", __name__, url_prefix="/segments")


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{name, filter}` and, if wanted, `id`, `description`, `tags`, `teams`, `created_at`,
    `analytics_tracking_enabled`.
    """
    members = checked_members(
        {
            "name": str,
            "filter": dict,
            "id": str,
            "description": str,
            "tags": list,
            "teams": list,
            "analytics_tracking_enabled": bool,
            "created_at": str,
        },
        required=frozenset({"name", "filter"}),
    )
    problems = [
        f"{name!r} must be an array of text, not {shown(members[name])}"
        for name in ("tags", "teams")
        if not all(isinstance(each, str) for each in members.get(name, ()))
    ]
    if "created_at" in members and read_time(members["created_at"]) is None:
        problems.append(f"'created_at' must be a date, not {shown(members['created_at'])}")
    try:
        read = read_filter(members["filter"])
    except BadFilter as bad:
        raise BadControl(400, problems + bad.problems) from None
    if problems:
        raise BadControl(400, problems)
    workspace = selected_workspace()
    with workspace.lock:
        if members.get("id") in workspace.state.segments:
            raise BadControl(409, [f"there is a segment {members['id']!r} already"])
        created_at = read_time(members.get("created_at")) or workspace.clock.now()
        segment = Segment(
            id=members.get("id") or workspace.state.seeds.listing_id(),
            name=members["name"],
            filter=read,
            written=members["filter"],
            created_at=created_at,
            updated_at=created_at,
            description=members.get("description", ""),
            tags=tuple(members.get("tags", ())),
            teams=tuple(members.get("teams", ())),
            analytics_tracking_enabled=members.get("analytics_tracking_enabled", True),
        )
        workspace.state.segments[segment.id] = segment
        return _told(workspace, segment), 201


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every segment, with the IDs of those who are in it now."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        segments = workspace.state.segments.values()
        return {"segments": [_told(workspace, each) for each in segments]}


def _told(workspace: Workspace, segment: Segment) -> dict[str, Any]:
    members = members_of(workspace.state, segment.filter, workspace.clock.now())
    return {
        "id": segment.id,
        "name": segment.name,
        "filter": segment.written,
        "created_at": write_time(segment.created_at),
        "description": segment.description,
        "tags": segment.tags,
        "teams": segment.teams,
        "analytics_tracking_enabled": segment.analytics_tracking_enabled,
        "members": [each.braze_id for each in members],
    }
