"""Receivers that believe anybody, or give away what they do not have."""

# ruff: noqa: ARG001, ARG002  what they do not look at is the point

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import orjson

from quikly_client.activations import Activation
from quikly_client.activations.awarding import Act, Standing, begun, decide
from quikly_client.activations.claims import Claim, Outcome, Stage
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.claim_store import ClaimStore, Decision, Kept
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.webhook import Answer, Receiver
from scenarios.agreed import START, WEBHOOK_VALUE
from scenarios.mutants.mutant import Client, Mutant
from scenarios.our_integration import MakeReceiver, activations, our_receiver

Now = Callable[[], datetime]
HOUR = timedelta(hours=1)


def with_desk(desk: type[ClaimDesk], receiver: type[Receiver] = Receiver) -> MakeReceiver:
    """Ours, at another desk or behind another door."""
    return lambda claims, now: receiver(desk(activations(), claims, now), WEBHOOK_VALUE)


def with_claims(store: Callable[[ClaimStore], ClaimStore]) -> MakeReceiver:
    """Ours, keeping claims in another way."""
    return lambda claims, now: our_receiver(store(claims), now)


class Trusting(Receiver):
    """Takes calls from anybody."""

    def answer(self, authorization: bytes, body: bytes) -> Answer:
        return super().answer(f"Bearer {WEBHOOK_VALUE}".encode(), body)


class TakesAnyBearer(Receiver):
    """Takes calls with any value that comes after the word Bearer."""

    def answer(self, authorization: bytes, body: bytes) -> Answer:
        if authorization.startswith(b"Bearer "):
            return super().answer(f"Bearer {WEBHOOK_VALUE}".encode(), body)
        return super().answer(authorization, body)


class TakesBlankEmails(Receiver):
    """Takes whoever has no email for a person of that name."""

    def answer(self, authorization: bytes, body: bytes) -> Answer:
        said = orjson.loads(body)
        email = said["email"].strip() or "nobody@example.com"
        return super().answer(authorization, orjson.dumps({**said, "email": email}))


class AsWritten(ClaimDesk):
    """Tells people apart by how their address is written."""

    def act(
        self,
        activation: Activation,
        stage: Stage,
        event: str,
        email: str,
        at: datetime | None = None,
    ) -> Kept:
        def decision(standing: Standing, has_entered: bool) -> Claim:
            act = Act(stage, email, event, at or self._now(), self._receipt_tokens())
            return decide(activation, standing, act, has_entered=has_entered)

        return self.claims.decide(begun(activation), activation.q_scope, stage, email, decision)


class TellsOnce(ClaimDesk):
    """Tells whoever comes back that they have missed it: they have had their turn."""

    def act(
        self,
        activation: Activation,
        stage: Stage,
        event: str,
        email: str,
        at: datetime | None = None,
    ) -> Kept:
        kept = super().act(activation, stage, event, email, at)
        if not kept.is_repeated:
            return kept
        return kept._replace(
            claim=replace(kept.claim, outcome=Outcome.MISSED, tier=None, order=None)
        )


class OtherClaims(MemoryClaims):
    """Keeps claims where ours are kept, but decides in another way: as subclasses say."""

    def __init__(self, kept: ClaimStore) -> None:
        super().__init__()
        self._kept = kept

    def standing(self, q_scope: str) -> Standing | None:
        return self._kept.standing(q_scope)

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        return self._kept.decide(begun, q_scope, stage, email, decision)


class Anew(OtherClaims):
    """Does not look whether somebody was here before."""

    def __init__(self, kept: ClaimStore) -> None:
        super().__init__(kept)
        self._calls = 0

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        self._calls += 1
        return super().decide(begun, q_scope, stage, f"{email} {self._calls}", decision)


class LooksFirst(OtherClaims):
    """Looks how many are left, and writes down the claim afterwards."""

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        seen = self.standing(q_scope) or begun

        def late(standing: Standing, has_entered: bool) -> Claim:
            return replace(decision(seen, has_entered), number=standing.decided + 1)

        return super().decide(begun, q_scope, stage, email, late)


class OffByOne(OtherClaims):
    """Takes a tier for claimed when it was claimed once more, or less, than it is there."""

    def __init__(self, kept: ClaimStore, more: int) -> None:
        super().__init__(kept)
        self._more = more

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        def off(standing: Standing, has_entered: bool) -> Claim:
            counts = {rank: count - self._more for rank, count in standing.claim_counts.items()}
            return decision(replace(standing, claim_counts=counts), has_entered)

        return super().decide(begun, q_scope, stage, email, off)


class WithoutLatest(OtherClaims):
    """Forgets when it has decided last."""

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        def unbound(standing: Standing, has_entered: bool) -> Claim:
            return decision(replace(standing, latest=None), has_entered)

        return super().decide(begun, q_scope, stage, email, unbound)


def in_memory(claims: ClaimStore, now: Now) -> Receiver:
    """What was decided lasts as long as the process."""
    return our_receiver(MemoryClaims(), now)


def falling_by_the_hour(claims: ClaimStore, now: Now) -> Receiver:
    """The value of the offer falls from the full hour on, every hour."""
    return our_receiver(WithoutLatest(claims), lambda: START + (now() - START) % HOUR)


def never_falling(claims: ClaimStore, now: Now) -> Receiver:
    """The time that has passed is taken from a clock that stands."""
    return our_receiver(claims, lambda: START)


def receiving(name: str, says: str, receiver: MakeReceiver) -> Mutant:
    """One that shows when webhooks come."""
    return Mutant(name, says, Client(receiver=receiver), machine="webhooks")


WEBHOOKS = (
    receiving(
        "webhook-auth-not-checked",
        "It takes webhooks from anybody.",
        with_desk(ClaimDesk, Trusting),
    ),
    receiving(
        "webhook-any-bearer",
        "It looks whether webhooks are authorized, and not by what.",
        with_desk(ClaimDesk, TakesAnyBearer),
    ),
    receiving(
        "blank-email-accepted",
        "It gives rewards to a profile without an email.",
        with_desk(ClaimDesk, TakesBlankEmails),
    ),
    receiving(
        "emails-as-written",
        "It takes `Ana@example.com` and `ana@example.com` for two people.",
        with_desk(AsWritten),
    ),
    receiving(
        "webhook-not-idempotent",
        "It takes a webhook that Braze repeats for another act.",
        with_claims(Anew),
    ),
    receiving(
        "repeats-are-told-otherwise",
        "It tells whoever comes back that they have missed what they have won.",
        with_desk(TellsOnce),
    ),
    receiving(
        "claims-forgotten-by-a-restart", "It keeps in memory who has claimed what.", in_memory
    ),
    receiving(
        "quantity-race",
        "It looks how many are left and then takes one, while another does the same.",
        with_claims(LooksFirst),
    ),
    receiving(
        "tier-boundary-off-by-one",
        "It gives each tier once more than it is there.",
        with_claims(partial(OffByOne, more=1)),
    ),
    receiving(
        "last-one-kept",
        "It gives each tier once less than it is there.",
        with_claims(partial(OffByOne, more=-1)),
    ),
    receiving(
        "falling-offer-rises-again",
        "It lets a falling offer begin at the top again with every hour.",
        falling_by_the_hour,
    ),
    receiving(
        "falling-offer-stays",
        "It gives a falling offer at its first value for ever.",
        never_falling,
    ),
)
