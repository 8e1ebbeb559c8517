"""What activations need of a store; one table of tests holds for every one of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Claim, Stage

# From how an activation stands, and whether this person has entered it, to what comes of an act.
Decision = Callable[[Standing, bool], Claim]
# From how it stands, and all entries in their order, to everybody's outcome.
Drawing = Callable[[Standing, Sequence[Claim]], Sequence[Claim]]


class Kept(NamedTuple):
    """A claim as it is kept, and whether it was there before."""

    claim: Claim
    is_repeated: bool


class ClaimStore(Protocol):
    """Claims by the scope of their activation. Each method is one transaction.

    Several threads may use a store at the same time, and decisions come one after the other.
    """

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        """The claim of a person at a stage: the one that is kept, or what `decision` says now.

        What is not to be kept leaves no trace. `begun` is how an activation stands at first.
        """

    def draw(self, begun: Standing, q_scope: str, drawing: Drawing) -> bool:
        """Keep what comes of a draw; False, and no change, when it was drawn already."""

    def standing(self, q_scope: str) -> Standing | None:
        """How an activation stands; None when nothing was ever decided."""

    def claims(self, q_scope: str, after: int = 0) -> Sequence[Claim]:
        """All claims of an activation behind number `after`, in the order of their numbers."""
