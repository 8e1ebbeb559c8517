"""Moments and spans of simulated time, as a person reads them."""

from datetime import datetime, timedelta

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def span_in_words(span: timedelta) -> str:
    """The two largest units: `2 min 30 s`, `29 d 23 h`; less than a second is `0 s`."""
    seconds = int(span.total_seconds())
    parts: list[tuple[int, str]] = []
    for unit, length in UNITS:
        count, seconds = divmod(seconds, length)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 s"


def moment_in_words(moment: datetime, now: datetime) -> str:
    """The time of day, with the date in front unless it is today's."""
    is_today = moment.date() == now.date()
    return f"{moment:%H:%M:%S}" if is_today else f"{moment:%m-%d %H:%M:%S}"
