from datetime import UTC, datetime, timedelta, timezone

import pytest
from worlds import START

from mock_braze.domain import clock as clock_module
from mock_braze.domain.clock import ManualClock, ScaledClock, SystemClock


def test_a_manual_clock_stands_still_until_it_is_told_to_move() -> None:
    clock = ManualClock(START)

    before = clock.now()
    clock.advance(timedelta(minutes=2))

    assert (before, clock.now()) == (START, START + timedelta(minutes=2))


def test_a_start_in_another_zone_is_told_in_utc() -> None:
    in_paris = START.astimezone(timezone(timedelta(hours=1)))

    assert ManualClock(in_paris).now().isoformat() == "2026-01-05T09:00:00+00:00"
    assert ScaledClock(1, in_paris).now().tzinfo is UTC


def test_a_scaled_clock_multiplies_what_passes_and_can_be_moved_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([100.0, 100.2, 100.2])  # of this machine, when made and at each reading
    monkeypatch.setattr(clock_module.time, "monotonic", lambda: next(moments))
    clock = ScaledClock(600, START)

    read = clock.now()
    clock.advance(timedelta(seconds=30))

    assert read - START == pytest.approx(timedelta(seconds=120), abs=timedelta(milliseconds=1))
    assert clock.now() - read == timedelta(seconds=30)


def test_the_system_clock_tells_aware_utc_time() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert now > datetime(2025, 1, 1, tzinfo=UTC)
