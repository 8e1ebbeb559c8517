"""The properties of a custom event or a purchase."""

from collections.abc import Mapping
from typing import Any

from mock_braze.domain.tracking.nested_objects import NESTED_LEVELS, is_shallow
from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.tracking.sizes import bytes_of

MOST_PROPERTIES = 256
NAME_LENGTH = 255
STRING_LENGTH = 255


def read_properties(
    value: object, *, reserved: frozenset[str], largest: int, refuses: bool
) -> Mapping[str, Any]:
    """The properties that are kept, of at most `largest` bytes.

    What breaks a limit is dropped unsaid, or refused with its object if `refuses` says so.

    Raises:
        BadObject: no object, a reserved name, or a broken limit that is refused.

    Facts: reserved-properties, property-count-limit, property-rules, property-size-limit,
        bad-property-is-dropped
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not reserved.isdisjoint(value):
        raise BadObject(ObjectFault.RESERVED_PROPERTY)
    if not value:
        return value
    kept = dict(list(value.items())[:MOST_PROPERTIES])
    good = {name: each for name, each in kept.items() if _is_name(name) and _is_value(each)}
    fits = bytes_of(good) <= largest
    if refuses and (len(good) < len(kept) or not fits):
        raise BadObject(ObjectFault.RESERVED_PROPERTY)
    return good if fits else {}


def _is_name(name: str) -> bool:
    return 0 < len(name) <= NAME_LENGTH and name[0] != "$"


def _is_value(value: object) -> bool:
    """Numbers, booleans, lists and objects of any content, and texts that are not too long."""
    if isinstance(value, str):
        return len(value) <= STRING_LENGTH
    return value is not None and is_shallow(value, NESTED_LEVELS)
