"""Statistics: what a search has tried."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Statistics:
    """What a search has tried: counts of rules, of dial values, and of states that were reached."""

    examples: int = 0
    steps: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    dials: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Statistics") -> None:
        """Count in what another search has tried."""
        self.examples += other.examples
        self.steps += other.steps
        self.rules += other.rules
        self.dials += other.dials
        self.states += other.states
