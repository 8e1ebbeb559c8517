from datetime import UTC, datetime, timedelta

from worlds import a_purchase, a_workspace, advance, an_event, track

from mock_braze.domain.tracking.registry import Registry, by_hour, series

NOON = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_names_are_seen_when_writes_become_readable() -> None:
    workspace = a_workspace()
    registry = workspace.state.registry

    track(
        workspace,
        {"external_id": "a"},
        events=[an_event("won", external_id="a")],
        purchases=[a_purchase(external_id="a", quantity=2), a_purchase(external_id="a")],
    )
    assert registry == Registry()
    advance(workspace, 2)

    assert registry.products == {"p-1": 3}
    assert registry.events == {
        "won": {int(datetime(2026, 1, 5, 8, tzinfo=UTC).timestamp()) // 3600: 1}
    }


def test_a_series_counts_by_hour_or_day_up_to_its_end() -> None:
    """Facts: events-data-series"""
    hours = by_hour([NOON, NOON - 2 * HOUR, NOON - 2 * HOUR, NOON - DAY, NOON + DAY])

    by_the_hour = series(hours, NOON, 3, HOUR)
    by_the_day = series(hours, NOON, 2, DAY)

    noon, midnight = NOON.replace(minute=0), NOON.replace(hour=0, minute=0)
    assert by_the_hour == [(noon - 2 * HOUR, 2), (noon - HOUR, 0), (noon, 1)]
    assert by_the_day == [(midnight - DAY, 1), (midnight, 3)]
