from datetime import UTC, datetime, timedelta

import pytest

from quikly_client.errors import (
    AlreadyCredited,
    BadParticipants,
    BadSettings,
    BrazeError,
    BrazeUnavailable,
    NoAnswer,
    QuiklyError,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)

NOW = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Sat, 31 Jan 2026 18:00:20 GMT"}, 20),
        ({"Retry-After": "Sat, 31 Jan 2026 17:00:00 GMT"}, 0),
        ({"X-Ratelimit-Retry-After": "12"}, 12),
        ({"x-ratelimit-retry-after": "12"}, 12),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 42)}, 42),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 42)}, 0),
        ({"X-Ratelimit-Reset": "33"}, 33),
        ({"X-Ratelimit-Reset": "0"}, 0),
        ({"Retry-After": "5", "X-Ratelimit-Retry-After": "6", "X-Ratelimit-Reset": "7"}, 5),
        ({"Retry-After": "soon", "X-Ratelimit-Reset": "7"}, 7),
        ({"Retry-After": "-5", "X-Ratelimit-Reset": "7"}, 7),
    ],
)
def test_a_rate_limit_tells_its_wait_in_each_form_that_braze_uses(
    headers: dict[str, str], seconds: float
) -> None:
    assert RateLimited("POST /users/track", headers).wait(NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Ratelimit-Reset": ""},
        {"Retry-After": "soon"},
        {"Retry-After": "nan"},
        {"Retry-After": "1e300"},
        {"Retry-After": "90000"},
        {"X-Ratelimit-Reset": "1769882442000"},  # milliseconds
        {"X-Ratelimit-Reset": "1e300"},
        {"X-Ratelimit-Reset": "-1"},
        {"X-Ratelimit-Retry-After": "inf"},
    ],
)
def test_without_a_usable_header_the_wait_is_one_second(headers: dict[str, str]) -> None:
    assert RateLimited("POST /users/track", headers).wait(NOW) == timedelta(seconds=1)


def test_every_error_stands_where_the_tree_shows_it() -> None:
    for kind in (BadSettings, BadParticipants, AlreadyCredited, BrazeError):
        assert kind.__bases__ == (QuiklyError,)
    for kind in (NoAnswer, BrazeUnavailable, RateLimited, Refused, UnexpectedAnswer):
        assert kind.__bases__ == (BrazeError,)


def test_a_refusal_says_what_braze_said_about_each_object() -> None:
    refused = Refused("POST /users/track", 400, "Valid data must be provided", ["no id", "no name"])

    assert str(refused) == (
        "POST /users/track was refused with 400: Valid data must be provided (no id; no name)"
    )
