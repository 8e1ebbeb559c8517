"""Deliveries of webhooks: each with every attempt at it and what came of it."""

from collections.abc import Iterator
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
    NOT_SENT = "not_sent"


class Failure(StrEnum):
    """Why an attempt has no answer of a receiver."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    HOST_UNHEALTHY = "host_unhealthy"  # Braze does not call it for a while
    UNSENDABLE = "unsendable"  # no HTTP request can be what was composed
    NOT_CALLED = "not_called"  # the lab calls this machine only


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
    """One call of a receiver, at `url`, and how long it took in simulated time."""

    at: datetime
    ended_at: datetime
    url: str
    answer: Answer


@dataclass(slots=True)
class Delivery:
    """One request to somebody else's server, and whether it has got there.

    `next_attempt` is None once no other attempt follows. A test is attempted once.
    """

    number: int
    queued_at: datetime
    request: ComposedRequest
    source: MessageSource
    next_attempt: datetime | None
    is_test: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.WAITING


@dataclass(slots=True)
class Host:
    """How a host did lately: when it failed in the last minute, and until when it is halted."""

    failures: list[datetime] = field(default_factory=list)
    halted_until: datetime | None = None


@dataclass(slots=True, eq=False)
class Deliveries:
    """All deliveries of a workspace; number `n` is the `n`-th, from 1.

    `outgoing` are the numbers of those whose attempt is due and not yet answered, in due-time
    order: what is to be called. `waiting` are those that have not ended.
    """

    all: list[Delivery] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    outgoing: list[int] = field(default_factory=list)
    hosts: dict[str, Host] = field(default_factory=dict)

    def numbered(self, number: int) -> Delivery:
        return self.all[number - 1]

    def to_call(self) -> Iterator[Delivery]:
        """Those whose receivers are to be called, the first that was due before the others."""
        return (self.numbered(each) for each in list(self.outgoing))
