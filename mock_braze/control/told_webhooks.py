"""Webhooks as the journal and the activity log tell them."""

from typing import Any

from mock_braze.domain.dates import write_exact_time
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.webhooks.deliveries import Answer, Attempt, Delivery


def told_delivery(delivery: Delivery) -> dict[str, Any]:
    """A delivery with every attempt at it."""
    due = delivery.next_attempt
    return {
        "number": delivery.number,
        "at": write_exact_time(delivery.queued_at),
        "is_test": delivery.is_test,
        **told_source(delivery.source),
        "sent": told_request(delivery.request),
        "outcome": delivery.outcome.value,
        "next_attempt": None if due is None else write_exact_time(due),
        "attempts": [told_attempt(each) for each in delivery.attempts],
    }


def told_source(source: MessageSource) -> dict[str, Any]:
    """`request` is the journal entry that led to the message."""
    return {
        "request": source.request,
        "campaign_id": source.campaign_id,
        "dispatch_id": source.dispatch_id,
        "send_id": source.send_id,
    }


def told_request(request: ComposedRequest) -> dict[str, Any]:
    """What was composed for the receiver. Names of headers may come twice, so they are pairs."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(each) for each in request.headers],
        "body": request.body,
        "notes": list(request.notes),
    }


def told_attempt(attempt: Attempt) -> dict[str, Any]:
    """When, where and what came of it."""
    return {
        "made_at": write_exact_time(attempt.at),
        "ended_at": write_exact_time(attempt.ended_at),
        "called": attempt.url,
        "answer": told_answer(attempt.answer),
    }


def told_answer(answer: Answer) -> dict[str, Any]:
    """An answer of a receiver, or why there is none."""
    return {
        "status": answer.status,
        "headers": [list(each) for each in answer.headers],
        "body": answer.body,
        "failure": answer.failure and answer.failure.value,
        "reason": answer.reason,
    }
