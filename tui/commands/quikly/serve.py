"""braze-lab quikly serve: the receiver of webhooks on a port, until interrupted."""

import secrets
from datetime import datetime
from functools import partial

import click

from mock_braze.server import run_granian
from quikly_client.webhook import PATH
from tui.commands.quikly.activation_options import read_files, starting_time, wrong_usage
from tui.commands.quikly.receiving import ReceiverOptions, desk_of, load, receiver_app
from tui.commands.serve import check_free

VARIABLE = "QUIKLY_AUTHORIZATION"


@click.command(
    "serve",
    epilog="Example:  braze-lab quikly serve --activation spring.yaml --store claims.sqlite",
)
@click.option(
    "--activation",
    "files",
    required=True,
    multiple=True,
    help="YAML or JSON file of an activation; repeat it for more.",
)
@click.option(
    "--store",
    type=click.Path(dir_okay=False),
    help="SQLite file that keeps the claims.  [default: in memory, lost at the end]",
)
@click.option(
    "--authorization",
    envvar=VARIABLE,
    help=f"What Braze sends after Bearer; better given as ${VARIABLE}.  [default: made up]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one need a store.",
)
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="For each process."
)
@starting_time
def command(
    files: tuple[str, ...],
    store: str | None,
    authorization: str | None,
    host: str,
    port: int,
    workers: int,
    threads: int,
    start: datetime | None,
) -> None:
    """Receive webhooks from Braze, and decide who wins what.

    Each delivery is answered with its outcome and kept in the store; a repetition gets the first
    outcome. The winners of a draw are drawn when it is time.
    """
    if store is None and workers > 1:
        raise click.UsageError("several workers must share a --store FILE")
    options = ReceiverOptions(
        tuple(read_files(files)), store, authorization or secrets.token_urlsafe(24), start,
        host, port, workers, threads,
    )  # fmt: skip
    with wrong_usage():
        receiver_app(options, desk_of(options))
    check_free(host, port)
    click.echo(_banner(options, is_made_up=not authorization), err=True)
    run_granian(partial(load, options), host, port, workers=workers, threads=threads)


def _banner(options: ReceiverOptions, *, is_made_up: bool) -> str:
    host = f"[{options.host}]" if ":" in options.host else options.host
    authorization = options.authorization if is_made_up else "…"
    return "\n".join(
        [
            f"Webhooks:       POST http://{host}:{options.port}{PATH}",
            f"Authorization:  Bearer {authorization}",
            *(
                f"Activation:     {each.name}, q_scope {each.q_scope}: {each.kind} by {each.award}"
                for each in options.activations
            ),
            f"Claims:         {options.store or 'in memory, lost at the end'}",
            "Stop with Ctrl-C.",
        ]
    )
