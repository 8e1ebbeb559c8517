"""Braze's recommended events for shops: their properties are checked against a schema.

The sentences are those of the JSON Schema library that Braze uses.
"""

import json
from collections.abc import Mapping
from typing import Any

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault

# A type is one of JSON Schema's; two of them are joined by a bar, and `products` is a list of
# the objects below.
_Schema = Mapping[str, str]

_PRODUCT: _Schema = {
    "product_id": "string",
    "product_name": "string",
    "variant_id": "string",
    "quantity": "integer",
    "price": "number",
}
_PRODUCT_OPTIONAL: _Schema = {
    "image_url": "string",
    "product_url": "string",
    "metadata": "object",
}
_TOTALS: _Schema = {
    "total_value": "number",
    "currency": "string",
    "products": "products",
    "source": "string",
}
_CHARGES: _Schema = {
    "subtotal_value": "number",
    "tax": "number",
    "shipping": "number",
    "metadata": "object",
}
_DISCOUNTS: _Schema = {"total_discounts": "number", "discounts": "array"}

# Each event with the properties it needs and those it may have.
SCHEMAS: Mapping[str, tuple[_Schema, _Schema]] = {
    "ecommerce.product_viewed": (
        {
            "product_id": "string",
            "product_name": "string",
            "variant_id": "string",
            "price": "number",
            "currency": "string",
            "source": "string",
        },
        {**_PRODUCT_OPTIONAL, "type": "array|object"},
    ),
    "ecommerce.cart_updated": (
        {"cart_id": "string", **_TOTALS},
        {"action": "string", **_CHARGES},
    ),
    "ecommerce.checkout_started": (
        {"checkout_id": "string", **_TOTALS},
        {"cart_id": "string", **_CHARGES},
    ),
    "ecommerce.order_placed": (
        {"order_id": "string", **_TOTALS},
        {"cart_id": "string", **_CHARGES, **_DISCOUNTS},
    ),
    "ecommerce.order_refunded": (
        {"order_id": "string", **_TOTALS},
        {"metadata": "object", **_DISCOUNTS},
    ),
    "ecommerce.order_cancelled": (
        {"order_id": "string", "cancel_reason": "string", **_TOTALS},
        {**_CHARGES, **_DISCOUNTS},
    ),
}


def check_recommended_event(name: str, properties: Mapping[str, Any]) -> None:
    """Refuse a recommended event whose properties breach their schema; the first breach is told.

    Raises:
        BadObject: with the sentence about that breach.

    Facts: recommended-events-are-checked, schema-breach-sentences
    """
    schema = SCHEMAS.get(name)
    if schema is not None:
        _check(properties, *schema, path="#/")


def _check(value: Mapping[str, Any], needed: _Schema, optional: _Schema, path: str) -> None:
    for name in needed:
        if name not in value:
            raise _breach(path, f"did not contain a required property of '{name}'")
    known = {**needed, **optional}
    for name, kind in known.items():
        if name in value:
            _check_type(value[name], kind, f"{path.rstrip('/')}/{name}")
    unknown = [name for name in value if name not in known]
    if unknown:
        listed = json.dumps(unknown, ensure_ascii=False)
        says = f"contains additional properties {listed} outside of the schema"
        raise _breach(path, f"{says} when none are allowed")


def _check_type(value: Any, kind: str, path: str) -> None:
    wanted = "array" if kind == "products" else kind
    sent = _type_name(value)
    if sent not in wanted.split("|") and not (wanted == "number" and sent == "integer"):
        choices = wanted.split("|")
        what = "the following type" if len(choices) == 1 else "one or more of the following types"
        raise _breach(path, f"of type {sent} did not match {what}: {', '.join(choices)}")
    if kind == "products":
        for index, product in enumerate(value):
            _check_type(product, "object", f"{path}/{index}")
            _check(product, _PRODUCT, _PRODUCT_OPTIONAL, f"{path}/{index}")


def _type_name(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _breach(path: str, says: str) -> BadObject:
    return BadObject(ObjectFault.BAD_RECOMMENDED_EVENT, f"The property '{path}' {says}")
