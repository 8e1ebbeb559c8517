"""What of a claim is written back to Braze, as the activation's file says."""

from collections.abc import Mapping
from datetime import UTC
from typing import TypedDict

from quikly_client.activations.activation import Activation, Detail
from quikly_client.activations.claims import Claim

Value = str | int


class CascadeEvent(TypedDict):
    """A custom event without its owner."""

    name: str
    time: str
    properties: dict[str, Value]


class Cascade(TypedDict):
    """Custom attributes and custom events, each without the profile that they are for."""

    attributes: dict[str, Value]
    events: list[CascadeEvent]


def cascade_of(activation: Activation, claim: Claim) -> Cascade:
    """What to tell Braze of a claim.

    An attribute for which the claim has no value is left out, and only winners have events.

    Facts: outcomes-cascade
    """
    details = _details(activation, claim)
    terms = activation.cascade
    events = terms.events if claim.tier is not None else ()
    return {
        "attributes": _chosen(terms.attributes, details),
        "events": [
            {
                "name": event.name,
                "time": _moment(claim),
                "properties": _chosen(event.properties, details),
            }
            for event in events
        ],
    }


def _chosen(wanted: Mapping[str, Detail], details: Mapping[Detail, Value]) -> dict[str, Value]:
    return {name: details[detail] for name, detail in wanted.items() if detail in details}


def _details(activation: Activation, claim: Claim) -> dict[Detail, Value]:
    details: dict[Detail, Value] = {
        Detail.ACTIVATION: activation.name,
        Detail.OUTCOME: claim.outcome.value,
        Detail.CLAIMED_AT: _moment(claim),
    }
    if claim.tier is not None:
        level = claim.tier.level
        details[Detail.LEVEL] = claim.tier.rank if level is None else level
        details[Detail.INCENTIVE] = claim.tier.description
        details[Detail.RANK] = claim.tier.rank
    if claim.order is not None:
        details[Detail.QID] = claim.order.qid
        details[Detail.RECEIPT_TOKEN] = claim.order.receipt_token
    return details


def _moment(claim: Claim) -> str:
    """Facts: accepted-date-forms"""
    at = claim.at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
