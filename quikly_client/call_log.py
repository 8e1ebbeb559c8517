"""One line in the log for each call to Braze: `key=value` pairs, without anybody's address.

Logger `quikly_client.calls`: calls that Braze took at INFO, all others at WARNING.
"""

import logging

from quikly_client import shortened
from quikly_client.journeys.participation import Participation
from quikly_client.log_lines import line
from quikly_client.transport import Exchange

logger = logging.getLogger("quikly_client.calls")
logger.addHandler(logging.NullHandler())  # silent until the program that uses us wants a log


def log_call(exchange: Exchange, participation: Participation, attempt: int) -> None:
    """Say what was called for whom, what came of it, and how long that took."""
    level = logging.INFO if exchange.is_success else logging.WARNING
    if not logger.isEnabledFor(level):
        return
    pairs = {
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "failure": exchange.failure or None,
        "seconds": None if exchange.seconds is None else f"{exchange.seconds:.3f}",
        "request_id": exchange.headers.get("x-request-id"),
        "remaining": exchange.headers.get("x-ratelimit-remaining") or None,
        "activation": participation.activation,
        "participant": shortened.email(participation.email),
        "workflow": participation.workflow,
        "step": participation.step,
        "attempt": attempt,
    }
    logger.log(level, line(pairs))
