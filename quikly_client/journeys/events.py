"""Events, which count twice when they are sent twice, so that each is sent at most once.

Nobody can ask Braze whether an event arrived. When the outcome of the one try is unknown, the
event is not repeated, and the participation says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from quikly_client.braze import BrazeClient
from quikly_client.errors import BrazeUnavailable, NoAnswer, Refused, UnexpectedAnswer
from quikly_client.journeys.participation import Participation
from quikly_client.journeys.profile_writing import refusal


class Delivery(Enum):
    """What is known of an event that was to be sent."""

    TAKEN = auto()
    NOT_TAKEN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class SentEvent:
    """What came of an event; `says` continues a sentence about it, or is empty if all is well."""

    delivery: Delivery
    says: str = ""


def send_once(
    participation: Participation,
    braze: BrazeClient,
    event: Mapping[str, Any],
    attributes: Sequence[Mapping[str, Any]] = (),
) -> SentEvent:
    """Send an event, and before it in the same request what it needs on the profile.

    A rate limit and a key that is not taken are the worker's errors: the event did not go out and
    is sent later.

    Facts: events-are-never-deduplicated, server-error-outcome-unknown,
        order-within-a-track-request
    """
    if participation.in_flight:
        return SentEvent(Delivery.UNKNOWN, "was cut off in an earlier try and is not repeated")
    try:
        result = braze.track(attributes, [event])
    except (NoAnswer, BrazeUnavailable, UnexpectedAnswer) as error:
        return SentEvent(Delivery.UNKNOWN, f"has an unknown outcome and is not repeated: {error}")
    except Refused as error:
        if error.is_about_the_key:
            raise
        return SentEvent(Delivery.NOT_TAKEN, f"was not taken: {error}")
    if not result.errors:
        return SentEvent(Delivery.TAKEN)
    if not result.events_processed:
        return SentEvent(Delivery.NOT_TAKEN, f"was not taken: {refusal(result.errors)}")
    return SentEvent(Delivery.TAKEN, f"was taken, but {refusal(result.errors)}")
