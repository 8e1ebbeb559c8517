"""A subscription group."""

from dataclasses import dataclass

from scenarios.model.people import Person


@dataclass(frozen=True, slots=True)
class Group:
    """A subscription group; the words of confirmation are there if it is double opt-in."""

    id: str
    name: str
    channel: str  # email | sms
    confirm_words: tuple[str, ...] = ()
    hears_strangers: bool = False

    @property
    def is_double(self) -> bool:
        return bool(self.confirm_words)

    def address_of(self, person: Person) -> str | None:
        return person.email if self.channel == "email" else person.phone
