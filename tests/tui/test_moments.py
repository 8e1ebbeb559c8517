from datetime import UTC, datetime, timedelta

import pytest

from tui.widgets.moments import moment_in_words, span_in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (150, "2 min 30 s"),
        (300, "5 min"),
        (3605, "1 h"),
        (30 * 86_400 - 1, "29 d 23 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert span_in_words(timedelta(seconds=seconds)) == words


def test_a_moment_has_its_date_only_on_another_day() -> None:
    now = datetime(2026, 1, 5, 23, 59, tzinfo=UTC)

    assert moment_in_words(now + timedelta(seconds=30), now) == "23:59:30"
    assert moment_in_words(now + timedelta(seconds=90), now) == "01-06 00:00:30"
