"""Exports of a segment as records: what was asked for, and what has come of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported, and where this server's own files are (`place`).

    `segment_id` None is the global control group; `custom_attributes` None are all or none of
    them, as `fields` say.
    """

    segment_id: str | None
    fields: tuple[str, ...]
    custom_attributes: tuple[str, ...] | None
    output_format: str
    callback_endpoint: str | None
    place: str
    request: int


@dataclass(slots=True)
class SegmentExport:
    """One export; `users` once it is ready, which is when `ready_at` is known."""

    asked: ExportRequest
    object_prefix: str
    file_name: str
    url: str | None
    ready_at: datetime | None = None
    users: list[dict[str, Any]] = field(default_factory=list)
