"""Receivers that believe anybody, or forget what they have given away."""

# ruff: noqa: ARG001, ARG002  what they do not look at is the point

from collections.abc import Callable
from datetime import datetime

from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.claim_store import ClaimStore
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.webhook import Answer, Receiver
from scenarios.agreed import WEBHOOK_VALUE
from scenarios.mutants.mutant import Client, Mutant
from scenarios.our_integration import activations, our_receiver


class Trusting(Receiver):
    """Takes calls from anybody."""

    def answer(self, authorization: bytes, body: bytes) -> Answer:
        return super().answer(f"Bearer {WEBHOOK_VALUE}".encode(), body)


def trusting(claims: ClaimStore, now: Callable[[], datetime]) -> Receiver:
    """A desk like ours, behind a door that is open."""
    return Trusting(ClaimDesk(activations(), claims, now), WEBHOOK_VALUE)


def forgetful(claims: ClaimStore, now: Callable[[], datetime]) -> Receiver:
    """Keeps what it has decided only as long as its process lives."""
    return our_receiver(MemoryClaims(), now)


WEBHOOKS = (
    Mutant(
        "webhook-auth-not-checked",
        "It takes webhooks from anybody.",
        Client(receiver=trusting),
        machine="webhooks",
    ),
    Mutant(
        "claims-forgotten-by-a-restart",
        "It keeps in memory who has claimed what.",
        Client(receiver=forgetful),
        machine="webhooks",
    ),
)
