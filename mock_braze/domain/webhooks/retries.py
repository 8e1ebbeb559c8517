"""Whether and when an attempt is followed by another one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.webhooks.deliveries import Answer, Delivery, Failure

MOST_ATTEMPTS = 6
WINDOW, LONG_WINDOW = timedelta(minutes=30), timedelta(hours=24)
TIMEOUT = timedelta(seconds=90)
TOO_SLOW_OR_MANY = (408, 429)
LONGEST_WAIT = 1e9  # seconds; spans of any more are no spans
RETRIED = (Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.HOST_UNHEALTHY)
RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
ASKING = frozenset({"retry-after", *RESETS})
EPOCH_FROM = 1_000_000_000  # a number from here on is a moment, not a wait


def is_good(answer: Answer) -> bool:
    """Facts: webhook-20x-is-delivered"""
    return answer.failure is None and 200 <= answer.status < 300


def is_retried(answer: Answer) -> bool:
    """Facts: webhook-retried-statuses, webhook-4xx-is-lost, webhook-redirect-not-followed,
    webhook-timeout, webhook-unreachable-is-retried, webhook-unhealthy-host
    """
    if answer.failure is not None:
        return answer.failure in RETRIED
    return answer.status in TOO_SLOW_OR_MANY or 500 <= answer.status <= 599


def retry_after(delivery: Delivery, ended_at: datetime, dials: Dials) -> datetime | None:
    """When the attempt that has just ended is followed by another one; None is never.

    Facts: webhook-five-retries, webhook-backoff, webhook-retry-after
    """
    done, answer = len(delivery.attempts), delivery.attempts[-1].answer
    if not is_retried(answer) or done >= MOST_ATTEMPTS or delivery.is_test:
        return None
    wait, window = dials.webhook_first_retry * 2 ** (done - 1), WINDOW
    if answer.failure is Failure.UNREACHABLE and dials.unreachable_receiver == "within_a_day":
        wait, window = wait * (LONG_WINDOW / WINDOW), LONG_WINDOW
    asked = _asked_wait(answer, ended_at)
    if asked is not None:
        # Inferred: what a receiver asks for replaces the backoff (webhook-asked-wait)
        wait = asked
        if dials.long_retry_after == "waited_for":
            window = LONG_WINDOW
    left = delivery.attempts[0].at + window - ended_at
    return ended_at + wait if wait <= left else None


def _asked_wait(answer: Answer, ended_at: datetime) -> timedelta | None:
    """For how long the receiver does not want to be called again.

    Facts: webhook-retry-after
    """
    headers = {name.lower(): value.strip() for name, value in answer.headers}
    # A receiver reads another clock than ours, which its answer tells.
    now = _moment(headers.get("date", "")) or ended_at
    told = headers.get("retry-after", "")
    moment = _moment(told)
    if moment is not None:
        return max(moment - now, timedelta())
    return _span(told, now) if told else _until_reset(headers, now)


def _until_reset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    told = next((headers[name] for name in RESETS if name in headers), "")
    return _span(told, now)


def _span(told: str, now: datetime) -> timedelta | None:
    """Seconds from now, or since 1970."""
    try:
        seconds = float(told)
    except ValueError:
        return None
    if not isfinite(seconds):
        return None
    if seconds >= EPOCH_FROM:
        seconds -= now.timestamp()
    return timedelta(seconds=min(max(seconds, 0), LONGEST_WAIT))


def _moment(told: str) -> datetime | None:
    """A moment as headers write it."""
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
