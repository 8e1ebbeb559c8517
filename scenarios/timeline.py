"""A run as a list of moments on both sides, for people and pages; values, not text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from scenarios.evidence import (
    Evidence,
    JournaledEffect,
    JournaledHazard,
    JournaledMessage,
    JournaledRequest,
)
from scenarios.integration import WebhookAnswer
from scenarios.lab import Lab

SHOWN_EFFECTS = frozenset(
    {"profile_created", "profile_finished", "update_dropped", "subscription_state_changed",
     "subscription_state_orphaned", "subscription_state_moved", "subscription_state_adopted",
     "subscription_state_expired", "subscription_state_lost"}
)  # fmt: skip


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
    WEBHOOK = "webhook"
    CREDIT = "credit"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on one side; `request` is the call itself, where it is one.

    `answer` is what the other side said to it, and `advice` what is better done instead. The same
    happened `times` times in a row, the last time at the moment `until`.
    """

    at: datetime
    number: int
    side: Side
    kind: Kind
    says: str
    request: JournaledRequest | None = None
    answer: str = ""
    advice: str = ""
    times: int = 1
    until: datetime | None = None

    @property
    def again(self) -> str:
        """How often the same came again, in words; empty if it did not."""
        if self.until is None:
            return ""
        return f"{self.times - 1} more until {self.until:%m-%d %H:%M:%S}"

    def __str__(self) -> str:
        answer = f" -> {self.answer}" if self.answer else ""
        again = f" ({self.again})" if self.again else ""
        return (
            f"{self.at:%m-%d %H:%M:%S}  {self.side:<11} {self.kind:<8} {self.says}{answer}{again}"
        )


def moments(lab: Lab) -> list[Moment]:
    """All that a person wants to see of a run, in the order of time.

    What an integration that waits asks again and again, and is told the same, is one moment.
    """
    happened = [*_moments(lab.evidence()), *_webhooks(lab)]
    return list(_gathered(sorted(happened, key=lambda each: (each.at, each.number))))


def _gathered(in_order: list[Moment]) -> Iterator[Moment]:
    first: Moment | None = None
    for each in in_order:
        if first is not None and _is_again(first, each):
            first = replace(first, times=first.times + 1, until=each.at)
            continue
        if first is not None:
            yield first
        first = each
    if first is not None:
        yield first


def _is_again(first: Moment, each: Moment) -> bool:
    """Whether the same was asked later, and told the same."""
    is_same = (first.side, first.says, first.answer) == (each.side, each.says, each.answer)
    return first.kind is each.kind is Kind.REQUEST and is_same and first.at < each.at


def _webhooks(lab: Lab) -> Iterator[Moment]:
    """Those that Braze has sent, and those that the story itself has brought to the receiver."""
    sent = [each for each in lab.control.journal() if each["kind"] == "webhook"]
    for each in sent:
        at = datetime.fromisoformat(each["made_at"])
        yield _webhook(at, each["number"], each["sent"]["body"], _attempted(each["answer"]))
    over_http = {each["sent"]["body"].encode() for each in sent}
    last = max((each.number for each in lab.evidence().requests), default=0)
    for at, _, body, answer in lab.webhooks:
        if body not in over_http:
            yield _webhook(at, last + 1, body.decode(), _told(answer))


def _webhook(at: datetime, number: int, body: str, answer: str) -> Moment:
    return Moment(at, number, Side.BRAZE, Kind.WEBHOOK, body, answer=answer)


def _attempted(told: Mapping[str, Any]) -> str:
    if told["failure"]:
        return str(told["reason"])
    try:
        body = orjson.loads(told["body"])
    except orjson.JSONDecodeError:
        body = None
    return _told(WebhookAnswer(told["status"], body))


def _told(answer: WebhookAnswer) -> str:
    said = str(answer)
    return said if said == str(answer.status) else f"{answer.status} {said}"


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
    says = f"{request.operation} {subject_of(request)}".strip()
    status = str(request.status) if request.status else "no answer"
    answer = f"{status} {gist(request)}".strip()
    return Moment(request.at, request.number, side, Kind.REQUEST, says, request, answer)


def _effect(effect: JournaledEffect) -> Moment:
    details = effect.details
    who = details.get("email") or details.get("subscriber") or details.get("identifier")
    state = f": {details['state']}" if "state" in details else ""
    says = f"{effect.effect} {who or details.get('braze_id', '')}{state}"
    return Moment(effect.at, effect.number, Side.BRAZE, Kind.EFFECT, says)


def _hazard(hazard: JournaledHazard) -> Moment:
    says = f"{hazard.hazard} {hazard.subject}: {hazard.details}"
    return Moment(hazard.at, hazard.number, Side.BRAZE, Kind.HAZARD, says, advice=hazard.instead)


def _message(message: JournaledMessage) -> Moment:
    says = f"{message.message} to {message.phone}: {message.body}"
    return Moment(message.at, message.number, Side.BRAZE, Kind.MESSAGE, says)


def subject_of(request: JournaledRequest) -> str:
    """Whom a request is about, in full: shorten it before it leaves the machine."""
    sent = request.sent if isinstance(request.sent, Mapping) else {}
    if request.method == "GET":
        return " ".join(
            value for name in ("phone", "email") for value in request.query.get(name, ())
        )
    if request.path == "/users/track":
        return ", ".join(_tracked(each) for each in _objects(sent))
    aliases = [str(each.get("alias_name")) for each in sent.get("user_aliases") or ()]
    phones = sent.get("phone") or ()
    numbers = [phones] if isinstance(phones, str) else map(str, phones)
    return str(sent.get("email_address") or ", ".join(numbers) or ", ".join(aliases))


def _objects(sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for name in ("attributes", "events") for each in sent.get(name) or ()]


def _tracked(item: Mapping[str, Any]) -> str:
    alias = item.get("user_alias") or {}
    who = item.get("external_id") or alias.get("alias_name") or item.get("braze_id") or ""
    what = "event" if "name" in item else "attributes"
    phone = f" phone {item['phone']}" if "phone" in item else ""
    return f"{what} of {who}{phone}"


def gist(request: JournaledRequest) -> str:
    """What an answer says, in a few words."""
    answered = request.answered if isinstance(request.answered, Mapping) else {}
    if "users" in answered:
        found = len(answered["users"])
        return f"{found} profile{'s' if found != 1 else ''}"
    if "status" in answered:
        return ", ".join(str(state) for state in answered["status"].values())
    return str(answered.get("message", ""))
