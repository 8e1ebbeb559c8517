"""Hype, Drop and Swap: what an activation is, who wins what, and what Braze is told of it."""

from quikly_client.activations.activation import (
    Acquisition,
    Activation,
    Award,
    IncentiveTier,
    Kind,
    WorkflowTerms,
)
from quikly_client.activations.activation_file import activation_in, read_activation
from quikly_client.activations.cascade import Cascade, cascade_of
from quikly_client.activations.claims import Claim, Order, Outcome

__all__ = [
    "Acquisition",
    "Activation",
    "Award",
    "Cascade",
    "Claim",
    "IncentiveTier",
    "Kind",
    "Order",
    "Outcome",
    "WorkflowTerms",
    "activation_in",
    "cascade_of",
    "read_activation",
]
