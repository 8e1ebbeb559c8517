"""The catalogue of what is wrong with single items of the alias, identify and delete endpoints."""

from dataclasses import dataclass
from enum import Enum


class ItemFault(Enum):
    """Why one item of such a request is refused while the others go on; the value is its `type`.

    Facts: user-item-errors, identify-both-recencies
    """

    # Inferred: but for the last, no wording is known (user-item-errors)
    MISSING_MEMBER = "a required field is missing or not valid"
    UNKNOWN_EXTERNAL_ID = "no user has this 'external_id'"
    BAD_PRIORITIZATION = "'prioritization' is missing or not valid"
    BOTH_KINDS = (
        "Request can not contain both of 'identified' and 'unidentified' values in the"
        " 'prioritization' array"
    )
    BOTH_RECENCIES = (
        "Request can not contain both of 'most_recently_updated' and 'least_recently_updated'"
        " values in the 'prioritization' array"
    )


class BadItem(Exception):
    """Raised while one item is read."""

    def __init__(self, fault: ItemFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ItemError:
    """A refused item: `index` counts within its own array, from 0.

    Facts: user-item-errors
    """

    fault: ItemFault
    input_array: str
    index: int
