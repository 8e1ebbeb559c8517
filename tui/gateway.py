"""Gateway: the only file of the window that talks to the lab. It gives typed rows to show.

Emails and phone numbers in the rows are shortened unless `shows_addresses` is set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quikly_client import shortened
from quikly_client.journeys.participation import (
    Outcome,
    Participation,
    ParticipationKey,
    Step,
    Workflow,
)
from quikly_client.participants import Participant
from scenarios.evidence import Evidence, JournaledRequest
from scenarios.lab import Lab
from tui.addresses import shorten_addresses

TO_COME = "to come"
STEPS_IN_WORDS: Mapping[Step, str] = {
    Step.CHECK: "read state",
    Step.LOOK_UP: "look up email",
    Step.LOOK_UP_ALIAS: "look up alias",
    Step.MARK: "mark profile",
    Step.CREATE: "create profile",
    Step.ATTACH_PHONE: "attach phone",
    Step.CONFIRM: "confirm profile",
    Step.SUBSCRIBE: "subscribe",
    Step.VERIFY: "verify state",
    Step.ASK: "ask to opt in",
    Step.AWAIT: "await opt-in",
    Step.ANNOUNCE: "send event",
    Step.FIND: "find profile",
    Step.WRITE_BACK: "write back",
    Step.TELL: "tell event",
    Step.DONE: "done",
}
# How a request's member is called by which the fake finds profiles.
FILTERS: Mapping[str, str] = {
    "braze_id": "braze_id",
    "external_id": "external_id",
    "email": "email",
    "email_address": "email",
    "phone": "phone",
}


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One participant: `number` counts them in the order in which they take part.

    `step` is what comes next, in words; `due` is when, and None once all is done. The outcome can
    be known before that.
    """

    number: int
    email: str
    phone: str | None
    activation: str
    workflow: Workflow
    step: str
    due: datetime | None
    outcome: Outcome | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_to_come(self) -> bool:
        return self.step == TO_COME


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """A request of the integration and its answer; bodies are parsed JSON.

    `number` is that of the journal.
    """

    number: int
    at: datetime
    operation: str
    query: tuple[tuple[str, str], ...]
    sent: Any
    status: int
    answered: Any


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile as the fake has it. `alike` counts the profiles to which the request points."""

    braze_id: str
    external_id: str | None
    aliases: tuple[tuple[str, str], ...]
    email: str | None
    phone: str | None
    created_at: datetime
    finished_at: datetime
    is_finished: bool
    custom_attributes: Mapping[str, Any]
    custom_events: Mapping[str, int]
    subscription_states: Mapping[str, str]
    alike: int = 1


@dataclass(frozen=True, slots=True)
class HazardRow:
    """Something dangerous that the request with this number did."""

    request: int
    hazard: str
    says: str
    instead: str


@dataclass(frozen=True, slots=True)
class ClockRow:
    """The simulated time, and when anything happens next: a step, or only a change in Braze."""

    now: datetime
    next_due: datetime | None
    is_step: bool


@dataclass(frozen=True, slots=True)
class _ToCome:
    due: datetime
    participant: Participant


_Person = Participation | _ToCome


class Gateway:
    """A lab as the window needs it."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._shows_addresses = False
        self._rows: dict[int, tuple[_Person, ParticipantRow]] = {}
        self._changed: set[int] = set()
        # The latest request about each email, phone and identifier.
        self._about: dict[str, JournaledRequest] = {}
        self._indexed = 0

    @property
    def shows_addresses(self) -> bool:
        return self._shows_addresses

    @shows_addresses.setter
    def shows_addresses(self, shows: bool) -> None:
        self._shows_addresses = shows
        self._rows.clear()

    def step(self) -> bool:
        """Do the one thing that is due next; False when the integration has nothing left to do."""
        return self._lab.perform_next()

    def jump(self) -> Iterator[None]:
        """Go to the next moment at which anything is due and do all that is due there.

        Yields after each thing done, so that a window can paint in between.
        """
        moment = self._lab.next_change()
        if moment is None:
            return
        while (due := self._lab.next_due()) is not None and due <= moment:
            self._lab.perform_next()
            yield
        self._move_to(moment)
        yield

    def run_to_end(self) -> Iterator[None]:
        """Do everything until nothing is due on either side; yields as `jump` does."""
        while self._lab.perform_next():
            yield
        while (moment := self._lab.next_change()) is not None:
            self._move_to(moment)
            yield

    def _move_to(self, moment: datetime) -> None:
        self._lab.move_to(moment)
        # What becomes true without delay is settled only when the fake is told the time again.
        self._lab.control.move_clock(self._lab.now)

    def clock(self) -> ClockRow:
        change = self._lab.next_change()
        return ClockRow(
            self._lab.now, change, change is not None and change == self._lab.next_due()
        )

    def participants(self) -> list[ParticipantRow]:
        """Everybody, those who are still to come last."""
        changed = set()
        rows = []
        for number, person in enumerate(self._people(), 1):
            known = self._rows.get(number)
            if known is None or known[0] != person:
                known = (person, self._participant(number, person))
                self._rows[number] = known
                changed.add(number)
            rows.append(known[1])
        self._changed = changed or self._changed
        return rows

    def touched_participant(self) -> int | None:
        """The number of whom the latest request was about.

        Several people can share an address; it is the one whose row changed in `participants`.
        """
        requests = self._evidence().requests
        if not requests:
            return None
        addresses = {value for _, value in _pointers(requests[-1])}
        found = [number for number, (person, _) in self._rows.items() if addresses & _names(person)]
        return next((each for each in found if each in self._changed), min(found, default=None))

    def last_exchange(self) -> ExchangeRow | None:
        """The latest request of the integration."""
        requests = self._evidence().requests
        return self._exchange(requests[-1]) if requests else None

    def exchange_about(self, number: int) -> ExchangeRow | None:
        """The latest request about a participant; None before the first."""
        self._evidence()
        person, _ = self._rows[number]
        about = [self._about[name] for name in _names(person) if name in self._about]
        latest = max(about, key=lambda request: request.number, default=None)
        return None if latest is None else self._exchange(latest)

    def touched_profile(self, exchange: ExchangeRow) -> ProfileRow | None:
        """The profile to which a request pointed, as it is now; None while there is none.

        Of several, it is an identified one, or the newest: the one that Braze prefers.

        Facts: email-look-up-prefers-identified-then-recent
        """
        for member, value in _pointers(self._evidence().by_number[exchange.number]):
            found = self._lab.control.profiles(**{member: value})
            if found:
                best = max(
                    found, key=lambda each: (each["external_id"] is not None, each["created_at"])
                )
                return self._profile(best, len(found))
        return None

    def hazards(self) -> list[HazardRow]:
        """Everything the fake accepted and a careful integration would not send."""
        return [
            HazardRow(each.request, each.hazard, self._text(each.says), each.instead)
            for each in self._evidence().hazards
        ]

    def _evidence(self) -> Evidence:
        evidence = self._lab.evidence()
        for request in evidence.requests[self._indexed :]:
            for _, value in _pointers(request):
                self._about[value] = request
        self._indexed = len(evidence.requests)
        return evidence

    def _people(self) -> list[_Person]:
        people: list[_Person] = [
            each
            for each in self._lab.integration.participations() or ()
            if each.workflow is not Workflow.CASCADE
        ]
        known = {each.key for each in people if isinstance(each, Participation)}
        for due, participant in self._lab.expected():
            key = ParticipationKey(participant.activation, participant.email)
            if key not in known:
                known.add(key)
                people.append(_ToCome(due, participant))
        return people

    def _participant(self, number: int, person: _Person) -> ParticipantRow:
        source = person.participant if isinstance(person, _ToCome) else person
        row = ParticipantRow(
            number=number,
            email=self._email(source.email),
            phone=None if source.phone is None else self._phone(source.phone),
            activation=source.activation,
            workflow=Workflow.EMAIL if source.phone is None else Workflow.SMS,
            step=TO_COME,
            due=person.due,
        )
        if isinstance(person, _ToCome):
            return row
        return replace(
            row,
            workflow=person.workflow,
            step=_step(person),
            outcome=person.outcome,
            reason=person.reason,
            notes=person.notes,
        )

    def _exchange(self, request: JournaledRequest) -> ExchangeRow:
        query = tuple(
            (name, self._value(value, name))
            for name, values in request.query.items()
            for value in values
        )
        return ExchangeRow(
            request.number,
            request.at,
            request.operation,
            query,
            self._value(request.sent),
            request.status,
            self._value(request.answered),
        )

    def _profile(self, told: Mapping[str, Any], alike: int) -> ProfileRow:
        return ProfileRow(
            braze_id=told["braze_id"],
            external_id=self._value(told["external_id"]),
            aliases=tuple(
                (self._text(each["alias_name"]), each["alias_label"])
                for each in told["user_aliases"]
            ),
            email=None if told["email"] is None else self._email(told["email"]),
            phone=None if told["phone"] is None else self._phone(told["phone"]),
            created_at=datetime.fromisoformat(told["created_at"]),
            finished_at=datetime.fromisoformat(told["finished_at"]),
            is_finished=told["is_finished"],
            custom_attributes=self._value(told["custom_attributes"]),
            custom_events=told["custom_events"],
            subscription_states=told["subscription_states"],
            alike=alike,
        )

    def _value(self, value: Any, name: str = "") -> Any:
        """A JSON value with every address in it as people may see it."""
        match value:
            case dict():
                return {self._text(key): self._value(each, key) for key, each in value.items()}
            case list():
                return [self._value(each, name) for each in value]
            case str():
                return self._phone(value) if name == "phone" else self._text(value)
            case _:
                return value

    def _text(self, text: str) -> str:
        return text if self._shows_addresses else shorten_addresses(text)

    def _email(self, address: str) -> str:
        return address if self._shows_addresses else shortened.email(address)

    def _phone(self, number: str) -> str:
        return number if self._shows_addresses else shortened.phone(number)


def _step(participation: Participation) -> str:
    words = STEPS_IN_WORDS[participation.step]
    is_repeated = participation.attempts or participation.polls
    verb = words.split()[0]
    return f"{verb} again" if is_repeated else words


def _names(person: _Person) -> set[str]:
    """What requests about a person point at."""
    if isinstance(person, _ToCome):
        return set()
    names = {person.email}
    if person.phone is not None:
        names.add(person.phone)
    if person.profile is not None:
        names.add(person.profile.value)
    return names


def _pointers(request: JournaledRequest) -> list[tuple[str, str]]:
    """Filter and value of everything in a request by which a profile can be found."""
    pointers = [
        (FILTERS[name], value)
        for name, values in request.query.items()
        if name in FILTERS
        for value in values
    ]
    if isinstance(request.sent, Mapping):
        for item in _objects(request.sent):
            pointers += _pointers_of(item)
    return pointers


def _objects(sent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield sent
    for name in ("attributes", "events", "purchases"):
        items = sent.get(name)
        if isinstance(items, Sequence):
            yield from (item for item in items if isinstance(item, Mapping))


def _pointers_of(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, filter_name in FILTERS.items():
        value = item.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                yield filter_name, each
    aliases = item.get("user_aliases")
    for alias in [item.get("user_alias"), *(aliases if isinstance(aliases, list) else ())]:
        if isinstance(alias, Mapping) and isinstance(alias.get("alias_name"), str):
            # The integration names its aliases by the email, which the profile carries too.
            yield "email", alias["alias_name"]
