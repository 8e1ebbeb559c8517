"""Delivering a webhook: queued, due to be called, and ended by an answer."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.state import State
from mock_braze.domain.webhooks.deliveries import Answer, Attempt, Delivery, Outcome


@dataclass(frozen=True, slots=True)
class AttemptDue(Due):
    """A receiver is to be called. Whoever made this due does so; see `mock_braze.webhooks`."""

    delivery: int

    def settle(self, state: State, _: datetime) -> None:
        state.deliveries.outgoing.append(self.delivery)


def queue_delivery(
    state: State, request: ComposedRequest, at: datetime, source: MessageSource
) -> Delivery:
    """Have a request sent at the moment `at`. Its receiver is called over real HTTP if it is on
    this machine; how that went is in the delivery, and in the journal.
    """
    deliveries = state.deliveries
    delivery = Delivery(len(deliveries.all) + 1, at, request, source, at)
    deliveries.all.append(delivery)
    deliveries.waiting.add(delivery.number)
    state.agenda.add(at, AttemptDue(delivery.number))
    return delivery


def user_agent(seed: int) -> str:
    """What a workspace with this seed calls itself; the hash means nothing to anybody.

    Facts: webhook-user-agent
    """
    return f"Braze Sender {hashlib.sha1(str(seed).encode()).hexdigest()}"


def end_unsent(state: State, number: int, reason: str) -> None:
    """A delivery that goes nowhere: its receiver is not called."""
    delivery = state.deliveries.numbered(number)
    delivery.reason = reason
    _end(state, delivery, Outcome.NOT_SENT)


def record_answer(state: State, number: int, made_at: datetime, url: str, answer: Answer) -> None:
    """What a call of the receiver came to, which was made at the moment `made_at`."""
    delivery = state.deliveries.numbered(number)
    delivery.attempts.append(Attempt(made_at, url, answer))
    is_good = 200 <= answer.status < 300
    _end(state, delivery, Outcome.DELIVERED if is_good else Outcome.FAILED)


def _end(state: State, delivery: Delivery, outcome: Outcome) -> None:
    state.deliveries.outgoing.remove(delivery.number)
    state.deliveries.waiting.discard(delivery.number)
    delivery.next_attempt, delivery.outcome = None, outcome
