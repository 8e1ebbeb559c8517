"""What Braze says, as far as the facts determine it."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


class Anything:
    """Equal to whatever it is compared with: the facts leave it open."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "…"


ANYTHING = Anything()


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body."""

    status: int
    body: Json


SUCCESS = Answer(201, {"message": "success"})
REFUSED = Answer(400, {"message": ANYTHING})
