"""Messages are read from JSON, written back the same, and refused with every problem at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import EMAIL_GROUP, SMS_GROUP, a_workspace

from mock_braze.domain.messages.message import (
    CardCreation,
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
    channel_of,
)
from mock_braze.domain.messages.reading import read_message, written_message

SHORT = "line 1, column 1, at {{${email_address}}: a closing brace is missing; "
SHORT += "did you mean {{${email_address}}}"
SMS = {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi {{${first_name}}}"}
WEBHOOK = {"channel": "webhook", "url": "https://example.com", "pairs": {"a": "b"}}
CARD = {"channel": "content_card", "title": "Level 2", "message": "Well done"}


def read(value: Any, **dials: Any) -> Message | list[str]:
    return read_message(value, "message", a_workspace(**dials).state)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (SMS, SmsMessage(SMS_GROUP, "Hi {{${first_name}}}")),
        (
            {**SMS, "name": "Variant 1"},
            SmsMessage(SMS_GROUP, "Hi {{${first_name}}}", "Variant 1"),
        ),
        (
            {"channel": "email", "from": "a@b.com", "subject": "Hi", "body": "You"},
            EmailMessage("a@b.com", "Hi", "You"),
        ),
        (
            {**WEBHOOK, "method": "PUT", "headers": {"A": "b"}},
            WebhookMessage("https://example.com", "PUT", (("A", "b"),), (("a", "b"),)),
        ),
        (
            {"channel": "webhook", "url": "https://a.b", "method": "POST", "headers": {},
             "raw_text": "x"},
            WebhookMessage("https://a.b", raw_text="x"),
        ),
        (
            {**CARD, "url": "https://a.b", "image_url": "https://c.d", "made": "first_impression",
             "expires_after_seconds": 60.0, "removed_by": {"purchase": "*"}},
            ContentCardMessage(
                "Level 2", "Well done", "https://a.b", "https://c.d",
                CardCreation.FIRST_IMPRESSION, timedelta(minutes=1), None, "*",
            ),
        ),
        (
            {**CARD, "made": "launch", "removed_by": {"custom_event": "won"}},
            ContentCardMessage("Level 2", "Well done", removed_by_event="won"),
        ),
    ],
    ids=lambda each: channel_of(each) if not isinstance(each, dict) else "",
)  # fmt: skip
def test_a_message_is_read_and_written_back(told: dict[str, Any], message: Message) -> None:
    """Facts: content-card-removal"""
    assert read(told) == message
    assert written_message(message) == told


def test_what_is_left_out_has_a_default() -> None:
    assert read({"channel": "webhook", "url": "https://a.b", "name": None}) == WebhookMessage(
        "https://a.b"
    )
    assert read(CARD) == ContentCardMessage("Level 2", "Well done", made=CardCreation.LAUNCH)


CHANNELS = "sms, webhook, email, content_card"


@pytest.mark.parametrize(
    ("told", "problems"),
    [
        (None, ["'message' must be an object, not null"]),
        ({}, [f"'message.channel' must be one of {CHANNELS}, not null"]),
        ({"channel": ["sms"]}, [f"'message.channel' must be one of {CHANNELS}, not [\"sms\"]"]),
        (
            {"channel": "sms", "text": "Hi", "body": 5},
            [
                "there is no member 'message.text'; there are channel, name, "
                "subscription_group_id, body",
                "'message.subscription_group_id' is missing",
                "'message.body' must be text, not 5",
            ],
        ),
        (
            {**SMS, "subscription_group_id": EMAIL_GROUP, "body": "{{${email_address}}"},
            [
                f"'message.body' is no Liquid: {SHORT}",
                "'message.subscription_group_id': there is no SMS subscription group "
                f"{EMAIL_GROUP!r}",
            ],
        ),
        (
            {**WEBHOOK, "raw_text": "", "method": "PATCH", "headers": {"a": 1}},
            [
                "give 'message.pairs' or 'message.raw_text', not both",
                "'message.method' must be one of POST, GET, PUT, DELETE, not 'PATCH'",
                "'message.headers.a' must be text, not 1",
            ],
        ),
        (
            {"channel": "webhook", "url": "ftp://a", "pairs": {"e": "{{${email_address}}"}},
            [
                "'message.url' must be a whole one, with http or https and a host, not 'ftp://a'",
                f"'message.pairs.e' is no Liquid: {SHORT}",
            ],
        ),
        (
            {**CARD, "made": "soon", "expires_after_seconds": 0, "removed_by": {}},
            [
                "'message.made' must be one of launch, first_impression, not 'soon'",
                "'message.removed_by' must have one of custom_event, purchase, as text",
                "'message.expires_after_seconds' must be seconds, more than 0 and at most "
                "3153600000, not 0",
            ],
        ),
        (
            {**CARD, "removed_by": {"purchase": 5}},
            ["'message.removed_by' must hold the name of an event or product, or '*'"],
        ),
    ],
)
def test_every_problem_is_told_at_once_with_its_place(told: Any, problems: list[str]) -> None:
    """Facts: unparsable-template"""
    assert read(told) == problems


def test_what_is_no_liquid_may_be_let_through() -> None:
    """Facts: unparsable-template"""
    body = "{{${email_address}}"

    assert read({**SMS, "body": body}, unparsable_template="raw_text") == SmsMessage(
        SMS_GROUP, body
    )


NAMES = st.sampled_from(
    ["name", "subscription_group_id", "body", "url", "method", "headers", "pairs", "raw_text",
     "from", "subject", "title", "message", "image_url", "made", "expires_after_seconds",
     "removed_by"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=6,
)


@given(st.sampled_from([SMS, WEBHOOK, CARD, {"channel": "email"}]), st.dictionaries(NAMES, VALUES))
def test_any_value_may_be_in_any_member(good: dict[str, Any], changes: dict[str, Any]) -> None:
    message = read({**good, **changes})

    if isinstance(message, list):
        assert message
        assert all(isinstance(each, str) for each in message)
    else:
        assert read(written_message(message)) == message
