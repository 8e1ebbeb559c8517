"""braze-lab tui: the window."""

import sys
from pathlib import Path

import click

from tui.commands.participants import participants_options, read_file


@click.command("tui", epilog="Example:  braze-lab tui --participants people.csv")
@participants_options
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
def command(participants: Path | None, region: str, seed: int) -> None:
    """Step through activations: participants, last request, touched profile, simulated clock."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the window needs a terminal; `braze-lab demo` needs none")
    try:
        from tui.app import LabApp
    except ModuleNotFoundError as missing:
        raise click.UsageError(
            f"the window needs {missing.name}: pip install 'braze-lab[tui]'"
        ) from None
    from scenarios.demo import expect, sign_up_customers, start_of
    from scenarios.lab import in_process_lab
    from tui.gateway import Gateway

    file = read_file(participants, region)
    lab = in_process_lab(start=start_of(file), seed=seed)
    sign_up_customers(lab)
    expect(lab, file)
    LabApp(Gateway(lab)).run()
