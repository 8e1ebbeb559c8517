"""Credits: each says that a participant earned an activation, and exists at most once."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """The participant (an email address) has earned the activation, at a moment, for a reason."""

    activation: str
    participant: str
    at: datetime
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        """What can be credited only once."""
        return (self.activation, self.participant)
