"""Delivering a webhook: queued, due to be called, retried, and ended by an answer."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import WebhookAttempted
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.state import State
from mock_braze.domain.webhooks.deliveries import Answer, Attempt, Delivery, Failure, Outcome
from mock_braze.domain.webhooks.hosts import host_of, is_halted, note_answer
from mock_braze.domain.webhooks.retries import TIMEOUT, is_good, is_retried, retry_after


@dataclass(frozen=True, slots=True)
class AttemptDue(Due):
    """A receiver is to be called. Whoever made this due does so; see `mock_braze.webhooks`."""

    delivery: int

    def settle(self, state: State, _: datetime) -> None:
        state.deliveries.outgoing.append(self.delivery)


def queue_delivery(
    state: State,
    request: ComposedRequest,
    at: datetime,
    source: MessageSource,
    *,
    is_test: bool = False,
) -> Delivery:
    """Have a request sent at the moment `at`. Its receiver is called over real HTTP if it is on
    this machine; how that went is in the delivery, and in the journal.
    """
    deliveries = state.deliveries
    delivery = Delivery(len(deliveries.all) + 1, at, request, source, at, is_test)
    deliveries.all.append(delivery)
    deliveries.waiting.add(delivery.number)
    state.agenda.add(at, AttemptDue(delivery.number))
    return delivery


def user_agent(seed: int) -> str:
    """What a workspace with this seed calls itself; the hash means nothing to anybody.

    Facts: webhook-user-agent
    """
    return f"Braze Sender {hashlib.sha1(str(seed).encode()).hexdigest()}"


def answer_without_a_call(state: State, delivery: Delivery, now: datetime) -> Answer | None:
    """What an attempt comes to while Braze does not call the host; None is to call it.

    Facts: webhook-unhealthy-host, webhook-simulated-statuses
    """
    if not is_halted(state.deliveries.hosts, delivery.request.url, now):
        return None
    host = host_of(delivery.request.url)
    return Answer(598, failure=Failure.HOST_UNHEALTHY, reason=f"{host} fails too often")


def record_answer(state: State, number: int, made_at: datetime, url: str, answer: Answer) -> None:
    """What an attempt came to that was made at the moment `made_at`, and what follows from it.

    Facts: webhook-activity-log
    """
    deliveries, now = state.deliveries, state.clock.now()
    delivery = deliveries.numbered(number)
    deliveries.outgoing.remove(number)
    # Inferred: an attempt without an answer has taken all of its time (webhook-timeout-counts)
    ended_at = made_at + TIMEOUT if answer.failure is Failure.TIMED_OUT else now
    delivery.attempts.append(Attempt(made_at, ended_at, url, answer))
    note_answer(deliveries.hosts, delivery.request.url, answer, now)
    delivery.next_attempt = retry_after(delivery, ended_at, state.dials)
    if delivery.next_attempt is None:
        delivery.outcome = _outcome(answer)
        deliveries.waiting.discard(number)
    else:
        state.agenda.add(delivery.next_attempt, AttemptDue(number))
    _journal(state, delivery, now)
    if not delivery.is_test:
        _warn(state, delivery, now)


def _outcome(answer: Answer) -> Outcome:
    if is_good(answer):
        return Outcome.DELIVERED
    return Outcome.NOT_SENT if answer.failure is Failure.NOT_CALLED else Outcome.FAILED


def _journal(state: State, delivery: Delivery, now: datetime) -> None:
    state.journal.add(
        WebhookAttempted(
            state.journal.next_number(),
            now,
            delivery.number,
            len(delivery.attempts),
            delivery.source,
            delivery.request,
            delivery.attempts[-1],
            delivery.outcome,
            delivery.next_attempt,
        )
    )


def _warn(state: State, delivery: Delivery, now: datetime) -> None:
    """Facts: webhook-4xx-is-lost, webhook-is-repeated"""
    answer, attempts = delivery.attempts[-1].answer, len(delivery.attempts)
    if delivery.outcome is Outcome.FAILED:
        says = _what(answer)
        hazard = Hazard.webhook_given_up if is_retried(answer) else Hazard.webhook_lost_at_once
        if is_retried(answer):
            says = f"{says}, after {attempts} attempts"
    elif delivery.next_attempt is not None and answer.failure is Failure.TIMED_OUT:
        hazard, says = Hazard.webhook_repeated, "it may have done what the first attempt asked"
    else:
        return
    state.hazard(hazard, now, delivery.source.request, host_of(delivery.request.url), says)


def _what(answer: Answer) -> str:
    return answer.reason if answer.failure else f"it answered {answer.status}"
