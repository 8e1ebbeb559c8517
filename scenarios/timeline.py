"""A run as a list of moments on both sides, for people and pages; values, not text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scenarios.evidence import (
    Evidence,
    JournaledEffect,
    JournaledHazard,
    JournaledMessage,
    JournaledRequest,
)
from scenarios.report import SHOWN_EFFECTS, gist, subject_of


class Side(StrEnum):
    """Where something happened: left and right of a picture of both, or among people."""

    INTEGRATION = "integration"
    BRAZE = "braze"
    BRAND = "brand"
    CONSUMER = "consumer"


class Kind(StrEnum):
    """What sort of thing happened."""

    REQUEST = "request"
    EFFECT = "effect"
    HAZARD = "hazard"
    MESSAGE = "message"
    TEXT = "text"
    CREDIT = "credit"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on one side; `request` is the call itself, where it is one."""

    at: datetime
    number: int
    side: Side
    kind: Kind
    says: str
    request: JournaledRequest | None = None

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M:%S}  {self.side:<11} {self.kind:<8} {self.says}"


def moments(evidence: Evidence) -> list[Moment]:
    """All that a person wants to see of a run, in the order of time."""
    return sorted(_moments(evidence), key=lambda each: (each.at, each.number))


def _moments(evidence: Evidence) -> Iterator[Moment]:
    for participant in evidence.arrivals.values():
        by = "" if participant.phone is None else f" with {participant.phone}"
        says = f"{participant.email} takes part in {participant.activation}{by}"
        yield Moment(participant.consented_at, 0, Side.CONSUMER, Kind.ARRIVAL, says)
    for request in evidence.requests:
        yield _request(request, Side.INTEGRATION)
    for request in evidence.brand_requests:
        yield _request(request, Side.BRAND)
    for effect in (*evidence.effects, *evidence.effects_of_texts, *evidence.effects_of_brand):
        if effect.effect in SHOWN_EFFECTS:
            yield _effect(effect)
    for hazard in evidence.all_hazards:
        yield _hazard(hazard)
    for text in evidence.texts:
        says = f"{text.phone} texts {text.body!r}"
        yield Moment(text.at, text.number, Side.CONSUMER, Kind.TEXT, says)
    for message in evidence.messages:
        yield _message(message)
    last = max((each.number for each in evidence.requests), default=0)
    for credit in evidence.credits:
        says = f"{credit.participant} is credited in {credit.activation}: {credit.reason}"
        yield Moment(credit.at, last + 1, Side.INTEGRATION, Kind.CREDIT, says)


def _request(request: JournaledRequest, side: Side) -> Moment:
    says = f"{request.operation} {subject_of(request)} -> {request.status} {gist(request)}".strip()
    return Moment(request.at, request.number, side, Kind.REQUEST, says, request)


def _effect(effect: JournaledEffect) -> Moment:
    details = effect.details
    who = details.get("email") or details.get("subscriber") or details.get("identifier")
    state = f": {details['state']}" if "state" in details else ""
    says = f"{effect.effect} {who or details.get('braze_id', '')}{state}"
    return Moment(effect.at, effect.number, Side.BRAZE, Kind.EFFECT, says)


def _hazard(hazard: JournaledHazard) -> Moment:
    says = f"{hazard.hazard} {hazard.subject}: {hazard.details}"
    return Moment(hazard.at, hazard.number, Side.BRAZE, Kind.HAZARD, says)


def _message(message: JournaledMessage) -> Moment:
    says = f"{message.message} to {message.phone}: {message.body}"
    return Moment(message.at, message.number, Side.BRAZE, Kind.MESSAGE, says)
