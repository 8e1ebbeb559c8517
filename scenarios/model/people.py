"""People: who is known by which names, and how two of them become one.

Lists and scans throughout: slow, and too simple to be wrong in an interesting way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenarios.model.answers import Json


@dataclass(eq=False, slots=True)
class Person:
    """One profile. Its creation was `accepted`, then `readable`, and later `finished`: from then
    on it may join groups. `updated` counts writes.
    """

    accepted: int
    readable: int
    finished: int
    made_by: int  # the request's number
    braze_id: str | None = None  # Braze's own name, unknown until somebody has seen it
    external_id: str | None = None
    old_external_ids: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)  # label to name
    email: str | None = None
    phone: str | None = None
    email_state: str = "subscribed"
    first_name: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, int]] = field(default_factory=list)
    updated: int = 0
    deletions: int = 0  # accepted ones that are not done yet
    is_gone: bool = False

    @property
    def is_identified(self) -> bool:
        return self.external_id is not None

    def names(self) -> Json:
        """An identifier of each kind that there is, as a request spells it."""
        names: Json = {"external_id": self.external_id, "email": self.email, "phone": self.phone}
        for label, name in self.aliases.items():
            names["user_alias"] = {"alias_label": label, "alias_name": name}
        return {kind: name for kind, name in names.items() if name is not None}

    def answers_to(self, external_id: str) -> bool:
        """Facts: deprecated-id-resolves"""
        return external_id == self.external_id or external_id in self.old_external_ids


class People:
    """Everybody there is now."""

    def __init__(self) -> None:
        self.all: list[Person] = []
        self._writes = 0

    def add(self, person: Person) -> Person:
        self.all.append(person)
        self.touch(person)
        return person

    def remove(self, person: Person) -> None:
        person.is_gone = True
        self.all.remove(person)

    def touch(self, person: Person) -> None:
        """This one is now the most recently updated."""
        self._writes += 1
        person.updated = self._writes

    def named(self, external_id: str) -> Person | None:
        return _only(each for each in self.all if each.answers_to(external_id))

    def aliased(self, label: str, name: str) -> Person | None:
        return _only(each for each in self.all if each.aliases.get(label) == name)

    def with_braze_id(self, braze_id: str) -> Person | None:
        return _only(each for each in self.all if each.braze_id == braze_id)

    def with_email(self, email: str) -> list[Person]:
        return [each for each in self.all if each.email == email]

    def with_phone(self, phone: str) -> list[Person]:
        return [each for each in self.all if each.phone == phone]


def preferred(people: Sequence[Person]) -> Person | None:
    """Whom an email or phone means in `/users/track`.

    Facts: email-look-up-prefers-identified-then-recent
    """
    identified = [each for each in people if each.is_identified]
    return max(identified or people, key=lambda each: each.updated, default=None)


def prioritized(
    people: Sequence[Person], words: Iterable[str], may_skip: bool = False
) -> Person | None:
    """The one whom the words leave, in their order; None if they leave nobody, or several.

    A word that would leave nobody `may_skip`: a dial, since nobody says.
    """
    left = list(people)
    for word in words:
        kept = _narrowed(left, word)
        left = kept or (left if may_skip else [])
    return left[0] if len(left) == 1 else None


def _narrowed(people: Sequence[Person], word: str) -> list[Person]:
    by_age = sorted(people, key=lambda each: each.updated)
    match word:
        case "identified":
            return [each for each in people if each.is_identified]
        case "unidentified":
            return [each for each in people if not each.is_identified]
        case "most_recently_updated":
            return by_age[-1:]
        case _:
            return by_age[:1]


def fill_gaps(kept: Person, gone: Person) -> None:
    """What `kept` lacks comes from `gone`, events add up; addresses are not touched here."""
    kept.aliases = {**gone.aliases, **kept.aliases}
    kept.first_name = kept.first_name or gone.first_name
    kept.custom = {**gone.custom, **kept.custom}
    kept.events = kept.events + gone.events


def _only(people: Iterable[Person]) -> Person | None:
    found = list(people)
    assert len(found) <= 1, "the oracle itself gave a unique name to two people"
    return found[0] if found else None


def alias_of(told: Json) -> tuple[str, str]:
    """Label and name."""
    return told["alias_label"], told["alias_name"]
