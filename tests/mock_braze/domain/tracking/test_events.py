import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from worlds import START, a_purchase, an_event, profile, track, tracked

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.tracking.events import Purchase, read_event, read_purchase
from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.workspace import Workspace

EARLIER = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_an_event_is_its_name_time_and_properties() -> None:
    """Facts: event-object"""
    event = read_event(an_event("won", properties={"tier": 1}), START, Dials())

    assert (event.name, event.time, event.properties) == ("won", EARLIER, {"tier": 1})


def test_a_purchase_counts_once_unless_it_says_otherwise() -> None:
    """Facts: purchase-object, purchase-quantity, integer-product-ids"""
    assert read_purchase(a_purchase(), START, Dials()) == Purchase("p-1", EARLIER, 2.5, 1)
    assert read_purchase(a_purchase(quantity=100), START, Dials()).quantity == 100
    assert read_purchase(a_purchase(product_id=7), START, Dials()).product_id == "7"
    assert read_purchase(a_purchase(price=0), START, Dials()).price == 0.0
    assert (
        read_purchase(a_purchase(currency="eur", product_id="p" * 255), START, Dials()).quantity
        == 1
    )


def test_a_future_time_becomes_now() -> None:
    """Facts: future-times-become-now"""
    later = {"time": "2027-01-01"}

    assert read_event(an_event(**later), START, Dials()).time == START
    assert read_purchase(a_purchase(**later), START, Dials()).time == START


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": None}, ObjectFault.MISSING_FIELD),
        ({"name": ""}, ObjectFault.MISSING_FIELD),
        ({"name": 5}, ObjectFault.MISSING_FIELD),
        ({"name": "n" * 256}, ObjectFault.MISSING_FIELD),
        ({"name": "$won"}, ObjectFault.MISSING_FIELD),
        ({"time": None}, ObjectFault.MISSING_FIELD),
        ({"time": "soon"}, ObjectFault.MISSING_FIELD),
        ({"properties": {"time": 1}}, ObjectFault.RESERVED_PROPERTY),
        ({"properties": {"event_name": 1}}, ObjectFault.RESERVED_PROPERTY),
        ({"properties": []}, ObjectFault.RESERVED_PROPERTY),
    ],
)
def test_an_event_that_lacks_or_misuses_a_member_is_refused(
    changes: dict[str, Any], fault: ObjectFault
) -> None:
    """Facts: event-object, reserved-properties, name-limits"""
    with pytest.raises(BadObject) as refused:
        read_event(an_event(**changes), START, Dials())

    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        *(
            ({name: None}, ObjectFault.MISSING_FIELD)
            for name in ("product_id", "currency", "price", "time")
        ),
        ({"product_id": ""}, ObjectFault.MISSING_FIELD),
        ({"price": "2.5"}, ObjectFault.MISSING_FIELD),
        ({"price": True}, ObjectFault.MISSING_FIELD),
        ({"currency": 5}, ObjectFault.MISSING_FIELD),
        ({"currency": "ABC"}, ObjectFault.MISSING_FIELD),
        ({"currency": "dollar"}, ObjectFault.MISSING_FIELD),
        ({"product_id": "p" * 256}, ObjectFault.MISSING_FIELD),
        *(
            ({"quantity": quantity}, ObjectFault.BAD_QUANTITY)
            for quantity in (0, -1, 101, 1.0, "1", True, None)
        ),
        *(
            ({"properties": {name: 1}}, ObjectFault.RESERVED_PROPERTY)
            for name in ("time", "product_id", "quantity", "event_name", "price", "currency")
        ),
    ],
)
def test_a_purchase_that_lacks_or_misuses_a_member_is_refused(
    changes: dict[str, Any], fault: ObjectFault
) -> None:
    """Facts: purchase-object, purchase-quantity, purchase-currency, product-id-limit"""
    with pytest.raises(BadObject) as refused:
        read_purchase(a_purchase(**changes), START, Dials())

    assert refused.value.fault is fault


def test_identical_events_and_purchases_count_each_time(workspace: Workspace) -> None:
    """Facts: events-are-never-deduplicated"""
    event = an_event("won", external_id="q-1")
    purchase = a_purchase(external_id="q-1", quantity=2)

    for _ in range(2):
        track(workspace, events=[event, event], purchases=[purchase])
    tracked(workspace, events=[an_event("won", external_id="q-1", time="2026-01-04")])

    found = profile(workspace, "q-1")
    won = found.custom_events["won"]
    assert (won.count, won.first, won.last) == (5, datetime(2026, 1, 4, tzinfo=UTC), EARLIER)
    assert found.purchases["p-1"].count == 4
    assert found.total_revenue == 10.0


def test_revenue_beyond_all_numbers_stays_a_number(workspace: Workspace) -> None:
    tracked(workspace, purchases=[a_purchase(external_id="q-1", price=1e308, quantity=100)])
    tracked(workspace, purchases=[a_purchase(external_id="q-2", price=-1e308, quantity=100)])

    assert profile(workspace, "q-1").total_revenue == sys.float_info.max
    assert profile(workspace, "q-2").total_revenue == -sys.float_info.max
