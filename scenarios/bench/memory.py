"""What one profile costs in memory, and what the journal keeps of its making."""

import gc
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mock_braze.domain.clock import ManualClock
from mock_braze.domain.journal import Journal
from mock_braze.domain.tracking.ingestion import TrackRequest
from mock_braze.domain.workspace import Workspace
from scenarios.bench.people import person

PROFILES = 20_000
AT_ONCE = 75


@dataclass(frozen=True, slots=True)
class MemoryFigures:
    """Bytes a profile."""

    profile: float
    journal: float


def measure_memory(profiles: int = PROFILES) -> MemoryFigures:
    """Make profiles with an email, a phone and a name, and see what Python holds for them."""
    workspace = Workspace(ManualClock(datetime(2026, 1, 5, tzinfo=UTC)))
    tracemalloc.start()
    try:
        before = _held()
        for start in range(0, profiles, AT_ONCE):
            people = range(start, min(start + AT_ONCE, profiles))
            workspace.track(TrackRequest(attributes=[person(each) for each in people]))
        workspace.advance(timedelta(minutes=10))
        both = _held() - before
        workspace.state.journal = Journal()
        alone = _held() - before
    finally:
        tracemalloc.stop()
    assert len(workspace.state.profiles) == profiles
    return MemoryFigures(alone / profiles, (both - alone) / profiles)


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
