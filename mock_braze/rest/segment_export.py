"""`/users/export/segment` and `/users/export/global_control_group`: files, ready later."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mock_braze.domain.errors import BadParameter, UnknownSegment
from mock_braze.domain.segments.export_jobs import ExportRequest
from mock_braze.domain.segments.segment_exports import ENDINGS, accept_export
from mock_braze.rest import bodies, queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.export import asked_fields
from mock_braze.rest.operations import operation

MOST_ATTRIBUTES = 500
GROUP_MEMBERS = frozenset(
    {"callback_endpoint", "fields_to_export", "custom_attributes_to_export", "output_format"}
)
SEGMENT_MEMBERS = GROUP_MEMBERS | {"segment_id"}


@operation("POST", "/users/export/segment", permission="users.export.segment")
def export_segment(call: Call) -> Reply:
    """Begin to write out everybody in a segment.

    Facts: segment-export-is-asynchronous, segment-export-recorded-body, unknown-segment-id
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, SEGMENT_MEMBERS, call.number)
    segment_id = members.get("segment_id")
    if not isinstance(segment_id, str) or segment_id not in call.workspace.state.segments:
        raise UnknownSegment
    return _begun(call, members, segment_id)


@operation(
    "POST", "/users/export/global_control_group", permission="users.export.global_control_group"
)
def export_global_control_group(call: Call) -> Reply:
    """Begin to write out everybody in the global control group.

    Facts: export-of-the-global-control-group
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, GROUP_MEMBERS, call.number)
    return _begun(call, members, None)


def _begun(call: Call, members: Mapping[str, Any], segment_id: str | None) -> Reply:
    is_needed = call.workspace.state.dials.segment_export_fields == "required"
    fields = asked_fields(call, members, is_needed=is_needed)
    chosen = _chosen_attributes(members)
    if chosen is not None and "custom_attributes" not in fields:
        fields = [*fields, "custom_attributes"]
    export = accept_export(
        call.workspace.state,
        ExportRequest(
            segment_id,
            tuple(fields),
            chosen,
            _output_format(members),
            _callback(members),
            f"{queries.own_url(call)}/control/exports",
            call.number,
        ),
    )
    place = {} if export.url is None else {"url": export.url}
    return bodies.accepted({"object_prefix": export.object_prefix, **place})


def _chosen_attributes(members: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Facts: segment-export-chosen-attributes"""
    names = members.get("custom_attributes_to_export")
    if names is None:
        return None
    if (
        not isinstance(names, list)
        or len(names) > MOST_ATTRIBUTES
        or not all(isinstance(name, str) for name in names)
    ):
        raise BadParameter("custom_attributes_to_export")
    return tuple(names)


def _output_format(members: Mapping[str, Any]) -> str:
    value = members.get("output_format")
    if value is None:
        return "zip"
    if not isinstance(value, str) or value not in ENDINGS:
        raise BadParameter("output_format")
    return value


def _callback(members: Mapping[str, Any]) -> str | None:
    value = members.get("callback_endpoint")
    if value is None:
        return None
    if not isinstance(value, str) or not _is_url(value):
        raise BadParameter("callback_endpoint")
    return value


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        return False
