"""The `messages` that a send brings itself, one object a channel, in Braze's form."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.errors import (
    AndroidPushTooLong,
    ApplePushTooLong,
    BadExtraPushPayload,
    BadSend,
    NoMessage,
    SlideupTooLong,
)
from mock_braze.domain.messages.message import (
    METHODS,
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
)
from mock_braze.domain.messages.send import ApiMessages

LONGEST_LIFE = timedelta(days=30)
LONGEST_SLIDEUP = 140  # characters
LONGEST_ALERT = {"apple_push": 1912, "android_push": 4000}  # bytes
PUSH = (
    "apple_push", "android_push", "kindle_push", "web_push", "windows_phone8_push",
    "windows_universal_push",
)  # fmt: skip
CARD_TYPES = ("CLASSIC", "CAPTIONED_IMAGE", "BANNER")
SLIDEUP = "in_app_message"


def read_messages(told: object, recipient_state: str, now: datetime) -> ApiMessages:
    """The messages of a request.

    Raises:
        NoMessage: there is none.
        BadSend: one lacks what it needs, or holds what it cannot.
        BadExtraPushPayload, ApplePushTooLong, AndroidPushTooLong, SlideupTooLong: see there.

    Facts: messages-by-channel, no-message-to-send
    """
    objects = {
        name: value
        for name, value in (told.items() if isinstance(told, Mapping) else ())
        if (name in READERS or name in PUSH or name == SLIDEUP) and value is not None
    }
    if not objects:
        raise NoMessage
    if not all(isinstance(each, Mapping) for each in objects.values()):
        raise BadSend
    for name in (*PUSH, SLIDEUP):
        if name in objects:
            _check_push(name, objects[name])
    messages = tuple(READERS[name](objects[name], now) for name in READERS if name in objects)
    push = tuple(name for name in (*PUSH, SLIDEUP) if name in objects)
    return ApiMessages(messages, push, recipient_state)


def _check_push(channel: str, told: Mapping[str, Any]) -> None:
    """Facts: push-refusals"""
    extra = told.get("extra")
    if channel in LONGEST_ALERT and extra is not None and not isinstance(extra, Mapping):
        raise BadExtraPushPayload
    alert = told.get("message" if channel == SLIDEUP else "alert")
    alert = alert if isinstance(alert, str) else ""
    if channel == SLIDEUP and len(alert) > LONGEST_SLIDEUP:
        raise SlideupTooLong
    if len(alert.encode(errors="replace")) > LONGEST_ALERT.get(channel, len(alert) * 4):
        raise ApplePushTooLong if channel == "apple_push" else AndroidPushTooLong


def _sms(told: Mapping[str, Any], _: datetime) -> Message:
    return SmsMessage(_text(told, "subscription_group_id"), _text(told, "body"))


def _email(told: Mapping[str, Any], _: datetime) -> Message:
    """The content of a template is not known here, so that one by a template may be empty."""
    body = _text(told, "body", "" if told.get("email_template_id") else None)
    return EmailMessage(_text(told, "from"), _text(told, "subject", ""), body)


def _webhook(told: Mapping[str, Any], _: datetime) -> Message:
    method, headers, body = (
        told.get("request_method"), told.get("request_headers"), told.get("body"),
    )  # fmt: skip
    if method not in METHODS:
        raise BadSend
    if isinstance(body, Mapping):
        body = json.dumps(body, ensure_ascii=False)
    if not isinstance(body, str | None) or not isinstance(headers, Mapping | None):
        raise BadSend
    named = tuple((name, str(value)) for name, value in (headers or {}).items())
    return WebhookMessage(_text(told, "url"), method, named, raw_text=body or "")


def _content_card(told: Mapping[str, Any], now: datetime) -> Message:
    """Facts: content-card-object"""
    if told.get("type") not in CARD_TYPES:
        raise BadSend
    links = (_text(told, f"{each}_uri", "") for each in ("web", "ios", "android"))
    life, end = _life(told, now)
    return ContentCardMessage(
        _text(told, "title"),
        _text(told, "description"),
        next(filter(None, links), ""),
        _text(told, "image_url", ""),
        expires_after=life,
        expires_at=end,
    )


def _life(told: Mapping[str, Any], now: datetime) -> tuple[timedelta | None, datetime | None]:
    """How long a card lives, or until when."""
    seconds, end = told.get("time_to_live"), read_time(told.get("expire_at"))
    if isinstance(seconds, int) and not isinstance(seconds, bool):
        if not 0 < seconds <= LONGEST_LIFE.total_seconds():
            raise BadSend
        return timedelta(seconds=seconds), None
    if end is None or end - now > LONGEST_LIFE:
        raise BadSend
    return None, end


READERS: Mapping[str, Callable[[Mapping[str, Any], datetime], Message]] = {
    "email": _email,
    "sms": _sms,
    "webhook": _webhook,
    "content_card": _content_card,
}


def _text(told: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text, which must be there unless there is a default."""
    value = told.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not (value or default is not None):
        raise BadSend
    return value
