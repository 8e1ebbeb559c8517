"""What the fake sends out by itself: only to this machine, and never for long.

A receiver on another machine is not called: a test must not send letters. What would have been
sent is told by `GET /control/webhooks`. What becomes due while a clock runs by itself is sent with
the next call of the fake.
"""

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from threading import Thread
from urllib.parse import urlsplit

import orjson

from mock_braze.domain.campaigns.webhook_messages import is_loopback
from mock_braze.domain.webhooks import OutgoingWebhook
from mock_braze.domain.workspace import Workspace

TIMEOUT = 2.0  # seconds for each step of a call
PATIENCE = 1.0  # seconds for which a request waits for what it caused


def deliver(workspace: Workspace) -> None:
    """Send what has become due, the oldest first, beside the request that made it due.

    The receiver may call the fake in its turn, so the workspace must not be locked by the caller.
    """
    state = workspace.state
    if len(state.webhooks) == state.webhooks_handed_over:
        return
    with workspace.lock:
        due = state.webhooks[state.webhooks_handed_over :]
        state.webhooks_handed_over = len(state.webhooks)
    sender = Thread(target=_send, args=(workspace, due), daemon=True)
    sender.start()
    sender.join(PATIENCE)


def _send(workspace: Workspace, webhooks: Sequence[OutgoingWebhook]) -> None:
    for each in webhooks:
        outcome = _outcome(each)
        with workspace.lock:
            each.outcome = outcome


def _outcome(webhook: OutgoingWebhook) -> str:
    try:
        url = urlsplit(webhook.url)
        host, port = url.hostname or "", url.port or 80
    except ValueError:
        return "not sent: no URL"
    if url.scheme != "http" or not is_loopback(host):
        return "not sent: only http to this machine is"
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    connection = HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        connection.request(
            webhook.method,
            target,
            orjson.dumps(webhook.body),
            {"Content-Type": "application/json"},
        )
        return f"answered {connection.getresponse().status}"
    except (OSError, HTTPException, ValueError) as failure:
        return f"failed: {type(failure).__name__}"
    finally:
        connection.close()
