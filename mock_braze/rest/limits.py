"""Rate limits: the figures in one table, the windows they count in, and their headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Family:
    """Endpoints that share one budget: `limit` calls in each window of `seconds`.

    Facts: rate-limit-figures, fixed-rate-windows
    """

    name: str
    limit: int
    seconds: int


SHARED_POOL = Family("everything else", 250_000, 3600)
TRACK = Family("/users/track", 3_000, 3)
EXPORT = Family("/users/export/ids", 250, 60)
SLIM_EXPORT = Family("/users/export/ids without campaigns and canvases", 40, 1)
STATUS_SET = Family("/subscription/status/set", 5_000, 60)

# Braze: a call that is not counted has the headers all the same (rate-headers-empty-on-401)
NO_COUNTERS = {"X-Ratelimit-Limit": "", "X-Ratelimit-Remaining": "", "X-Ratelimit-Reset": ""}


def shared_pool(_body: Any) -> Family:
    """The budget of every endpoint without one of its own."""
    return SHARED_POOL


def track(_body: Any) -> Family:
    """The budget of `/users/track`."""
    return TRACK


def status_set(_body: Any) -> Family:
    """The budget of `/subscription/status/set`."""
    return STATUS_SET


def export(body: Any) -> Family:
    """Exports that ask for few fields have a budget by the second.

    Facts: export-limit-with-few-fields
    """
    fields = body.get("fields_to_export") if isinstance(body, Mapping) else None
    if not isinstance(fields, list) or not fields:
        return EXPORT
    heavy = "campaigns_received" in fields or "canvases_received" in fields
    return EXPORT if heavy else SLIM_EXPORT


def count(workspace: Workspace, family: Family, number: int) -> tuple[dict[str, str], bool]:
    """Count a call, whatever becomes of it; its rate headers, and whether it is one too many.

    Facts: rejected-calls-count, rate-reset-is-epoch, rate-limited-429
    """
    now = workspace.clock.now()
    second = int(now.timestamp())
    window = second - second % family.seconds
    counters = workspace.state.rate_counters
    start, used = counters.get(family.name, (window, 0))
    used = used + 1 if start == window else 1
    counters[family.name] = (window, used)
    if used > family.limit + 1:
        says = f"call {used} of a window with {family.limit}"
        workspace.state.hazard(Hazard.retry_before_reset, now, number, family.name, says)
    headers = {
        "X-Ratelimit-Limit": str(family.limit),
        "X-Ratelimit-Remaining": str(max(family.limit - used, 0)),
        "X-Ratelimit-Reset": str(window + family.seconds),
    }
    return headers, used > family.limit
