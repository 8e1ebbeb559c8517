"""Webhook templates: composed webhooks that somebody keeps under a name."""

from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.messages.message import WebhookMessage


@dataclass(frozen=True, slots=True)
class WebhookTemplate:
    """A composed webhook under its name.

    Facts: webhook-template
    """

    name: str
    saved_at: datetime
    message: WebhookMessage
