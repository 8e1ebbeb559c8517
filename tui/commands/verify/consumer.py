"""braze-lab verify consumer: a client against the fake, and its requests against the contract."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from tui.commands.verify.output import finish, format_option, read_specification, spec_option

if TYPE_CHECKING:
    from contracts.consumer import Consumption

KEY = "braze-lab"


@click.command(
    "consumer", epilog="Example:  braze-lab verify consumer --cmd 'node client.js' --factor 600"
)
@click.option("--cmd", required=True, help="The client, as the shell takes it.")
@click.option(
    "--world",
    type=click.File("rb"),
    help="YAML or JSON file that the workspace begins as: groups, profiles, …",
)
@click.option("--preset", default="documented", show_default=True, help="How all dials begin.")
@click.option(
    "--factor",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 1e6, min_open=True),
    help="Simulated seconds a real second.",
)
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    help="What the client may need; more is an error. Once for each.  [default: anything]",
)
@click.option(
    "--timeout", default=300.0, show_default=True, help="Real seconds after which it is ended."
)
@spec_option
@format_option
def command(
    cmd: str,
    world: BinaryIO | None,
    preset: str,
    factor: float,
    permissions: tuple[str, ...],
    timeout: float,
    spec: Path | None,
    form: str,
) -> None:
    """Run a client against a fake of its own, and check every request that it made.

    The client finds where in BRAZE_URL and its key in BRAZE_API_KEY; its output goes to stderr.
    Exit status 0: nothing breaks the contract; 1: something does, or the client failed; 2: wrong
    usage.
    """
    from contracts.consumer import hazards_in, judge_requests, requests_in
    from contracts.findings import Finding
    from mock_braze.domain.dials.values import PRESETS
    from mock_braze.server import BadWorld, ServerOptions, furnished_app, threaded

    specification = read_specification(spec)
    if preset not in PRESETS:
        raise click.UsageError(f"--preset must be one of {', '.join(PRESETS)}, not {preset!r}")
    options = ServerOptions(
        api_key=KEY, clock="scaled", factor=factor, preset=preset,
        world=b"" if world is None else world.read(),
    )  # fmt: skip
    try:
        app, workspaces = furnished_app(options)
    except BadWorld as bad:
        problems = "".join(f"\n  {each}" for each in bad.problems)
        raise click.UsageError(f"this is no world to begin with:{problems}") from None
    with threaded(app) as url:
        failure = _run(cmd, url, timeout)
    permitted = frozenset(permissions) or None
    consumption = judge_requests(requests_in(workspaces.default), specification, permitted)
    click.echo(_told(consumption), err=True)
    findings = [*consumption.findings, *hazards_in(workspaces.default)]
    if failure:
        findings.insert(0, Finding(failure))
    if not consumption.calls:
        findings.append(Finding("the client made no request; is BRAZE_URL where it looks?"))
    finish(findings, form)


def _run(cmd: str, url: str, timeout: float) -> str:
    """Run the client; why it failed, or nothing."""
    environment = {**os.environ, "BRAZE_URL": url, "BRAZE_API_KEY": KEY}
    try:
        ran = subprocess.run(
            cmd, shell=True, env=environment, stdout=2, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"the client had not ended after {timeout:g} s"
    return f"the client ended with exit status {ran.returncode}" if ran.returncode else ""


def _told(consumption: "Consumption") -> str:
    calls = "".join(f"\n  {count:>6}  {name}" for name, count in consumption.calls.most_common())
    needed = ", ".join(sorted(consumption.permissions)) or "none"
    return f"requests: {consumption.calls.total()}{calls}\npermissions needed: {needed}"
