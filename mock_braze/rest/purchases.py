"""`/purchases/product_list`: what has been bought."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies, queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

PAGE = 250


@operation(
    "GET",
    "/purchases/product_list",
    permission="purchases.product_list",
    family=rate_limits.EVENT_NAMES,
)
def list_products(call: Call) -> Reply:
    """Product IDs, as many a page as events.

    Facts: product-list, pages-end-with-an-empty-one
    """
    # Inferred: order and size of a page are those of the list of events (product-list)
    products = sorted(call.workspace.state.registry.products)
    return bodies.read({"products": queries.page_of(call, products, PAGE)})
