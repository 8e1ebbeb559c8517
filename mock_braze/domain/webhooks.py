"""What a workspace has to say to other servers: recorded here, sent by `mock_braze.webhooks`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WAITING = "waiting"


@dataclass(slots=True)
class OutgoingWebhook:
    """One call of somebody else's server; `request` is the journal entry that led to it."""

    number: int
    at: datetime
    request: int
    method: str
    url: str
    body: Mapping[str, Any]
    outcome: str = WAITING
