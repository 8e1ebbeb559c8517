"""Items of the alias, identify and delete endpoints: read one by one, bad ones told about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from mock_braze.domain.errors import Refusal
from mock_braze.domain.tracking.item_faults import BadItem, ItemError, ItemFault

MOST_ITEMS = 50
Read = TypeVar("Read")


def read_items(
    items: Sequence[Any],
    array: str,
    read: Callable[[Any], Read],
    errors: list[ItemError],
) -> list[Read]:
    """The good items; for each bad one an error is added, as of an array with this name.

    Facts: user-item-errors
    """
    good = []
    for index, item in enumerate(items):
        try:
            good.append(read(item))
        except BadItem as bad:
            errors.append(ItemError(bad.fault, array, index))
    return good


def check_count(items: Sequence[Any], refusal: type[Refusal]) -> None:
    """Raises:
    the refusal, when there are more items than one request may hold.
    """
    if len(items) > MOST_ITEMS:
        raise refusal


def members_of(item: Any) -> Mapping[str, Any]:
    """Raises:
    BadItem: it is no object.
    """
    if not isinstance(item, Mapping):
        raise BadItem(ItemFault.MISSING_MEMBER)
    return item


def required(value: Read | None) -> Read:
    """Raises:
    BadItem: nothing could be read.
    """
    if value is None:
        raise BadItem(ItemFault.MISSING_MEMBER)
    return value
