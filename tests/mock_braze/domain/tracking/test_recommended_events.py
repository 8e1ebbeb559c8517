from typing import Any

import pytest

from mock_braze.domain.tracking.object_faults import BadObject
from mock_braze.domain.tracking.recommended_events import SCHEMAS, check_recommended_event

VIEWED = {
    "product_id": "4111176",
    "product_name": "Torchie runners",
    "variant_id": "4111176700",
    "price": 85,
    "currency": "GBP",
    "source": "https://shop.example.com",
}
PRODUCT = {
    "product_id": "1",
    "product_name": "T-shirt",
    "variant_id": "2",
    "quantity": 2,
    "price": 9.5,
    "metadata": {"colour": "blue"},
}
TOTALS = {
    "total_value": 19,
    "currency": "USD",
    "products": [PRODUCT],
    "source": "shop",
}
GOOD: dict[str, dict[str, Any]] = {
    "ecommerce.product_viewed": {**VIEWED, "type": ["price_drop"], "metadata": {}},
    "ecommerce.cart_updated": {"cart_id": "c", **TOTALS, "tax": 1.5},
    "ecommerce.checkout_started": {"checkout_id": "c", **TOTALS, "cart_id": "c"},
    "ecommerce.order_placed": {"order_id": "o", **TOTALS, "discounts": [{"code": "X"}]},
    "ecommerce.order_refunded": {"order_id": "o", **TOTALS, "total_discounts": 0},
    "ecommerce.order_cancelled": {"order_id": "o", "cancel_reason": "changed mind", **TOTALS},
}


def breach(name: str, properties: dict[str, Any]) -> str:
    with pytest.raises(BadObject) as refused:
        check_recommended_event(name, properties)
    return refused.value.says


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_recommended_event_with_what_it_needs_is_taken(name: str) -> None:
    check_recommended_event(name, GOOD[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_needed_property_is_missed(name: str) -> None:
    """Facts: recommended-events-are-checked"""
    needed, _ = SCHEMAS[name]

    for missing in needed:
        rest = {each: value for each, value in GOOD[name].items() if each != missing}
        assert breach(name, rest) == (
            f"The property '#/' did not contain a required property of '{missing}'"
        )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"product_id": 4111176},
            "The property '#/product_id' of type integer did not match the following type: string",
        ),
        (
            {"price": "85"},
            "The property '#/price' of type string did not match the following type: number",
        ),
        (
            {"sku_abcd": 1},
            "The property '#/' contains additional properties [\"sku_abcd\"] outside of the schema "
            "when none are allowed",
        ),
        (
            {"type": "price_drop"},
            "The property '#/type' of type string did not match one or more of the following "
            "types: array, object",
        ),
        (
            {"price": None},
            "The property '#/price' of type null did not match the following type: number",
        ),
        (
            {"price": True},
            "The property '#/price' of type boolean did not match the following type: number",
        ),
        (
            {"metadata": []},
            "The property '#/metadata' of type array did not match the following type: object",
        ),
    ],
)
def test_a_breach_is_told_in_the_words_of_the_schema_library(
    changes: dict[str, Any], says: str
) -> None:
    """Facts: schema-breach-sentences"""
    assert breach("ecommerce.product_viewed", {**VIEWED, **changes}) == says


@pytest.mark.parametrize(
    ("product", "says"),
    [
        (5, "'#/products/1' of type integer did not match the following type: object"),
        (
            {**PRODUCT, "quantity": 1.5},
            "'#/products/1/quantity' of type number did not match the following type: integer",
        ),
        ({}, "'#/products/1' did not contain a required property of 'product_id'"),
    ],
)
def test_each_product_of_a_cart_is_checked_too(product: Any, says: str) -> None:
    """Facts: recommended-events-are-checked"""
    cart = {"cart_id": "c", **TOTALS, "products": [PRODUCT, product]}

    assert breach("ecommerce.cart_updated", cart) == f"The property {says}"


def test_any_other_event_may_hold_what_it_likes() -> None:
    check_recommended_event("ecommerce.browsed", {"anything": 1})
    check_recommended_event("won", {"product_id": 5})
