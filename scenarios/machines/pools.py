"""What the machines of this room draw from. The pools are small, so that things collide."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


def mostly_the_first(pool: Sequence[T]) -> st.SearchStrategy[T]:
    """The first of the pool in every other draw: most of what can go wrong needs two alike."""
    return st.sampled_from([*pool[1:], *([pool[0]] * (len(pool) - 1))])


EMAILS = ("ana@example.com", "ben@example.com", "cho@example.com")
PHONES = ("+13135551201", "+13135551202", "+13135551203")
EXTERNAL_IDS = ("crm-1", "crm-2", "crm-3")
ALIASES = [
    {"alias_label": label, "alias_name": name}
    for label in ("email", "loyalty")
    for name in ("one", "two", "three")
]
# Around what the lags are, and around what takes days.
MOMENTS = (0, 1, 2, 120)
DAYS = tuple(days * 24 * 3600 for days in (1, 29, 30, 31))

emails = mostly_the_first(EMAILS)
phones = mostly_the_first(PHONES)
external_ids = mostly_the_first(EXTERNAL_IDS)
aliases = mostly_the_first(ALIASES)
prioritizations = st.sampled_from(
    [
        ["identified"], ["unidentified"], ["most_recently_updated"],
        ["identified", "most_recently_updated"], ["unidentified", "most_recently_updated"],
        ["most_recently_updated", "unidentified"],
    ]
)  # fmt: skip


def lists_of(items: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[list[T]]:
    """At least one."""
    return st.lists(items, min_size=1, max_size=most)
