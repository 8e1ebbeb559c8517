from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_braze.domain.dates import read_time, write_time


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-05T09:30:00Z", datetime(2026, 1, 5, 9, 30)),
        ("2026-01-05T09:30:00.250Z", datetime(2026, 1, 5, 9, 30, 0, 250_000)),
        ("2026-01-05T09:30:00+01:00", datetime(2026, 1, 5, 8, 30)),
        ("2019-02-15 00:00:00 -0500", datetime(2019, 2, 15, 5)),
        ("2026-01-05T09:30:00:250Z", datetime(2026, 1, 5, 9, 30, 0, 250_000)),
        ("2026-01-05T09:30:00:250+0100", datetime(2026, 1, 5, 8, 30, 0, 250_000)),
        ("2026-01-05T09:30:00", datetime(2026, 1, 5, 9, 30)),
        ("2026-01-05 09:30:00", datetime(2026, 1, 5, 9, 30)),
        ("2026-01-05", datetime(2026, 1, 5)),
        ("01/05/2026", datetime(2026, 1, 5)),
        ("12/1/2021", datetime(2021, 12, 1)),
        ("12-1-2021", datetime(2021, 12, 1)),
        ("Mon 01 05 09:30:00.+0000 2026", datetime(2026, 1, 5, 9, 30)),
    ],
)
def test_each_accepted_date_form_is_read_as_a_moment_in_utc(text: str, meant: datetime) -> None:
    """Facts: accepted-date-forms"""
    assert read_time(text) == meant.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "junk",
    ["", "soon", "2026-13-01", "13/01/2026", "2026-01-05T25:00:00Z", 5, 5.0, None, True, [], {}],
)
def test_what_is_no_date_reads_as_nothing(junk: object) -> None:
    assert read_time(junk) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_outside_the_calendar_in_utc_reads_as_nothing(text: str) -> None:
    assert read_time(text) is None


@given(st.one_of(st.text(), st.text("0123456789-:/.TZ+ W", max_size=40), st.from_type(object)))
def test_junk_never_raises(junk: object) -> None:
    moment = read_time(junk)

    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_written_time_is_read_back_to_the_millisecond(moment: datetime) -> None:
    to_the_millisecond = moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    assert read_time(write_time(moment)) == to_the_millisecond


def test_times_are_written_with_four_digits_for_the_year_and_three_for_the_milliseconds() -> None:
    recorded = datetime(2020, 6, 17, 20, 1, 33, 385_999, tzinfo=UTC)

    assert write_time(recorded) == "2020-06-17T20:01:33.385Z"
    assert write_time(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00.000Z"
