"""Evidence: what a run left behind, typed: the fake's journal and the integration's ledger."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from contracts.traffic import Exchange
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from scenarios.integration import WebhookCall
from scenarios.journaled import (
    JournaledEffect,
    JournaledFault,
    JournaledHazard,
    JournaledMessage,
    JournaledRequest,
    JournaledText,
    JournalEntry,
    read_entries,
)
from scenarios.numbers import Numbers
from scenarios.sent_events import SentEvent, SentEvents
from scenarios.tracked import EXPORT_PATH, STATUS_GET_PATH, TRACK_PATH, objects

__all__ = [
    "LATELY",
    "NOTHING",
    "Credited",
    "Evidence",
    "JournalEntry",
    "JournaledEffect",
    "JournaledFault",
    "JournaledHazard",
    "JournaledMessage",
    "JournaledRequest",
    "JournaledText",
    "Mark",
    "News",
    "read_entries",
]

# A state of a number that somebody has, and of one that nobody has.
BECOMES = frozenset({"subscription_state_changed", "subscription_state_orphaned"})
# A state of a number that somebody gets, who brings it along.
MOVED = "subscription_state_moved"

# After such a call of the brand, a profile may be gone.
TAKES_AWAY = frozenset({"/users/delete", "/users/merge", "/users/identify"})
# How long what a look-up said may be relied on.
LATELY = timedelta(minutes=10)
# How many there were of each kind of news; and of none.
Mark = tuple[int, int, int, int, int, int, int, int, int]
NOTHING: Mark = (0,) * 9

_Memory = TypeVar("_Memory")


class Credited(NamedTuple):
    """A credit, and the number of the last entry of the journal when it was seen: what came later
    cannot have earned it.
    """

    credit: Credit
    last: int

    def could_know(self, what: JournaledRequest | JournaledEffect) -> bool:
        """Whether this had happened when the credit was given."""
        return what.number <= self.last and what.at <= self.credit.at


class Evidence:
    """Everything invariants look at. `partner_key` is the key of the integration under test,
    `brand_key` that of the brand's own system. `double_opt_in` names the activations whose
    participants opt in twice, each with its subscription group.

    What it holds of the journal concerns the integration's own requests, but for `exchanges`,
    which are everybody's, and for what consumers text and what comes of it, and of what the brand
    does. All of it is in the order in which it came, and what claims look for is indexed, so that
    a claim about one thing does not cost more the longer the run is.
    """

    def __init__(
        self, partner_key: str, brand_key: str, double_opt_in: Mapping[str, str] | None = None
    ) -> None:
        self.partner_key = partner_key
        self.brand_key = brand_key
        self.double_opt_in = double_opt_in or {}
        self.arrivals: dict[tuple[str, str], Participant] = {}  # who took part, as the lab saw it
        self.requests: list[JournaledRequest] = []
        self.everybodys: list[JournaledRequest] = []  # the integration's, the brand's and others'
        self.strangers: list[JournaledRequest] = []  # with a key that is nobody's here
        self.brand_requests: list[JournaledRequest] = []
        # The brand's calls after which a profile may be gone.
        self.taken_away: list[JournaledRequest] = []
        self.effects: list[JournaledEffect] = []
        self.hazards: list[JournaledHazard] = []
        self.texts: list[JournaledText] = []
        self.effects_of_texts: list[JournaledEffect] = []
        self.effects_of_brand: list[JournaledEffect] = []
        self.hazards_of_texts: list[JournaledHazard] = []
        self.hazards_of_brand: list[JournaledHazard] = []
        self.messages: list[JournaledMessage] = []
        self.credited: list[Credited] = []
        self.events = SentEvents()
        self.numbers = Numbers()
        self.participations: Sequence[Participation] | None = ()  # None: it does not tell
        self.webhooks: Sequence[WebhookCall] = ()
        # Whether all was done by one process at a time, which could store what it was told.
        self.is_one_process = True
        self.log_lines: Sequence[str] = ()  # what the integration has written into its log
        self.by_number: dict[int, JournaledRequest] = {}
        self.last = 0  # number of the last entry
        self._credits: list[Credit] = []
        self._first_credits: dict[tuple[str, str], Credited] = {}
        self.faults: dict[int, Mapping[str, Any]] = {}  # by the number of the request
        self._numbers_of_texts: set[int] = set()
        self._numbers_of_brand: set[int] = set()
        self._look_ups: dict[str, list[JournaledRequest]] = {}
        self._shown: dict[str, list[JournaledRequest]] = {}
        self._state_reads: dict[str, list[JournaledRequest]] = {}
        self._creations: dict[str, list[JournaledEffect]] = {}
        self._subscribed_by_others: dict[tuple[str, str], list[JournaledEffect]] = {}

    def arrived(self, participant: Participant) -> None:
        """Somebody takes part; the first time in an activation is the one that counts."""
        self.arrivals.setdefault((participant.activation, participant.email), participant)

    @property
    def credits(self) -> Sequence[Credit]:
        """The integration's credits, as it told them last; setting them notes what is new."""
        return self._credits

    @credits.setter  # noqa: A003  the ledger calls them so
    def credits(self, told: Sequence[Credit]) -> None:
        told, known = list(told), len(self._credits)
        if told[:known] == self._credits:
            new = told[known:]
        else:  # in another order, or some are gone
            before = Counter(self._credits)
            new = [each for each in told if not _taken(before, each)]
        self._credits = told
        for each in new:
            self.credited.append(Credited(each, self.last))
            self._first_credits.setdefault(each.key, self.credited[-1])

    @property
    def exchanges(self) -> list[Exchange]:
        """Everybody's requests and answers, as contracts judge them."""
        return [each.exchange for each in self.everybodys]

    def add(self, entry: JournalEntry) -> None:
        """Take in the next entry of the journal; a request or text comes before what it causes."""
        self.last = entry.number
        match entry:
            case JournaledRequest():
                self.everybodys.append(entry)
                if entry.api_key == self.partner_key:
                    self._add_request(entry)
                elif entry.api_key == self.brand_key:
                    self.brand_requests.append(entry)
                    if entry.path in TAKES_AWAY:
                        self.taken_away.append(entry)
                    self._numbers_of_brand.add(entry.number)
                else:
                    self.strangers.append(entry)
            case JournaledEffect():
                self._add_effect(entry)
            case JournaledHazard():
                if entry.request in self.by_number:
                    self.hazards.append(entry)
                elif entry.request in self._numbers_of_texts:
                    self.hazards_of_texts.append(entry)
                elif entry.request in self._numbers_of_brand:
                    self.hazards_of_brand.append(entry)
            case JournaledFault():
                self.faults[entry.request] = entry.effect
            case JournaledText():
                self.texts.append(entry)
                self._numbers_of_texts.add(entry.number)
            case JournaledMessage():
                if (
                    entry.request in self.by_number
                    or entry.request in self._numbers_of_texts
                    or entry.request in self._numbers_of_brand
                ):
                    self.messages.append(entry)

    def _add_request(self, request: JournaledRequest) -> None:
        self.requests.append(request)
        self.by_number[request.number] = request
        if request.path == TRACK_PATH:
            self.events.note_track(request)
        elif request.path == EXPORT_PATH and isinstance(request.sent, Mapping):
            email = str(request.sent.get("email_address", ""))
            self._look_ups.setdefault(email, []).append(request)
            self.numbers.note_export(request)
            self.events.note_export(request)
            for each in _emails_shown(email, request.answered):
                self._shown.setdefault(each, []).append(request)
        elif request.path == STATUS_GET_PATH:
            for phone in request.query.get("phone", ()):
                self._state_reads.setdefault(phone, []).append(request)

    def _add_effect(self, effect: JournaledEffect) -> None:
        is_own = effect.request in self.by_number
        if is_own:
            self.effects.append(effect)
            if effect.effect == "profile_created" and effect.details.get("email") is not None:
                self._creations.setdefault(effect.details["email"], []).append(effect)
        elif effect.request in self._numbers_of_texts:
            self.effects_of_texts.append(effect)
        elif effect.request in self._numbers_of_brand:
            self.effects_of_brand.append(effect)
        else:
            return
        details = effect.details
        # A state that moves along was somebody else's before, whoever has it move.
        is_others = effect.effect == MOVED or (effect.effect in BECOMES and not is_own)
        if is_others and details["state"] == "subscribed":
            holder = (details["group_id"], details["subscriber"])
            self._subscribed_by_others.setdefault(holder, []).append(effect)

    @property
    def all_hazards(self) -> Iterator[JournaledHazard]:
        """Whoever provoked them."""
        return chain(self.hazards, self.hazards_of_texts, self.hazards_of_brand)

    def times_taken_away(self, number: int) -> int:
        """How often the brand had taken profiles away by an entry of the journal."""
        return bisect(self.taken_away, number, key=attrgetter("number"))

    def was_taken_away_lately(self, hazard: JournaledHazard) -> bool:
        """Whether the brand had just taken profiles away: what the integration had seen may have
        become another profile, which is Braze's race and not a fault.
        """
        times = self.times_taken_away(hazard.number)
        return times > 0 and self.taken_away[times - 1].at >= hazard.at - LATELY

    def first_credit(self, key: tuple[str, str]) -> Credited | None:
        """The first credit of a participant (the email) in an activation."""
        return self._first_credits.get(key)

    def look_ups(self, email: str) -> Sequence[JournaledRequest]:
        """The integration's exports by this email, in order."""
        return self._look_ups.get(email, ())

    def shown(self, email: str) -> Sequence[JournaledRequest]:
        """The integration's exports, by whatever identifier, that showed a profile with this email.

        Facts: email-stored-lower-case
        """
        return self._shown.get(email.lower(), ())

    def state_reads(self, phone: str) -> Sequence[JournaledRequest]:
        """The integration's questions for the group state of this number, in order."""
        return self._state_reads.get(phone, ())

    def creations(self, email: str) -> Sequence[JournaledEffect]:
        """The profiles that the integration made with this email, in order."""
        return self._creations.get(email, ())

    def subscribed_by_others(self, group: str, phone: str) -> Sequence[JournaledEffect]:
        """When something else than the integration made this number subscribed in a group."""
        return self._subscribed_by_others.get((group, phone), ())

    def mark(self) -> Mark:
        """How far the evidence has come; `since` tells what is new after it."""
        return (
            len(self.requests), len(self.strangers), len(self.effects), len(self.hazards),
            len(self.credited), len(self.events.all), len(self.everybodys), len(self.webhooks),
            len(self.log_lines),
        )  # fmt: skip

    def since(self, mark: Mark = NOTHING, memory: dict[str, Any] | None = None) -> "News":
        """What has come since then; everything if not said otherwise.

        `memory` is what claims remember of what was news before.
        """
        requests, strangers, effects, hazards, credited, events, everybodys, webhooks, lines = mark
        return News(
            self.requests[requests:], self.strangers[strangers:], self.effects[effects:],
            self.hazards[hazards:], self.credited[credited:], self.events.all[events:],
            self.everybodys[everybodys:], self.webhooks[webhooks:], self.log_lines[lines:],
            {} if memory is None else memory,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """What of the evidence is new, in the order in which it came; the names are Evidence's."""

    requests: Sequence[JournaledRequest]
    strangers: Sequence[JournaledRequest]
    effects: Sequence[JournaledEffect]
    hazards: Sequence[JournaledHazard]
    credited: Sequence[Credited]
    events: Sequence[SentEvent]
    everybodys: Sequence[JournaledRequest]
    webhooks: Sequence[WebhookCall]
    log_lines: Sequence[str]
    memory: dict[str, Any]

    def remembered(self, claim: str, make: Callable[[], _Memory]) -> _Memory:
        """What a claim has remembered in earlier news, to be added to; `make` makes an empty one.

        For claims about what came before what, where an index would know of what came after, too.
        """
        if claim not in self.memory:
            self.memory[claim] = make()
        remembered: _Memory = self.memory[claim]
        return remembered


def _emails_shown(asked: str, answered: Any) -> set[str]:
    """The emails of the profiles in an answer. Whoever asked by one need not have it exported."""
    users = list(objects(answered, "users"))
    told = {str(each["email"]).lower() for each in users if "email" in each}
    return told | {asked.lower()} if users and asked else told


def _taken(counted: Counter[Credit], credit: Credit) -> bool:
    counted[credit] -= 1
    return counted[credit] >= 0
