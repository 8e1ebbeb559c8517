"""Which budget a call draws on, and the headers that tell how much of it is left."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import ceil
from typing import Any

from mock_braze.domain import rate_limits
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.journal import Headers
from mock_braze.domain.rate_limits import Counted, Family

# Picks the budget of a call by the dials and the parsed body.
Chooser = Callable[[Dials, Any], Family]
# The rate headers of an answer that all of its window have, and what is left of the window.
Counters = tuple[Headers, int | None]

# Braze: a call that is not counted has the headers all the same (rate-headers-empty-on-401)
NO_COUNTERS: Counters = (
    (("X-Ratelimit-Limit", ""), ("X-Ratelimit-Remaining", ""), ("X-Ratelimit-Reset", "")),
    None,
)


def export(dials: Dials, body: Any) -> Family:
    """Exports that ask for few fields have a budget by the second; older accounts have one alone.

    Facts: export-limit-with-few-fields
    """
    if dials.export_rate == "2500_per_minute":
        return rate_limits.EXPORT_OF_OLD_ACCOUNT
    fields = body.get("fields_to_export") if isinstance(body, Mapping) else None
    if not isinstance(fields, list) or not fields:
        return rate_limits.EXPORT
    heavy = "campaigns_received" in fields or "canvases_received" in fields
    return rate_limits.EXPORT if heavy else rate_limits.EXPORT_OF_FEW_FIELDS


def sends(dials: Dials, body: Any) -> Family:  # noqa: ARG001  the dials decide elsewhere
    """Sends to a segment, an audience or everybody have a budget of their own.

    Facts: send-rate-limits
    """
    members = body if isinstance(body, Mapping) else {}
    is_wide = members.get("broadcast") is True
    is_wide = is_wide or any(members.get(name) for name in ("segment_id", "audience"))
    return rate_limits.BROADCASTS if is_wide else rate_limits.SHARED_POOL


def told(dials: Dials, family: Family, counted: Counted) -> Counters:
    """The rate headers of an answer. Rounded up, so that nobody comes back too early.

    Facts: rate-headers-on-every-answer, rate-reset-is-epoch, rate-limit-reset-two-meanings
    """
    reset = counted.reset
    if dials.rate_headers == "mau" and family is rate_limits.TRACK:
        reset -= counted.at
        if counted.is_over:
            return (("X-Ratelimit-Retry-After", str(ceil(reset))),), None
    return _of_window(counted.limit, ceil(reset)), counted.remaining


@lru_cache(maxsize=64)
def _of_window(limit: int, reset: int) -> Headers:
    return ("X-Ratelimit-Limit", str(limit)), ("X-Ratelimit-Reset", str(reset))
