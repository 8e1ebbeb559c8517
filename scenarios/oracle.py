"""The second truth about Braze: a far simpler model, written from the facts.

It knows only what the machines in `scenarios/machines` draw: valid identifiers from small pools and
a few kinds of bad requests. An answer holds `ANYTHING` where the facts do not determine what Braze
says; what nobody outside Braze knows are its `Unknowns`. How each part works: `scenarios/model`.
"""

from collections.abc import Iterable

from scenarios.model.exports import Exports
from scenarios.model.identity import Identity
from scenarios.model.people import Person
from scenarios.model.subscribing import Subscribing
from scenarios.model.subscription_groups import Group
from scenarios.model.tracking import Tracking
from scenarios.model.unknowns import Unknowns
from scenarios.model.world import World


class Oracle:
    """One workspace of Braze, as the facts describe it. `now` is in seconds since the beginning."""

    def __init__(self, unknowns: Unknowns, groups: Iterable[Group] = ()) -> None:
        self._world = World(unknowns, groups)
        self.tracking = Tracking(self._world)
        self.identity = Identity(self._world)
        self.exports = Exports(self._world)
        self.subscribing = Subscribing(self._world)

    @property
    def now(self) -> int:
        return self._world.now

    @property
    def people(self) -> list[Person]:
        """Everybody there is."""
        return self._world.people.all

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """Every SMS sent: group, phone, and what kind of text it is."""
        return self._world.states.conversations.texts

    def advance(self, seconds: int) -> None:
        """Let time pass, and what becomes due come true."""
        self._world.advance(seconds)
