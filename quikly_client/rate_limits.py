"""How often each endpoint may be called, and when the next call of it may be made.

Braze's windows are fixed ones of its own clock. Whoever keeps to a limit in every span of that
length keeps to it in Braze's windows, wherever they begin. What the headers say comes on top:
others use the same limits, and a contract may have lower ones.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from quikly_client.braze import EXPORT, STATUS_GET, STATUS_SET, TRACK
from quikly_client.rate_headers import pause_when_used_up


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many calls in any span of that length."""

    calls: int
    span: timedelta


# Below Braze's figures by a tenth: calls may take unequal time to arrive, and the brand calls too.
# For exports it is the limit of those that ask for few fields, as ours do.
# (rate-limit-figures, export-limit-with-few-fields, rate-of-status-set, rate-of-the-shared-pool)
USUAL_LIMITS: Mapping[str, RateLimit] = {
    TRACK: RateLimit(2_700, timedelta(seconds=3)),
    EXPORT: RateLimit(36, timedelta(seconds=1)),
    STATUS_SET: RateLimit(4_500, timedelta(minutes=1)),
    STATUS_GET: RateLimit(225_000, timedelta(hours=1)),
}


def shared_among(processes: int, limits: Mapping[str, RateLimit]) -> Mapping[str, RateLimit]:
    """The limits of each of so many processes that call at the same time."""
    return {
        endpoint: RateLimit(max(1, limit.calls // processes), limit.span)
        for endpoint, limit in limits.items()
    }


class RateLimits:
    """Which endpoints may be called; it is told of every call and of what the answers say."""

    def __init__(self, limits: Mapping[str, RateLimit] = USUAL_LIMITS) -> None:
        self._limits = limits
        # The latest calls, as many as the limit allows: the oldest says when the next may be made.
        self._calls = {
            endpoint: deque[datetime](maxlen=limit.calls) for endpoint, limit in limits.items()
        }
        self._closed_until: dict[str, datetime] = {}

    def opens(self, endpoint: str) -> datetime | None:
        """When `endpoint` may be called (again), maybe long ago; None if at any time."""
        until = self._closed_until.get(endpoint)
        calls = self._calls.get(endpoint)
        if calls is None or len(calls) < self._limits[endpoint].calls:
            return until
        paced = calls[0] + self._limits[endpoint].span
        return paced if until is None else max(until, paced)

    def is_open(self, endpoint: str, now: datetime) -> bool:
        """Whether `endpoint` may be called at `now`."""
        opens = self.opens(endpoint)
        return opens is None or opens <= now

    def called(self, endpoint: str, now: datetime) -> None:
        """A call is made."""
        if endpoint in self._calls:
            self._calls[endpoint].append(now)

    def heard(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> datetime | None:
        """An answer came; if its headers say that it used up the limit, the endpoint closes until
        the moment that is returned.

        Facts: rate-headers-on-every-answer, rate-limits-of-a-contract
        """
        pause = pause_when_used_up(headers, now)
        if pause is None:
            return None
        self.close(endpoint, now + pause)
        return now + pause

    def close(self, endpoint: str, until: datetime) -> None:
        """Keep away from `endpoint` until then, or longer if that was known before."""
        self._closed_until[endpoint] = max(until, self._closed_until.get(endpoint, until))
