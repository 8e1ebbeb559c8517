"""Exports of a whole segment: asked for now, ready later, gone four hours after that."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.errors import SegmentExportRunning
from mock_braze.domain.journal import Effect
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.segments.audience import members_of
from mock_braze.domain.segments.export_jobs import ExportRequest, SegmentExport
from mock_braze.domain.state import State
from mock_braze.domain.users.exported_user import exported_user
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.webhooks.delivering import queue_delivery

LIFE = timedelta(hours=4)
RECORDED_PLACE = "https://appboy-eu-data-export.s3.amazonaws.com"
ENDINGS: Mapping[str, str] = {"zip": "zip", "gzip": "gz"}


@dataclass(frozen=True, slots=True)
class ExportReady(Due):
    """The file of an export is written."""

    file_name: str

    def settle(self, state: State, at: datetime) -> None:
        finish_export(state, state.exports[self.file_name], at)


@dataclass(frozen=True, slots=True)
class ExportExpired(Due):
    """The file of an export is deleted."""

    file_name: str

    def settle(self, state: State, at: datetime) -> None:
        gone = state.exports.pop(self.file_name)
        state.effect(
            Effect.EXPORT_EXPIRED, at, gone.asked.request, object_prefix=gone.object_prefix
        )


def accept_export(state: State, asked: ExportRequest) -> SegmentExport:
    """Begin an export, which is ready after its lag.

    Raises:
        SegmentExportRunning: one of the same segment is not ready yet.

    Facts: segment-export-is-asynchronous, segment-export-recorded-body,
        one-running-export-per-segment, segment-export-lag
    """
    now = state.clock.now()
    if any(
        each.asked.segment_id == asked.segment_id and each.ready_at is None
        for each in state.exports.values()
    ):
        raise SegmentExportRunning
    file_name = f"{state.seeds.export_name()}.{ENDINGS[asked.output_format]}"
    export = SegmentExport(
        asked,
        f"{state.seeds.export_id()}-{int(now.timestamp())}",
        file_name,
        _url(state, asked, file_name),
    )
    state.exports[file_name] = export
    state.agenda.add(now + state.dials.segment_export_lag, ExportReady(file_name))
    return export


def _url(state: State, asked: ExportRequest, file_name: str) -> str | None:
    """Facts: segment-export-to-own-storage"""
    match state.dials.segment_export_place:
        case "cloud_storage":
            return None
        case "recorded":
            return f"{RECORDED_PLACE}/{file_name}"
        case _:
            return f"{asked.place}/{file_name}"


def finish_export(state: State, export: SegmentExport, at: datetime) -> None:
    """Write out who is in the segment now, and tell whoever wanted to know.

    Facts: segment-export-file-dies, segment-export-callback
    """
    asked = export.asked
    export.users = [_written(state, asked, each, at) for each in _members(state, asked, at)]
    export.ready_at = at
    state.agenda.add(at + LIFE, ExportExpired(export.file_name))
    state.effect(
        Effect.EXPORT_READY, at, asked.request,
        object_prefix=export.object_prefix, users=len(export.users),
    )  # fmt: skip
    if asked.callback_endpoint is not None:
        body = {"success": True} | ({} if export.url is None else {"url": export.url})
        headers = (("Content-Type", "application/json"),)
        written = json.dumps(body, ensure_ascii=False)
        request = ComposedRequest("POST", asked.callback_endpoint, headers, written)
        queue_delivery(state, request, at, MessageSource(asked.request))


def _members(state: State, asked: ExportRequest, at: datetime) -> list[Profile]:
    """Facts: export-of-the-global-control-group"""
    if asked.segment_id is None:
        return [each for each in state.profiles if each.is_in_global_control_group]
    return members_of(state, state.segments[asked.segment_id].filter, at)


def _written(state: State, asked: ExportRequest, profile: Profile, at: datetime) -> dict[str, Any]:
    """A copy: what the profile does later is not in the file.

    Facts: segment-export-chosen-attributes
    """
    user = deepcopy(exported_user(profile, asked.fields, at, state.dials))
    if asked.custom_attributes is not None:
        held = user.get("custom_attributes", {})
        user["custom_attributes"] = {
            name: value for name, value in held.items() if name in asked.custom_attributes
        }
        if not user["custom_attributes"]:
            del user["custom_attributes"]
    return user
