"""What Braze's headers say about its rate limits, in all the forms in which it says it."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Braze's longest window is an hour, so a longer wait can only be a misread header.
LONGEST_WAIT = timedelta(days=1)
# A reset above this is a moment (epoch seconds), below it a number of seconds.
EPOCH_THRESHOLD = 1_000_000_000


def retry_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a 429 asks to keep away, counted from `now`; None when it does not say.

    Facts: rate-limit-reset-two-meanings, rate-limited-429
    """
    return _first_usable(
        _retry_after(headers.get("retry-after", ""), now),
        _seconds(headers.get("x-ratelimit-retry-after", "")),
        _until_reset(headers.get("x-ratelimit-reset", ""), now),
    )


def pause_when_used_up(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to keep away after an answer that used up the limit; None when something is left.

    Facts: rate-headers-on-every-answer, rate-limit-reset-two-meanings
    """
    left = _number(headers.get("x-ratelimit-remaining", ""))
    if left is None or left > 0:
        return None
    return _first_usable(_until_reset(headers.get("x-ratelimit-reset", ""), now))


def _first_usable(*waits: timedelta | None) -> timedelta | None:
    usable = (wait for wait in waits if wait is not None and wait <= LONGEST_WAIT)
    wait = next(usable, None)
    return None if wait is None else max(wait, timedelta(0))


def _retry_after(text: str, now: datetime) -> timedelta | None:
    """HTTP allows a number of seconds or a date."""
    seconds = _seconds(text)
    if seconds is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _until_reset(text: str, now: datetime) -> timedelta | None:
    number = _number(text)
    if number is None or number <= EPOCH_THRESHOLD:
        return _seconds(text)
    # Braze: by default an epoch, on some contracts seconds left (rate-limit-reset-two-meanings)
    return _span(number - now.timestamp())


def _seconds(text: str) -> timedelta | None:
    number = _number(text)
    return None if number is None or number < 0 else _span(number)


def _span(seconds: float) -> timedelta | None:
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
