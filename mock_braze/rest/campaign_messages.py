"""The messages of a campaign, as its details show them."""

import json
from typing import Any

from mock_braze.domain.messages.message import (
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
    channel_of,
)


def message_members(message: Message) -> dict[str, Any]:
    """A message as somebody has composed it.

    Facts: campaign-messages-by-variation, webhook-in-campaign-details
    """
    told: dict[str, Any] = {"channel": channel_of(message), "name": message.name}
    match message:
        case WebhookMessage():
            return told | _webhook(message)
        case SmsMessage(body=body):
            return {**told, "body": body}
        case EmailMessage(sender, subject, body):
            return {**told, "subject": subject, "body": body, "from": sender}
        case ContentCardMessage():
            return {**told, "title": message.title, "body": message.message, "url": message.url}


def _webhook(message: WebhookMessage) -> dict[str, Any]:
    # Inferred: what `type` says, and pairs as the object they make (webhook-type-in-details)
    is_json = message.pairs is not None
    pairs = dict(message.pairs or ())
    return {
        "url": message.url,
        "body": json.dumps(pairs, ensure_ascii=False) if is_json else message.raw_text,
        "type": "json" if is_json else "raw",
        "headers": dict(message.headers),
        "method": message.method,
    }
