"""Messages as somebody composes them, one class a channel. Texts in them may hold Liquid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

METHODS = ("POST", "GET", "PUT", "DELETE")


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """A text to everybody subscribed in the group."""

    subscription_group_id: str
    body: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A request to some server. Each text in it but the method is a Liquid template.

    The body is `pairs`, composed into one JSON object, or, where they are None, `raw_text`.

    Facts: webhook-methods, webhook-body-kinds, webhook-headers
    """

    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] | None = None
    raw_text: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """A mail; nothing leaves this machine, it lies in an outbox."""

    from_address: str
    subject: str
    body: str
    name: str = ""


class CardCreation(StrEnum):
    """When a Content Card is made for a person.

    Facts: content-card-creation
    """

    LAUNCH = "launch"
    FIRST_IMPRESSION = "first_impression"


@dataclass(frozen=True, slots=True)
class ContentCardMessage:
    """A card that waits in the app until it expires or is removed.

    It expires at `expires_at`, or `expires_after` its launch. `removed_by_event` is the name of a
    custom event, `removed_by_purchase` a product, or `*` for any.

    Facts: content-card-expiry, content-card-removal
    """

    title: str
    message: str
    url: str = ""
    image_url: str = ""
    made: CardCreation = CardCreation.LAUNCH
    expires_after: timedelta | None = None
    removed_by_event: str | None = None
    removed_by_purchase: str | None = None
    name: str = ""
    expires_at: datetime | None = None


Message = SmsMessage | WebhookMessage | EmailMessage | ContentCardMessage


def channel_of(message: Message) -> str:
    """The name of a message's channel, as lists of campaigns show it."""
    match message:
        case SmsMessage():
            return "sms"
        case WebhookMessage():
            return "webhook"
        case EmailMessage():
            return "email"
        case ContentCardMessage():
            return "content_card"


def texts_of(message: Message) -> Iterator[tuple[str, str]]:
    """Each text to render with its place, in the order of the fields.

    Facts: webhook-headers
    """
    match message:
        case SmsMessage():
            yield "body", message.body
        case EmailMessage():
            yield "subject", message.subject
            yield "body", message.body
        case ContentCardMessage():
            yield "title", message.title
            yield "message", message.message
            yield "url", message.url
            yield "image_url", message.image_url
        case WebhookMessage():
            yield from _texts_of_webhook(message)


def _texts_of_webhook(message: WebhookMessage) -> Iterator[tuple[str, str]]:
    """The URL, names and values of headers, the body."""
    yield "url", message.url
    # Inferred: names may hold Liquid as values do (webhook-names-hold-liquid)
    for name, value in message.headers:
        yield f"headers, the name {name}", name
        yield f"headers.{name}", value
    if message.pairs is None:
        yield "raw_text", message.raw_text
    for name, value in message.pairs or ():
        yield f"pairs, the name {name}", name
        yield f"pairs.{name}", value
