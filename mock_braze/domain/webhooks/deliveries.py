"""Deliveries of webhooks: each with every attempt at it and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest


class Outcome(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_SENT = "not_sent"  # the lab calls this machine only


class Failure(StrEnum):
    """Why a call of a receiver has no answer."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    UNSENDABLE = "unsendable"  # no HTTP request can be what was composed


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of a receiver came to. With a `failure` there was no answer, and the status is
    the one that Braze counts it as, or 0.

    `body` is the beginning of the body, as text.
    """

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    failure: Failure | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of a receiver, at `url`."""

    at: datetime
    url: str
    answer: Answer


@dataclass(slots=True)
class Delivery:
    """One request to somebody else's server, and whether it has got there.

    `next_attempt` is None once no other attempt follows; `reason` tells why nothing was sent.
    """

    number: int
    queued_at: datetime
    request: ComposedRequest
    source: MessageSource
    next_attempt: datetime | None
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.WAITING
    reason: str = ""


@dataclass(slots=True, eq=False)
class Deliveries:
    """All deliveries of a workspace; number `n` is the `n`-th, from 1.

    `outgoing` are the numbers of those whose attempt is due and not yet answered, in due-time
    order: what is to be called. `waiting` are those that have not ended.
    """

    all: list[Delivery] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    outgoing: list[int] = field(default_factory=list)

    def numbered(self, number: int) -> Delivery:
        return self.all[number - 1]
