"""Custom events and purchases: what one may hold, as `/users/track` receives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.errors import BadObject, ObjectFault
from mock_braze.domain.identity import identifier_text
from mock_braze.domain.recommended_events import check_recommended_event

RESERVED_EVENT_PROPERTIES = frozenset({"time", "event_name"})
RESERVED_PURCHASE_PROPERTIES = frozenset(
    {"time", "product_id", "quantity", "event_name", "price", "currency"}
)
MOST_PURCHASES = 100


@dataclass(frozen=True, slots=True)
class CustomEvent:
    """Something a person did, under the customer's own name for it."""

    name: str
    time: datetime
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Purchase:
    """`quantity` purchases of one product at `price` each."""

    product_id: str
    time: datetime
    price: float
    quantity: int


def read_event(item: Mapping[str, Any], now: datetime) -> CustomEvent:
    """Raises:
        BadObject: no name or time, or a reserved name among the properties.

    Facts: event-object, future-times-become-now, recommended-events-are-checked
    """
    name, properties = item.get("name"), item.get("properties")
    if not isinstance(name, str) or not name:
        raise BadObject(ObjectFault.MISSING_FIELD)
    read = _properties(properties, RESERVED_EVENT_PROPERTIES)
    if name.startswith("ecommerce."):
        check_recommended_event(name, read)
    return CustomEvent(name, _time(item, now), read)


def read_purchase(item: Mapping[str, Any], now: datetime) -> Purchase:
    """Raises:
        BadObject: a required member is missing, the quantity is not 1 to 100, or a property
            has a reserved name.

    Facts: purchase-object, future-times-become-now
    """
    product_id, currency, price = (item.get(each) for each in ("product_id", "currency", "price"))
    quantity = item.get("quantity", 1)
    product = identifier_text(product_id)
    if not product or not isinstance(currency, str) or not currency or not _is_number(price):
        raise BadObject(ObjectFault.MISSING_FIELD)
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        raise BadObject(ObjectFault.BAD_QUANTITY)
    if not 1 <= quantity <= MOST_PURCHASES:
        raise BadObject(ObjectFault.BAD_QUANTITY)
    _properties(item.get("properties"), RESERVED_PURCHASE_PROPERTIES)
    return Purchase(product, _time(item, now), float(price or 0), quantity)


def _time(item: Mapping[str, Any], now: datetime) -> datetime:
    moment = read_time(item.get("time"))
    if moment is None:
        raise BadObject(ObjectFault.MISSING_FIELD)
    return min(moment, now)  # Braze: a future time becomes now (future-times-become-now)


def _properties(value: object, reserved: frozenset[str]) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not reserved.isdisjoint(value):
        raise BadObject(ObjectFault.RESERVED_PROPERTY)
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
