"""Segments: named filters. Who is in one is worked out when somebody asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.segments.filters import Filter


@dataclass(frozen=True, slots=True)
class Segment:
    """A filter with a name, as the dashboard would keep it; `written` is the filter's JSON."""

    id: str
    name: str
    filter: Filter
    written: Any
    created_at: datetime
    updated_at: datetime
    description: str = ""
    tags: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    analytics_tracking_enabled: bool = True
