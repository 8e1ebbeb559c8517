"""braze-lab quikly audit: whether everybody got what they should have got."""

import sys

import click

from quikly_client.activations import Activation
from quikly_client.activations.audit import audit
from quikly_client.activations.awarding import begun, tier_standings
from quikly_client.store.sqlite_claims import SqliteClaims
from tui.commands.quikly.activation_options import existing_store, one_activation, wrong_usage


@click.command(
    "audit", epilog="Example:  braze-lab quikly audit --activation a.yaml --store claims.sqlite"
)
@one_activation
@existing_store
def command(activation: Activation, store: str) -> None:
    """Decide again what was decided, by the times, the order and the seed that were stored.

    Exit status 1 if any outcome differs.
    """
    with wrong_usage():
        claims = SqliteClaims(store)
        standing = claims.standing(activation.q_scope) or begun(activation)
        kept = claims.claims(activation.q_scope)
    for each in tier_standings(activation, standing):
        of = "" if each.tier.quantity is None else f" of {each.tier.quantity}"
        click.echo(f"{each.tier.description}: {each.claim_count}{of} claimed")
    differences = audit(activation, standing.seed, kept)
    for difference in differences:
        click.echo(difference)
    if differences:
        sys.exit(1)
    click.echo(f"{len(kept)} decisions, each as it should be.")
