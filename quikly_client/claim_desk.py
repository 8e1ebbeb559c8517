"""The desk at which people act: each is decided about once, however often they come back."""

import math
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from quikly_client.activations.activation import Activation, Kind
from quikly_client.activations.awarding import Act, Standing, begun, decide, decide_draw
from quikly_client.activations.claims import Claim, Stage
from quikly_client.errors import BadSettings
from quikly_client.store.claim_store import ClaimStore, Kept

PARTICIPATION = "participation"
_TOKEN_BYTES = 18


def new_receipt_token() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


class ClaimDesk:
    """Takes acts in some activations and keeps what comes of them.

    `now` is asked when nobody else can decide any more, so whoever acts first is first.

    Raises:
        BadSettings: two activations have the same scope.
    """

    def __init__(
        self,
        activations: Iterable[Activation],
        claims: ClaimStore,
        now: Callable[[], datetime],
        receipt_tokens: Callable[[], str] = new_receipt_token,
    ) -> None:
        self.activations: dict[str, Activation] = {}
        self.claims = claims
        self._now = now
        self._receipt_tokens = receipt_tokens
        problems = list(self._take(activations))
        if problems:
            raise BadSettings(problems)

    def act(
        self, activation: Activation, stage: Stage, event: str, email: str,
        at: datetime | None = None,
    ) -> Kept:  # fmt: skip
        """What comes of somebody's act, now or as of `at`; at the same stage again it is what came
        of the first.

        One person wins once in an activation, by whatever event.

        Facts: one-claim-for-each-person
        """
        email = as_compared(email)

        def decision(standing: Standing, has_entered: bool) -> Claim:
            moment = self._now() if at is None else at
            act = Act(stage, email, event, moment, self._receipt_tokens())
            return decide(activation, standing, act, has_entered=has_entered)

        return self.claims.decide(begun(activation), activation.q_scope, stage, email, decision)

    def take_part(self, activation: Activation, email: str, at: datetime | None = None) -> Kept:
        """What comes of somebody's taking part by another way than a webhook: an entry where
        there is one, else a claim.
        """
        is_entry = activation.kind is Kind.HYPE or activation.drawn_at is not None
        stage = Stage.ENTRY if is_entry else Stage.CLAIM
        return self.act(activation, stage, PARTICIPATION, email, at)

    def seconds_to_draw(self, activation: Activation) -> float:
        """How long it is to the draw, negative afterwards; where nothing is drawn, for ever."""
        if activation.drawn_at is None:
            return math.inf
        return (activation.drawn_at - self._now()).total_seconds()

    def draw(self, activation: Activation) -> bool:
        """Draw the winners if it is time; whether this was the draw."""
        if self.seconds_to_draw(activation) > 0:
            return False
        return self.claims.draw(
            begun(activation),
            activation.q_scope,
            lambda standing, entries: decide_draw(
                activation, standing, entries, self._now(), iter(self._receipt_tokens, None)
            ),
        )

    def _take(self, activations: Iterable[Activation]) -> Iterator[str]:
        for activation in activations:
            first = self.activations.setdefault(activation.q_scope, activation)
            if first is not activation:
                yield (
                    f"activations {first.name!r} and {activation.name!r} have the same q_scope "
                    f"{activation.q_scope!r}: give each its own"
                )


def as_compared(email: str) -> str:
    """An address as Braze keeps and compares it.

    Facts: email-stored-lower-case
    """
    return email.strip().lower()
