"""The search for broken invariants: in one process, on all cores, or on a cluster."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

OURS = "ours"
MACHINES: Sequence[str] = ("acquisition", "webhooks")


class Budget(NamedTuple):
    """How many stories a machine makes, and how long each may be."""

    examples: int
    steps: int


BUDGETS: Mapping[str, Budget] = {
    "quick": Budget(50, 15),
    "ci": Budget(300, 25),
    "soak": Budget(5_000, 50),
}


def is_remote(target: str) -> bool:
    """Whether it is one driver, which can only do one thing at a time."""
    return target.startswith(("http://", "https://"))
