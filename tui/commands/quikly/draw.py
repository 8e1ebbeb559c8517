"""braze-lab quikly draw: the winners of an activation by chance."""

from collections.abc import Sequence
from datetime import datetime

import click

from quikly_client import shortened
from quikly_client.activations import Activation, Claim
from quikly_client.activations.awarding import begun
from quikly_client.activations.claims import Stage
from quikly_client.activations.draw import ticket
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.sqlite_claims import SqliteClaims
from tui.commands.quikly.activation_options import (
    clock_from,
    existing_store,
    one_activation,
    starting_time,
    wrong_usage,
)


@click.command(
    "draw", epilog="Example:  braze-lab quikly draw --activation hype.yaml --store claims.sqlite"
)
@one_activation
@existing_store
@starting_time
def command(activation: Activation, store: str, start: datetime | None) -> None:
    """Draw the winners, once it is time, and show them with their tickets.

    A ticket is the SHA-256 of seed, q_scope and address on three lines; the lowest win. Drawing
    again changes nothing.
    """
    with wrong_usage():
        claims = SqliteClaims(store)
        desk = ClaimDesk([activation], claims, clock_from(start))
        _check_time(desk, activation)
        desk.draw(activation)
        standing = claims.standing(activation.q_scope) or begun(activation)
        drawn = [each for each in claims.claims(activation.q_scope) if each.stage is Stage.CLAIM]
    _show(drawn, standing.seed)


def _check_time(desk: ClaimDesk, activation: Activation) -> None:
    if activation.drawn_at is None:
        raise click.UsageError(f"nothing is drawn in {activation.name}: it decides at once")
    if desk.seconds_to_draw(activation) > 0:
        moment = activation.drawn_at.isoformat()
        raise click.UsageError(f"the winners of {activation.name} are drawn at {moment}")


def _show(drawn: Sequence[Claim], seed: str) -> None:
    winners = [claim for claim in drawn if claim.tier is not None]
    for claim in winners:
        number = ticket(seed, claim.q_scope, claim.email)
        incentive = claim.tier.description if claim.tier else ""
        click.echo(f"{number}  {shortened.email(claim.email)}  {incentive}")
    click.echo(f"{len(winners)} of {len(drawn)} have won, drawn with seed {seed}.")
