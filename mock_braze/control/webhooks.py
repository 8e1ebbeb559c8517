"""What the workspace sent, or would have sent, to other servers, as the activity log tells it."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import selected_workspace
from mock_braze.domain.dates import write_time
from mock_braze.domain.webhooks.deliveries import Answer, Attempt, Delivery
from mock_braze.webhooks.sending import deliver

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every one with each attempt at it and what came of it, the oldest first."""
    workspace = selected_workspace()
    deliver(workspace)
    with workspace.lock:
        workspace.settle()
        return {"webhooks": [_told(each) for each in workspace.state.deliveries.all]}


def _told(delivery: Delivery) -> dict[str, Any]:
    request, source, due = delivery.request, delivery.source, delivery.next_attempt
    return {
        "number": delivery.number,
        "at": write_time(delivery.queued_at),
        "source": {
            "request": source.request,
            "campaign_id": source.campaign_id,
            "dispatch_id": source.dispatch_id,
            "send_id": source.send_id,
        },
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": _told_headers(request.headers),
            "body": request.body,
        },
        "notes": list(request.notes),
        "outcome": delivery.outcome.value,
        "reason": delivery.reason,
        "attempts": [_told_attempt(each) for each in delivery.attempts],
        "next_attempt": None if due is None else write_time(due),
    }


def _told_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": write_time(attempt.at),
        "url": attempt.url,
        **told_answer(attempt.answer),
    }


def told_answer(answer: Answer) -> dict[str, Any]:
    """An answer of a receiver, or why there is none."""
    return {
        "status": answer.status,
        "failure": answer.failure,
        "reason": answer.reason,
        "headers": _told_headers(answer.headers),
        "body": answer.body,
    }


def _told_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One of several with a name is told with the others, as HTTP would join them."""
    told: dict[str, str] = {}
    for name, value in headers:
        told[name] = f"{told[name]}, {value}" if name in told else value
    return told
