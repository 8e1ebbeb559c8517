"""Evidence: what a run left behind, typed: the fake's journal and the integration's ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

import orjson

from contracts.recordings import journaled_exchange
from contracts.traffic import Exchange
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant


@dataclass(frozen=True, slots=True)
class JournaledRequest:
    """A request that the fake answered. `sent` and `answered` are the parsed JSON bodies."""

    number: int
    at: datetime
    api_key: str
    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    sent: Any
    status: int
    answered: Any
    exchange: Exchange = field(repr=False)

    @property
    def operation(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class JournaledEffect:
    """What an accepted write, or a text, came to; `request` is the number of either."""

    number: int
    at: datetime
    effect: str
    request: int
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JournaledHazard:
    """Something the fake accepted and a careful integration would not send."""

    number: int
    at: datetime
    hazard: str
    request: int
    subject: str
    details: str
    says: str
    instead: str
    fact: str


@dataclass(frozen=True, slots=True)
class JournaledText:
    """A consumer texted to a number of a group."""

    number: int
    at: datetime
    group_id: str
    phone: str
    body: str


@dataclass(frozen=True, slots=True)
class JournaledMessage:
    """The fake sent an SMS; `request` is the number of the request, or the text, behind it."""

    number: int
    at: datetime
    message: str
    group_id: str
    phone: str
    language: str
    body: str
    request: int


JournalEntry = (
    JournaledRequest | JournaledEffect | JournaledHazard | JournaledText | JournaledMessage
)


class Evidence:
    """Everything invariants look at. `partner_key` is the key of the integration under test,
    `brand_key` that of the brand's own system. `double_opt_in` names the activations whose
    participants opt in twice, each with its subscription group.

    What it holds of the journal concerns the integration's own requests, but for `exchanges`,
    which are everybody's, and for what consumers text and what comes of it, and of what the brand
    does. Look-ups and state reads are indexed by the address they ask for.
    """

    def __init__(
        self, partner_key: str, brand_key: str, double_opt_in: Mapping[str, str] | None = None
    ) -> None:
        self.partner_key = partner_key
        self.brand_key = brand_key
        self.double_opt_in = double_opt_in or {}
        self.requests: list[JournaledRequest] = []
        self.strangers: list[JournaledRequest] = []  # with a key that is nobody's here
        self.arrivals: dict[tuple[str, str], Participant] = {}  # who took part, as the lab saw it
        self.brand_requests: list[JournaledRequest] = []
        self.exchanges: list[Exchange] = []
        self.effects: list[JournaledEffect] = []
        self.hazards: list[JournaledHazard] = []
        self.texts: list[JournaledText] = []
        self.effects_of_texts: list[JournaledEffect] = []
        self.effects_of_brand: list[JournaledEffect] = []
        self.hazards_of_texts: list[JournaledHazard] = []
        self.hazards_of_brand: list[JournaledHazard] = []
        self.messages: list[JournaledMessage] = []
        self.credits: Sequence[Credit] = ()
        self.participations: Sequence[Participation] = ()
        self.by_number: dict[int, JournaledRequest] = {}
        self._numbers_of_texts: set[int] = set()
        self._numbers_of_brand: set[int] = set()
        self._look_ups: dict[str, list[JournaledRequest]] = {}
        self._shown: dict[str, list[JournaledRequest]] = {}
        self._state_reads: dict[str, list[JournaledRequest]] = {}

    def arrived(self, participant: Participant) -> None:
        """Somebody takes part; the first time in an activation is the one that counts."""
        self.arrivals.setdefault((participant.activation, participant.email), participant)

    def add(self, entry: JournalEntry) -> None:
        """Take in the next entry of the journal; a request or text comes before what it causes."""
        match entry:
            case JournaledRequest():
                self.exchanges.append(entry.exchange)
                if entry.api_key == self.partner_key:
                    self._add_request(entry)
                elif entry.api_key == self.brand_key:
                    self.brand_requests.append(entry)
                    self._numbers_of_brand.add(entry.number)
                else:
                    self.strangers.append(entry)
            case JournaledEffect():
                if entry.request in self.by_number:
                    self.effects.append(entry)
                elif entry.request in self._numbers_of_texts:
                    self.effects_of_texts.append(entry)
                elif entry.request in self._numbers_of_brand:
                    self.effects_of_brand.append(entry)
            case JournaledHazard():
                if entry.request in self.by_number:
                    self.hazards.append(entry)
                elif entry.request in self._numbers_of_texts:
                    self.hazards_of_texts.append(entry)
                elif entry.request in self._numbers_of_brand:
                    self.hazards_of_brand.append(entry)
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
        if request.path == "/users/export/ids" and isinstance(request.sent, Mapping):
            email = str(request.sent.get("email_address", ""))
            self._look_ups.setdefault(email, []).append(request)
            for each in _emails_in(request.answered):
                self._shown.setdefault(each, []).append(request)
        elif request.path == "/subscription/status/get":
            for phone in request.query.get("phone", ()):
                self._state_reads.setdefault(phone, []).append(request)

    @property
    def all_hazards(self) -> Iterator[JournaledHazard]:
        """Whoever provoked them."""
        return chain(self.hazards, self.hazards_of_texts, self.hazards_of_brand)

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


def _emails_in(answered: Any) -> set[str]:
    users = answered.get("users") if isinstance(answered, Mapping) else None
    return {str(each["email"]).lower() for each in users or () if "email" in each}


def read_entries(told: Iterable[Mapping[str, Any]]) -> Iterator[JournalEntry]:
    """Journal entries as the control plane tells them.

    Moves of the clock, faults and calls of the control plane are left out: the lab made them.
    """
    for entry in told:
        match entry["kind"]:
            case "request":
                yield _request(entry)
            case "effect":
                yield JournaledEffect(
                    entry["number"], _at(entry), entry["effect"], entry["request"], entry["details"]
                )
            case "hazard":
                yield JournaledHazard(
                    entry["number"],
                    _at(entry),
                    entry["hazard"],
                    entry["request"],
                    entry["subject"],
                    entry["details"],
                    entry["says"],
                    entry["instead"],
                    entry["fact"],
                )
            case "text":
                yield JournaledText(
                    entry["number"], _at(entry), entry["group_id"], entry["phone"], entry["body"]
                )
            case "message":
                yield JournaledMessage(
                    entry["number"],
                    _at(entry),
                    entry["message"],
                    entry["group_id"],
                    entry["phone"],
                    entry["language"],
                    entry["body"],
                    entry["request"],
                )


def _at(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])


def _request(entry: Mapping[str, Any]) -> JournaledRequest:
    sent, answered = entry["request"], entry["response"]
    exchange = journaled_exchange(entry)
    return JournaledRequest(
        entry["number"],
        _at(entry),
        entry["api_key"],
        sent["method"],
        sent["path"],
        parse_qs(sent["query"], keep_blank_values=True),
        _json(exchange.request_body),
        answered["status"],
        _json(exchange.response_body),
        exchange,
    )


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
