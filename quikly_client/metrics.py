"""Counters of what a client did, by name and labels."""

import threading
from collections import Counter
from collections.abc import Iterator

_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Numbers that only grow. `lines` gives them in the text form that Prometheus reads.

    Several threads may count at the same time.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, _Labels]] = Counter()
        self._lock = threading.Lock()

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter; label values in the order given."""
        with self._lock:
            self._counts[name, tuple(labels.items())] += amount  # type: ignore[assignment]

    def total(self, name: str, /, **labels: str) -> float:
        """The sum over all counters of that name that have these labels."""
        wanted = set(labels.items())
        return sum(
            amount
            for (each, theirs), amount in self._now().items()
            if each == name and wanted <= set(theirs)
        )

    def by(self, name: str, label: str) -> dict[str, float]:
        """The totals of a name for each value of a label, by that value."""
        values = {dict(labels).get(label) for each, labels in self._now() if each == name}
        known = sorted(value for value in values if value is not None)
        return {value: self.total(name, **{label: value}) for value in known}

    def lines(self) -> Iterator[str]:
        """`name{label="value"} number`, in order."""
        for (name, labels), amount in sorted(self._now().items()):
            inside = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels)
            yield f"{name}{{{inside}}} {amount:g}" if inside else f"{name} {amount:g}"

    def _now(self) -> dict[tuple[str, _Labels], float]:
        with self._lock:
            return dict(self._counts)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
