"""Custom events and purchases: what one may hold, as `/users/track` receives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.tracking.event_properties import read_properties
from mock_braze.domain.tracking.iso_codes import CURRENCIES
from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.tracking.recommended_events import check_recommended_event
from mock_braze.domain.users.identity import identifier_text

RESERVED_EVENT_PROPERTIES = frozenset({"time", "event_name"})
RESERVED_PURCHASE_PROPERTIES = frozenset(
    {"time", "product_id", "quantity", "event_name", "price", "currency"}
)
MOST_PURCHASES = 100
NAME_LENGTH = 255
# Braze: 100 KB for events since 2026, before that 50 KB (property-size-limit)
EVENT_PROPERTIES_BYTES = {"100_kb": 100 * 1024, "50_kb": 50 * 1024}
PURCHASE_PROPERTIES_BYTES = 50 * 1024


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


def read_event(item: Mapping[str, Any], now: datetime, dials: Dials) -> CustomEvent:
    """A custom event, with the properties that may be kept.

    Raises:
        BadObject: no name or time, bad properties, or a recommended event unlike its schema.

    Facts: event-object, future-times-become-now, recommended-events-are-checked, name-limits
    """
    name, sent = item.get("name"), item.get("properties")
    # Inferred: a name that cannot be is answered like a missing one (name-limits)
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH or name[0] == "$":
        raise BadObject(ObjectFault.MISSING_FIELD)
    properties = read_properties(
        sent,
        reserved=RESERVED_EVENT_PROPERTIES,
        largest=EVENT_PROPERTIES_BYTES[dials.event_properties],
        refuses=dials.bad_property == "refused",
    )
    if name.startswith("ecommerce."):
        check_recommended_event(name, sent or {})
    return CustomEvent(name, _time(item, now), properties)


def read_purchase(item: Mapping[str, Any], now: datetime, dials: Dials) -> Purchase:
    """A purchase, once its properties are checked.

    Raises:
        BadObject: a required member is missing, the quantity is not 1 to 100, or a property
            has a reserved name.

    Facts: purchase-object, purchase-currency, product-id-limit, purchase-quantity,
        future-times-become-now
    """
    price, quantity = item.get("price"), item.get("quantity", 1)
    product = identifier_text(item.get("product_id"))
    if not 0 < len(product) <= NAME_LENGTH or not _is_number(price):
        raise BadObject(ObjectFault.MISSING_FIELD)
    # Inferred: a currency that is none is answered like a missing one (purchase-currency)
    currency = item.get("currency")
    if not isinstance(currency, str) or currency.upper() not in CURRENCIES:
        raise BadObject(ObjectFault.MISSING_FIELD)
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        raise BadObject(ObjectFault.BAD_QUANTITY)
    if not 1 <= quantity <= MOST_PURCHASES:
        raise BadObject(ObjectFault.BAD_QUANTITY)
    read_properties(
        item.get("properties"),
        reserved=RESERVED_PURCHASE_PROPERTIES,
        largest=PURCHASE_PROPERTIES_BYTES,
        refuses=dials.bad_property == "refused",
    )
    return Purchase(product, _time(item, now), float(price or 0), quantity)


def _time(item: Mapping[str, Any], now: datetime) -> datetime:
    moment = read_time(item.get("time"))
    if moment is None:
        raise BadObject(ObjectFault.MISSING_FIELD)
    return min(moment, now)  # Braze: a future time becomes now (future-times-become-now)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
