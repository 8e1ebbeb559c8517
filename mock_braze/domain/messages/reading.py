"""Messages between their JSON and the domain."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from mock_braze.domain.messages.message import (
    METHODS,
    CardCreation,
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
    channel_of,
    texts_of,
)
from mock_braze.domain.messages.rendered_texts import misprints_in
from mock_braze.domain.messages.webhook_requests import problems_of
from mock_braze.domain.plain_values import shown
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.subscription import Channel

LONGEST_LIFE = timedelta(days=36_500)
# The members of each channel; the first ones are required.
MEMBERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sms": (("subscription_group_id", "body"), ()),
    "webhook": (("url",), ("method", "headers", "pairs", "raw_text")),
    "email": (("from", "subject", "body"), ()),
    "content_card": (
        ("title", "message"),
        ("url", "image_url", "made", "expires_after_seconds", "removed_by"),
    ),
}
EVERY_CHANNEL = ("channel", "name")


def read_message(value: object, place: str, state: State) -> Message | list[str]:
    """A message, or everything that is wrong with it, each with its place.

    `{"channel": "sms", "subscription_group_id", "body"}`,
    `{"channel": "webhook", "url", "method"?, "headers"?, "pairs"? | "raw_text"?}`,
    `{"channel": "email", "from", "subject", "body"}` or
    `{"channel": "content_card", "title", "message", "url"?, "image_url"?, "made"?: "launch" |
    "first_impression", "expires_after_seconds"?, "removed_by"?: {"custom_event" | "purchase"}}`,
    each with a `name?`.

    Facts: unparsable-template
    """
    reader = _Reader(place)
    told = reader.object(value, place)
    channel = told.get("channel")
    if reader.problems:
        return reader.problems
    if not isinstance(channel, str) or channel not in MEMBERS:
        return [f"'{place}.channel' must be one of {', '.join(MEMBERS)}, not {shown(channel)}"]
    reader.check_names(told, channel)
    message = reader.message(told, channel)
    if not reader.problems:
        reader.problems += _misfits(message, place, state)
    return reader.problems or message


def _misfits(message: Message, place: str, state: State) -> list[str]:
    """What is wrong with a message as a whole."""
    if isinstance(message, WebhookMessage):
        problems = problems_of(message, state.dials)
    else:
        problems = misprints_in(texts_of(message), state.dials)
    problems = [f"'{place}.{each[1:]}" for each in problems]  # each begins with a quoted place
    if isinstance(message, SmsMessage):
        group_id = message.subscription_group_id
        group = state.subscriptions.groups.get(group_id)
        if group is None or group.channel is not Channel.SMS:
            says = f"there is no SMS subscription group {group_id!r:.60}"
            problems.append(f"'{place}.subscription_group_id': {says}")
    return problems


class _Reader:
    """Reads JSON, notes what is wrong, and goes on with what it can."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[str] = []

    def check_names(self, told: Mapping[str, Any], channel: str) -> None:
        required, others = MEMBERS[channel]
        known = (*EVERY_CHANNEL, *required, *others)
        self.problems += [
            f"there is no member '{self.place}.{name}'; there are {', '.join(known)}"
            for name in told
            if name not in known
        ]
        self.problems += [
            f"'{self.place}.{name}' is missing" for name in required if name not in told
        ]

    def message(self, told: Mapping[str, Any], channel: str) -> Message:
        name = self.text(told, "name")
        match channel:
            case "sms":
                group_id = self.text(told, "subscription_group_id")
                return SmsMessage(group_id, self.text(told, "body"), name)
            case "webhook":
                return self.webhook(told, name)
            case "email":
                sender, subject, body = self.several(told, "from", "subject", "body")
                return EmailMessage(sender, subject, body, name)
            case _:
                return self.card(told, name)

    def webhook(self, told: Mapping[str, Any], name: str) -> WebhookMessage:
        if "pairs" in told and "raw_text" in told:
            self.problems.append(f"give '{self.place}.pairs' or '{self.place}.raw_text', not both")
        method = self.choice(told, "method", METHODS)
        headers = self.texts(told, "headers")
        pairs = self.texts(told, "pairs") if "pairs" in told else None
        return WebhookMessage(
            self.text(told, "url"), method, headers, pairs, self.text(told, "raw_text"), name
        )

    def card(self, told: Mapping[str, Any], name: str) -> ContentCardMessage:
        made = CardCreation(self.choice(told, "made", [each.value for each in CardCreation]))
        title, message, url, image_url = self.several(told, "title", "message", "url", "image_url")
        event, product = self.removal(told)
        return ContentCardMessage(
            title, message, url, image_url, made, self.span(told), event, product, name
        )

    def removal(self, told: Mapping[str, Any]) -> tuple[str | None, str | None]:
        place = f"{self.place}.removed_by"
        removal = self.object(told.get("removed_by", {}), place)
        if "removed_by" in told and [*removal] not in (["custom_event"], ["purchase"]):
            self.problems.append(f"'{place}' must have one of custom_event, purchase, as text")
        elif not all(isinstance(each, str) and each for each in removal.values()):
            self.problems.append(f"'{place}' must hold the name of an event or product, or '*'")
        else:
            return removal.get("custom_event"), removal.get("purchase")
        return None, None

    def span(self, told: Mapping[str, Any]) -> timedelta | None:
        seconds = told.get("expires_after_seconds")
        if seconds is None:
            return None
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if is_number and 0 < seconds <= LONGEST_LIFE.total_seconds():
            return timedelta(seconds=seconds)
        self.problems.append(
            f"'{self.place}.expires_after_seconds' must be seconds, more than 0 and at most "
            f"{LONGEST_LIFE.total_seconds():.0f}, not {shown(seconds)}"
        )
        return None

    def object(self, value: object, place: str) -> dict[str, Any]:
        """An object without its nulls."""
        if isinstance(value, Mapping):
            return {name: each for name, each in value.items() if each is not None}
        self.problems.append(f"'{place}' must be an object, not {shown(value)}")
        return {}

    def text(self, told: Mapping[str, Any], name: str) -> str:
        value = told.get(name, "")
        if isinstance(value, str):
            return value
        self.problems.append(f"'{self.place}.{name}' must be text, not {shown(value)}")
        return ""

    def several(self, told: Mapping[str, Any], *names: str) -> list[str]:
        return [self.text(told, name) for name in names]

    def choice(self, told: Mapping[str, Any], name: str, values: Sequence[str]) -> str:
        """One of some values; the first one where there is none."""
        value = told.get(name, values[0])
        if isinstance(value, str) and value in values:
            return value
        there_are = ", ".join(values)
        self.problems.append(
            f"'{self.place}.{name}' must be one of {there_are}, not {shown(value)}"
        )
        return values[0]

    def texts(self, told: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
        place = f"{self.place}.{name}"
        named = self.object(told.get(name, {}), place)
        self.problems += [
            f"'{place}.{each}' must be text, not {shown(value)}"
            for each, value in named.items()
            if not isinstance(value, str)
        ]
        return tuple((each, value) for each, value in named.items() if isinstance(value, str))


def written_message(message: Message) -> dict[str, Any]:
    """A message as it is sent; what was left out is left out."""
    told: dict[str, Any] = {"channel": channel_of(message)}
    if message.name:
        told["name"] = message.name
    match message:
        case SmsMessage(group_id, body):
            return {**told, "subscription_group_id": group_id, "body": body}
        case EmailMessage(sender, subject, body):
            return {**told, "from": sender, "subject": subject, "body": body}
        case WebhookMessage():
            return told | written_webhook(message)
        case ContentCardMessage():
            return told | _written_card(message)


def written_webhook(message: WebhookMessage) -> dict[str, Any]:
    """A webhook without its name."""
    told = {"url": message.url, "method": message.method, "headers": dict(message.headers)}
    if message.pairs is None:
        return {**told, "raw_text": message.raw_text}
    return {**told, "pairs": dict(message.pairs)}


def _written_card(message: ContentCardMessage) -> dict[str, Any]:
    told: dict[str, Any] = {"title": message.title, "message": message.message}
    if message.url:
        told["url"] = message.url
    if message.image_url:
        told["image_url"] = message.image_url
    told["made"] = message.made.value
    if message.expires_after is not None:
        told["expires_after_seconds"] = message.expires_after.total_seconds()
    if message.removed_by_event is not None:
        told["removed_by"] = {"custom_event": message.removed_by_event}
    if message.removed_by_purchase is not None:
        told["removed_by"] = {"purchase": message.removed_by_purchase}
    return told
