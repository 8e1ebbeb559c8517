"""The one state of the model: who there is, what they are subscribed to, and what is still due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from scenarios.model.conversations import Conversations
from scenarios.model.people import People, Person
from scenarios.model.states import States
from scenarios.model.subscription_groups import Group
from scenarios.model.unknowns import Unknowns

DAY = 24 * 3600


@dataclass(order=True, slots=True)
class Pending:
    """An accepted request that is not true yet."""

    due: int
    order: int
    effect: Callable[[int], None] = field(compare=False)  # given when it becomes true


class World:
    """One workspace; `now` is in seconds since its beginning."""

    def __init__(self, unknowns: Unknowns, groups: Iterable[Group] = ()) -> None:
        self.unknowns = unknowns
        self.now = 0
        self.people = People()
        self.states = States(
            self.people, unknowns, {each.id: each for each in groups}, Conversations(unknowns)
        )
        self._pending: list[Pending] = []
        self._accepted = 0

    @property
    def next_number(self) -> int:
        """Of the request that is accepted next."""
        return self._accepted + 1

    def advance(self, seconds: int) -> None:
        """Let what became due on the way come true: in due order, then in order of acceptance."""
        until = self.now + seconds
        while self._pending and min(self._pending).due <= until:
            self._perform(min(self._pending))
        self.now = until
        self.states.expire(until)

    def accept(self, lag: int, effect: Callable[[int], None]) -> None:
        """A request, whose effect comes `lag` later."""
        self._put(self.now + lag, effect)
        self.advance(0)

    def _put(self, due: int, effect: Callable[[int], None]) -> None:
        self._accepted += 1
        self._pending.append(Pending(due, self._accepted, effect))

    def _perform(self, pending: Pending) -> None:
        self._pending.remove(pending)
        self.states.expire(pending.due)
        pending.effect(pending.due)

    def someone(self, accepted: int, number: int, now: int) -> Person:
        """Somebody new, of a request accepted then, who joins groups when the lag has passed."""
        finished = max(now, accepted + self.unknowns.creation_lag)
        person = self.people.add(Person(accepted, now, finished, number))
        if person.finished > person.readable:
            self._put(person.finished, partial(self._adopt, person))
        return person

    def _adopt(self, person: Person, now: int) -> None:
        if not person.is_gone:
            self.states.adopt(person, now)

    def move(self, person: Person, channel: str, address: str | None, now: int) -> None:
        """The person's email or phone becomes `address`, and states follow."""
        new = address and (address.lower() if channel == "email" else stored_phone(address))
        if new != (person.email if channel == "email" else person.phone):
            self.states.move(person, channel, new, now)
            self.states.adopt(person, now)


def stored_phone(phone: str) -> str:
    """Facts: phone-normalisation"""
    digits = "".join(each for each in phone if each.isdigit())
    if not phone.startswith("+") and len(digits) == 10:
        return f"+1{digits}"
    return f"+{digits}"
