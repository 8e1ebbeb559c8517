"""Rate limits: all figures in one table, and the windows in which calls are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mock_braze.domain.clock import ScaledClock, wall_seconds
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.plain_values import shown
from mock_braze.domain.state import State

MOST_CALLS = 1_000_000_000
AUDIENCE = "audience "  # begins the name of a family that is one audience's
AUDIENCE_LIMIT, AUDIENCE_SECONDS = 10, 60


@dataclass(frozen=True, slots=True)
class Family:
    """Endpoints that share one budget: `limit` calls in each window of `seconds`.

    Facts: rate-limit-figures, fixed-rate-windows
    """

    name: str
    limit: int
    seconds: int
    covers: str


SHARED_POOL = Family("shared_pool", 250_000, 3600, "every endpoint without a budget of its own")
TRACK = Family("track", 3_000, 3, "/users/track")
TRACK_SYNC = Family("track_sync", 500, 60, "/users/track/sync")
TRACK_BULK = Family("track_bulk", 50, 1, "/users/track/bulk")
EXPORT = Family("export", 250, 60, "/users/export/ids")
EXPORT_OF_OLD_ACCOUNT = Family(
    "export_of_old_account", 2_500, 60, "/users/export/ids, accounts before 22 August 2024"
)
EXPORT_OF_FEW_FIELDS = Family(
    "export_of_few_fields", 40, 1, "/users/export/ids without campaigns_received, canvases_received"
)
USER_CHANGES = Family(
    "user_changes",
    20_000,
    60,
    "/users/delete, /users/alias/new, /users/alias/update, /users/identify, /users/merge",
)
EXTERNAL_ID_RENAME = Family("external_id_rename", 1_000, 60, "/users/external_ids/rename")
EXTERNAL_ID_REMOVE = Family("external_id_remove", 1_000, 60, "/users/external_ids/remove")
STATUS_SET = Family(
    "status_set", 5_000, 60, "/subscription/status/set, /v2/subscription/status/set"
)
EVENT_NAMES = Family(
    "event_names",
    1_000,
    3600,
    "/events/list, /events, /purchases/product_list, /custom_attributes",
)
CAMPAIGN_SERIES = Family("campaign_series", 50_000, 60, "/campaigns/data_series")
BROADCASTS = Family(
    "broadcasts", 250, 60, "sends to a segment, an audience or everybody, of all send endpoints"
)
SEND_IDS = Family("send_ids", 100, 86_400, "/sends/id/create")

FAMILIES = {
    each.name: each
    for each in (
        SHARED_POOL,
        TRACK,
        TRACK_SYNC,
        TRACK_BULK,
        EXPORT,
        EXPORT_OF_OLD_ACCOUNT,
        EXPORT_OF_FEW_FIELDS,
        USER_CHANGES,
        EXTERNAL_ID_RENAME,
        EXTERNAL_ID_REMOVE,
        STATUS_SET,
        EVENT_NAMES,
        CAMPAIGN_SERIES,
        BROADCASTS,
        SEND_IDS,
    )
}


@dataclass(slots=True)
class Counted:
    """A counted call: what is left of its window after it.

    `at` and `reset`, the end of the window, are epoch seconds on the client's watch.
    """

    limit: int
    remaining: int
    at: float
    reset: float
    is_over: bool


def count(state: State, family: Family, number: int) -> Counted:
    """Count a call, whatever becomes of it.

    A client that has to wait must find the window open at the reset it was told. So beside a
    manual clock, which may stand still, windows are those of the time that the client goes by
    (dial `rate_limit_epoch`); a scaled clock's windows are simulated, and told in real time.

    Facts: rejected-calls-count, rate-reset-is-epoch, rate-limited-429, rate-limit-epoch
    """
    clock, name = state.clock, family.name
    now = clock.now()
    is_foreign = clock.mode == "manual" and state.dials.rate_limit_epoch == "wall"
    at = wall_seconds() if is_foreign else now.timestamp()
    window = int(at // family.seconds) * family.seconds
    limit = state.rate_limits.get(name, family.limit)
    start, used = state.rate_counters.get(name, (window, 0))
    used = used + 1 if start == window else 1
    state.rate_counters[name] = (window, used)
    if used > limit + 1 or state.rate_refusals.get(name) == window:
        says = f"call {used} of a window with {limit} that has had a 429"
        state.hazard(Hazard.retry_before_reset, now, number, name, says)
    reset: float = window + family.seconds
    if isinstance(clock, ScaledClock):
        real = wall_seconds()
        at, reset = real, real + (reset - at) / clock.factor
    is_over = used > limit
    return Counted(limit, 0 if is_over else limit - used, at, reset, is_over)


def count_audience(state: State, audience: str, number: int) -> Counted:
    """Count a send to everybody in one audience; those of windows that are over are forgotten.

    Facts: send-rate-limits
    """
    family = Family(f"{AUDIENCE}{audience}", AUDIENCE_LIMIT, AUDIENCE_SECONDS, "one audience")
    counted = count(state, family, number)
    window, _ = state.rate_counters[family.name]
    for name in [each for each in state.rate_counters if each.startswith(AUDIENCE)]:
        if state.rate_counters[name][0] != window:
            del state.rate_counters[name]
    return counted


def refuse(state: State, family: Family, counted: Counted) -> Counted:
    """The same call as one over the limit; only this one, but its window is known as refused.

    Facts: rate-limited-429
    """
    state.rate_refusals[family.name], _ = state.rate_counters[family.name]
    return replace(counted, remaining=0, is_over=True)


class BadRateLimits(ValueError):
    """A family that does not exist, or a limit that makes no sense; `problems` holds every one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def turned(limits: Mapping[str, int], changes: Mapping[str, Any]) -> dict[str, int]:
    """A workspace's own limits with some changed; null takes a family back to its usual one.

    Raises:
        BadRateLimits: with every problem at once.
    """
    problems = [
        f"there is no family {name!r}; there are {', '.join(FAMILIES)}"
        for name in changes
        if name not in FAMILIES
    ]
    problems += [
        f"the limit of {name!r} cannot be {shown(value)}: give a whole number from 0"
        f" to {MOST_CALLS}, or null for the usual one"
        for name, value in changes.items()
        if name in FAMILIES and value is not None and not _is_limit(value)
    ]
    if problems:
        raise BadRateLimits(problems)
    merged = {**limits, **changes}
    return {name: limit for name, limit in merged.items() if limit is not None}


def _is_limit(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_CALLS


def described(limits: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Each family with its limit, the usual one, the length of its window and its endpoints."""
    return {
        each.name: {
            "limit": limits.get(each.name, each.limit),
            "usual": each.limit,
            "seconds": each.seconds,
            "covers": each.covers,
        }
        for each in FAMILIES.values()
    }
