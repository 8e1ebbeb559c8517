"""Registry: the names that a workspace has seen, of events and of products.

Kept up as writes become readable, so that lists of names cost no look at profiles.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

HOUR = 3600  # seconds


@dataclass(slots=True)
class Registry:
    """Counts of events by the hour in which they happened, and of products bought."""

    events: dict[str, dict[int, int]] = field(default_factory=dict)  # name: hour since 1970: count
    products: dict[str, int] = field(default_factory=dict)  # product ID: bought

    def see_event(self, name: str, moment: datetime) -> None:
        hours = self.events.setdefault(name, {})
        hour = int(moment.timestamp()) // HOUR
        hours[hour] = hours.get(hour, 0) + 1

    def see_purchase(self, product_id: str, quantity: int) -> None:
        self.products[product_id] = self.products.get(product_id, 0) + quantity


def by_hour(moments: Iterable[datetime]) -> Mapping[int, int]:
    """How many of them are in each hour since 1970."""
    return Counter(int(moment.timestamp()) // HOUR for moment in moments)


def series(
    hours: Mapping[int, int], ending_at: datetime, length: int, unit: timedelta
) -> list[tuple[datetime, int]]:
    """Counts of the last `length` hours or days up to the one that `ending_at` is in, oldest first.

    Facts: events-data-series
    """
    seconds = int(unit.total_seconds())
    counts = Counter[int]()
    for hour, count in hours.items():
        counts[hour * HOUR // seconds] += count
    return [
        (moment, counts[int(moment.timestamp()) // seconds])
        for moment in points(ending_at, length, unit)
    ]


def points(ending_at: datetime, length: int, unit: timedelta) -> list[datetime]:
    """The beginnings of the last `length` units, that of `ending_at` last."""
    seconds = int(unit.total_seconds())
    last = int(ending_at.timestamp()) // seconds * seconds
    first = last - (length - 1) * seconds
    return [
        datetime.fromtimestamp(0, UTC) + timedelta(seconds=each)
        for each in range(first, last + 1, seconds)
    ]
