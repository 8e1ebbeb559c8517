"""Entries of the fake's journal, as scenarios read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import orjson

from contracts.recordings import journaled_exchange
from contracts.traffic import Exchange


class JournaledRequest:
    """A request that the fake answered, from its entry in the journal.

    `sent` and `answered` are the parsed JSON bodies. Most requests are never looked into, so what
    has to be parsed is parsed when somebody asks.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.number: int = entry["number"]
        self.at = _at(entry)
        self.api_key: str = entry["api_key"]
        self.method: str = entry["request"]["method"]
        self.path: str = entry["request"]["path"]
        self.status: int = entry["response"]["status"]
        self.operation = f"{self.method} {self.path}"
        self._entry = entry

    @cached_property
    def query(self) -> Mapping[str, Sequence[str]]:
        query: str = self._entry["request"]["query"]
        return parse_qs(query, keep_blank_values=True) if query else {}

    @cached_property
    def sent(self) -> Any:
        return _json(self._entry["request"])

    @cached_property
    def answered(self) -> Any:
        return _json(self._entry["response"])

    @cached_property
    def exchange(self) -> Exchange:
        """The request and its answer as contracts judge them."""
        return journaled_exchange(self._entry)

    def mentions(self, text: str) -> bool:
        """Whether the body of the request has this text in it, as it is."""
        return text in self._entry["request"].get("body", "")


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
class JournaledFault:
    """A request was made to go wrong; `effect` is what a test had asked for."""

    number: int
    request: int
    effect: Mapping[str, Any]


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
    JournaledRequest
    | JournaledEffect
    | JournaledHazard
    | JournaledFault
    | JournaledText
    | JournaledMessage
)


def read_entries(told: Iterable[Mapping[str, Any]]) -> Iterator[JournalEntry]:
    """Journal entries as the control plane tells them.

    Moves of the clock and calls of the control plane are left out: the lab made them.
    """
    for entry in told:
        match entry["kind"]:
            case "request":
                yield JournaledRequest(entry)
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
            case "fault":
                yield JournaledFault(entry["number"], entry["request"], entry["effect"])
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


def _json(message: Mapping[str, Any]) -> Any:
    """The parsed body of a request or an answer; None where it is no JSON."""
    try:
        return orjson.loads(message.get("body", ""))  # what is in base64 is not UTF-8: no JSON
    except orjson.JSONDecodeError:
        return None
