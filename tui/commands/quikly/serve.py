"""braze-lab quikly serve: the receiver of webhooks on a port, until interrupted."""

import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from mock_braze.server import run_granian
from quikly_client.braze import BrazeClient
from quikly_client.configuration import PREFIX, Configuration, read_configuration
from quikly_client.errors import BadSettings, BrazeError
from quikly_client.runner import check_access
from quikly_client.transport import Transport
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
@click.option("--base-url", help="Braze's REST endpoint, to write back what people win.")
@click.option("--instance", help="The brand's instance, such as US-01, instead of --base-url.")
@click.option(
    "--config", type=click.Path(path_type=Path), help="TOML or YAML file with settings for that."
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
    base_url: str | None,
    instance: str | None,
    config: Path | None,
    start: datetime | None,
) -> None:
    """Receive webhooks from Braze, and decide who wins what.

    Each delivery is answered with its outcome and kept in the store; a repetition gets the first
    outcome. The winners of a draw are drawn when it is time.

    With Braze's endpoint and a key (QUIKLY_API_KEY), what comes of each claim is written back as
    the activation's file says; without them claims are only kept.
    """
    if store is None and workers > 1:
        raise click.UsageError("several workers must share a --store FILE")
    settings = _configuration(config, {"base_url": base_url, "instance": instance})
    options = ReceiverOptions(
        tuple(read_files(files)), store, authorization or secrets.token_urlsafe(24), start,
        host, port, workers, threads, settings,
    )  # fmt: skip
    with wrong_usage():
        receiver_app(options, desk_of(options))
    check_free(host, port)
    if settings is not None:
        _check_access(settings)
    click.echo(_banner(options, is_made_up=not authorization), err=True)
    run_granian(partial(load, options), host, port, workers=workers, threads=threads)


def _configuration(config: Path | None, options: Mapping[str, str | None]) -> Configuration | None:
    """How to reach Braze; None where nobody said where it is.

    Raises:
        click.UsageError: with every problem at once.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if (
        not given
        and config is None
        and not any(PREFIX + name.upper() in os.environ for name in options)
    ):
        return None
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    try:
        # No outcome is about a group.
        return read_configuration(config, environment, given=given, group_id="no-group")
    except BadSettings as bad:
        problems = "".join(f"\n  {problem}" for problem in bad.problems)
        raise click.UsageError(f"the settings cannot be used:{problems}") from None


def _check_access(settings: Configuration) -> None:
    try:
        check_access(BrazeClient(Transport(settings.braze)))
    except BrazeError as error:
        raise click.UsageError(f"Braze at {settings.braze.base_url}: {error}") from None


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
            f"Written back:   {_written_back(options)}",
            "Stop with Ctrl-C.",
        ]
    )


def _written_back(options: ReceiverOptions) -> str:
    if options.configuration is None:
        return f"nothing; give --base-url or --instance, and {PREFIX}API_KEY, to tell Braze"
    return f"what each file says, to Braze at {options.configuration.braze.base_url}"
