"""braze-lab serve: the fake on a port, until interrupted."""

import socket
from datetime import datetime
from typing import BinaryIO

import click
from click.core import ParameterSource

from contracts.docs_page import PAGE, docs_page
from mock_braze.domain.api_keys import BadApiKey, make_api_key
from mock_braze.domain.calendar import LATEST
from mock_braze.domain.dates import read_time
from mock_braze.domain.dials.values import PRESETS
from mock_braze.domain.messages.webhook_requests import is_loopback
from mock_braze.server import BadWorld, ServerOptions, app_of, new_token, serve


def read_moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | None:
    """An ISO 8601 time, UTC without a zone."""
    if text is None:
        return None
    moment = read_time(text)
    if moment is None:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time; write 2026-01-31T18:30:00Z")
    return moment


@click.command("serve", epilog="Example:  braze-lab serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@click.option(
    "--api-key", default="braze-lab", show_default=True, help="Key of the default workspace."
)
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
@click.option(
    "--clock",
    default="manual",
    show_default=True,
    type=click.Choice(["manual", "scaled", "system"]),
    help="manual: moves only when told; scaled: --factor times as fast; system: this machine's.",
)
@click.option(
    "--factor",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 1e6, min_open=True),
    help="Simulated seconds a real second, for the scaled clock.",
)
@click.option(
    "--preset",
    default="documented",
    show_default=True,
    type=click.Choice(list(PRESETS)),
    help="How all dials begin: see `braze-lab facts`.",
)
@click.option("--start", callback=read_moment, help="Simulated time at the start.  [default: now]")
@click.option(
    "--world",
    type=click.File("rb"),
    help="YAML or JSON file that the workspace begins as: groups, profiles, segments, dials, …",
)
@click.option(
    "--server",
    default="granian",
    show_default=True,
    type=click.Choice(["granian", "threaded"]),
    help="granian: fast; threaded: slower, and plays faults of the connection as well.",
)
@click.option("--control-token", default="", help="Token that /control asks for.")
def command(
    host: str,
    port: int,
    api_key: str,
    seed: int,
    clock: str,
    factor: float,
    preset: str,
    start: datetime | None,
    world: BinaryIO | None,
    server: str,
    control_token: str,
) -> None:
    """Serve the fake Braze.

    On an address that other machines can reach, /control asks for a token; without
    --control-token one is made up and shown.
    """
    try:
        make_api_key(api_key, [], [])
    except BadApiKey as bad:
        raise click.UsageError(str(bad)) from None
    _check_clock(clock, start)
    if start is not None and start > LATEST:
        raise click.UsageError(f"--start must be before {LATEST.date()}, or nothing can come due")
    check_free(host, port)
    if not control_token and not is_loopback(host):
        control_token = new_token()
    options = ServerOptions(
        host, port, api_key, seed, clock, factor, start, control_token, preset,
        world=b"" if world is None else world.read(), server=server,
        pages=(docs_page,),
    )  # fmt: skip
    if world is not None:
        _check_world(options, world.name)
    click.echo(_banner(options), err=True)
    serve(options)


def _check_world(options: ServerOptions, name: str) -> None:
    """Say what is wrong with the file before anything is served."""
    try:
        app_of(options)
    except BadWorld as bad:
        problems = "".join(f"\n  {each}" for each in bad.problems)
        raise click.UsageError(f"{name} is no world to begin with:{problems}") from None


def _check_clock(clock: str, start: datetime | None) -> None:
    """Say so when an option would be passed over."""
    if start is not None and clock == "system":
        raise click.UsageError("--start is for the clocks manual and scaled; leave it out")
    source = click.get_current_context().get_parameter_source("factor")
    if source is ParameterSource.COMMANDLINE and clock != "scaled":
        raise click.UsageError("--factor is for --clock scaled; choose that, or leave it out")


def check_free(host: str, port: int) -> None:
    """Say so at once when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise click.UsageError(
                f"cannot listen on {host}:{port} ({reason}); choose another --port or --host"
            ) from None


def _banner(options: ServerOptions) -> str:
    host = f"[{options.host}]" if ":" in options.host else options.host
    base_url = f"http://{host}:{options.port}"
    lines = [
        f"Fake Braze:  {base_url}",
        f"API key:     Authorization: Bearer {options.api_key}",
        f"Clock:       {_clock_line(options, base_url)}",
    ]
    lines.append(f"Control:     {base_url}/control lists every call")
    if options.control_token:
        lines.append(f"             Authorization: Bearer {options.control_token}")
    lines.append(f"Docs:        {base_url}{PAGE}")
    return "\n".join([*lines, "Stop with Ctrl-C."])


def _clock_line(options: ServerOptions, base_url: str) -> str:
    if options.clock == "manual":
        token = options.control_token
        header = f" -H 'Authorization: Bearer {token}'" if token else ""
        return (
            "manual: it stands until you move it\n"
            f"             curl {base_url}/control/clock/advance{header} -d '{{\"seconds\": 120}}'"
        )
    return (
        f"scaled: {options.factor:g} s a second" if options.clock == "scaled" else "this machine's"
    )
