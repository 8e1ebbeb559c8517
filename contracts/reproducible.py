"""Made-up data that depends on the test alone, for Hypothesis's settings: `backend=REPRODUCIBLE`.

Hypothesis draws some values from the constants of whatever modules of a project are imported, so
the same test makes other data in a whole run than alone. Here it draws only from its own.

Its manual knows no other way to add a backend ("Hypothesis internals"), and may change this one.
"""

from functools import cache
from typing import Any

from hypothesis.internal.conjecture.choice import choice_permitted
from hypothesis.internal.conjecture.providers import (
    AVAILABLE_PROVIDERS,
    GLOBAL_CONSTANTS,
    HypothesisProvider,
)

REPRODUCIBLE = "reproducible"
AVAILABLE_PROVIDERS[REPRODUCIBLE] = f"{__name__}.ReproducibleProvider"


class ReproducibleProvider(HypothesisProvider):
    """Hypothesis's own provider without the constants of local modules.

    Besides, Hypothesis makes every example of a backend afresh, where it copies parts of earlier
    ones over others for its own: in stories whose steps are long, a copy says little that is new.
    """

    def _maybe_draw_constant(self, choice_type: Any, constraints: Any, *, p: float = 0.05) -> Any:
        random: Any = self._random
        if random.random() > p:
            return None
        allowed = [each for each in _constants(choice_type) if choice_permitted(each, constraints)]
        return random.choice(allowed) if allowed else None


@cache
def _constants(choice_type: Any) -> tuple[Any, ...]:
    return tuple(GLOBAL_CONSTANTS.set_for_type(choice_type))
