"""The draw: who wins by chance, so that anybody who knows the seed can draw again.

A person's ticket is the SHA-256 of seed, scope and address, each on a line of its own:

    printf 'SEED\\nQ_SCOPE\\nEMAIL' | sha256sum

The lowest tickets win, the best tier first. With odds a ticket wins at once: its first 13 digits,
read as a fraction of 16^13, fall into the share of a tier or behind them all.
"""

from collections.abc import Iterable
from hashlib import sha256

from quikly_client.activations.activation import Activation, IncentiveTier

_DIGITS = 13  # as many as a float holds exactly


def ticket(seed: str, q_scope: str, email: str) -> str:
    """64 hexadecimal digits, as good as random to whoever does not know the seed."""
    return sha256(f"{seed}\n{q_scope}\n{email}".encode()).hexdigest()


def drawn(activation: Activation, seed: str, emails: Iterable[str]) -> dict[str, IncentiveTier]:
    """The winners among `emails` with their tiers, in the order in which they are drawn.

    Neither order nor repetition among `emails` matters.
    """
    in_order = sorted(
        set(emails), key=lambda email: (ticket(seed, activation.q_scope, email), email)
    )
    rewards = (tier for tier in activation.tiers for _ in range(tier.quantity or 0))
    winners = dict(zip(in_order, rewards, strict=False))
    return dict(list(winners.items())[: activation.quantity])


def won_at_once(activation: Activation, seed: str, email: str) -> IncentiveTier | None:
    """The tier into whose share of the odds a ticket falls, whether or not any is left."""
    fraction = int(ticket(seed, activation.q_scope, email)[:_DIGITS], 16) / 16**_DIGITS
    reached = 0.0
    for tier in activation.tiers:
        reached += tier.odds or 0
        if fraction < reached:
            return tier
    return None
