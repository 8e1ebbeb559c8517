"""A document under judgement: what of it is sound, and every problem found so far."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from quikly_client.activations.marked_yaml import Marked, Path, Problem

EARLIEST_YEAR, LATEST_YEAR = 2000, 2999


class Reading:
    """Collects problems. A member in which one was found counts as there, but has no value."""

    def __init__(self, told: Marked) -> None:
        self._told = told
        self._faulty: set[Path] = set()
        self._problems: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """In the order of the file."""
        return sorted(self._problems, key=lambda problem: problem.place)

    def object_to(self, path: Path, says: str) -> None:
        """Note what is wrong with a member."""
        name = dotted(path) or "the file"
        self._faulty.add(path)
        self._problems.append(Problem(self._told.place(path), f"{name}: {says}"))

    def has(self, *path: str | int) -> bool:
        """Whether the file says something there, right or wrong."""
        return path in self._told.places

    def get(self, *path: str | int) -> Any:
        """The value there; None when there is none, or something is wrong with it."""
        value = self._told.value
        for length, step in enumerate(path, start=1):
            if path[:length] in self._faulty or not self.has(*path[:length]):
                return None
            value = value[step]
        return value

    def items(self, *path: str | int) -> range:
        """The indices of a list; of what is no sound list, none."""
        value = self.get(*path)
        return range(len(value)) if isinstance(value, list) else range(0)

    def moment(self, *path: str | int) -> datetime | None:
        """A time; without a zone it is UTC. What is none is noted."""
        text = self.get(*path)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.object_to(path, f"{text!r} is no ISO 8601 time; write 2026-01-31T18:30:00Z")
            return None
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            self.object_to(path, f"{text!r} is not between {EARLIEST_YEAR} and {LATEST_YEAR}")
            return None
        return moment


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: `incentive_tiers[0].rank`."""
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path).lstrip(
        "."
    )
