from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.braze import EXPORT, STATUS_GET, STATUS_SET, TRACK
from quikly_client.rate_headers import pause_when_used_up
from quikly_client.rate_limits import USUAL_LIMITS, RateLimit, RateLimits

NOW = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THREE_IN_TEN_SECONDS = {"/a": RateLimit(3, 10 * SECOND)}


def in_epoch(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def test_the_limits_stay_below_those_of_braze() -> None:
    """Facts: rate-limit-figures, export-limit-with-few-fields, rate-of-status-set"""
    ours = {name: (limit.calls, limit.span / SECOND) for name, limit in USUAL_LIMITS.items()}

    assert ours == {
        TRACK: (2_700, 3),
        EXPORT: (36, 1),
        STATUS_SET: (4_500, 60),
        STATUS_GET: (225_000, 3_600),
    }


def test_an_endpoint_closes_when_its_calls_are_used_up_and_opens_as_the_oldest_fall_away() -> None:
    limits = RateLimits(THREE_IN_TEN_SECONDS)

    for second in (0, 2, 4):
        assert limits.is_open("/a", NOW + second * SECOND)
        limits.called("/a", NOW + second * SECOND)

    assert limits.opens("/a") == NOW + 10 * SECOND
    assert not limits.is_open("/a", NOW + 9 * SECOND)
    limits.called("/a", NOW + 10 * SECOND)
    assert limits.opens("/a") == NOW + 12 * SECOND


@given(gaps=st.lists(st.integers(0, 7), max_size=60), start=st.integers(0, 9))
def test_who_calls_only_while_it_is_open_keeps_to_the_limit_in_every_span(
    gaps: list[int], start: int
) -> None:
    limits = RateLimits(THREE_IN_TEN_SECONDS)
    now, calls = NOW + start * SECOND, []
    for gap in gaps:
        now = max(now + gap * SECOND, limits.opens("/a") or now)
        limits.called("/a", now)
        calls.append(now)

    for first, fourth in zip(calls, calls[3:], strict=False):
        assert fourth - first >= 10 * SECOND
    assert all(earlier <= later for earlier, later in pairwise(calls))


def test_an_endpoint_without_a_limit_is_open_until_it_is_closed() -> None:
    limits = RateLimits({})
    limits.called("/a", NOW)
    assert limits.opens("/a") is None

    limits.close("/a", NOW + 5 * SECOND)
    limits.close("/a", NOW + 3 * SECOND)

    assert limits.opens("/a") == NOW + 5 * SECOND
    assert limits.is_open("/a", NOW + 5 * SECOND)


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": in_epoch(NOW + 40 * SECOND)}, 40),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2"}, 2),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": in_epoch(NOW + 40 * SECOND)}, None),
        ({"x-ratelimit-remaining": "", "x-ratelimit-reset": ""}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-remaining": "none", "x-ratelimit-reset": "5"}, None),
        ({}, None),
    ],
)
def test_an_answer_that_used_up_the_limit_closes_the_endpoint_until_the_reset(
    headers: dict[str, str], opens: int | None
) -> None:
    """Facts: rate-headers-on-every-answer, rate-limit-reset-two-meanings"""
    limits = RateLimits(THREE_IN_TEN_SECONDS)

    limits.heard("/a", headers, NOW)

    assert limits.opens("/a") == (None if opens is None else NOW + opens * SECOND)


def test_a_reset_that_lies_behind_is_no_pause() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": in_epoch(NOW - SECOND)}

    assert pause_when_used_up(headers, NOW) == timedelta(0)
