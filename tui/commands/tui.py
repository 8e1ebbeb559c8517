"""braze-lab tui: the window."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from tui.commands.participants import participants_options, read_file
from tui.commands.stories import named_story
from tui.commands.target import integration_option, named_integration

if TYPE_CHECKING:
    from tui.app import LabApp
    from tui.gateway import Gateway


@click.command("tui", epilog="Example:  braze-lab tui --story sms-new")
@participants_options
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
@click.option(
    "--story",
    help="Tell a story step by step instead: a name that `braze-lab run --list` tells, or a file.",
)
@integration_option
@click.pass_context
def command(
    context: click.Context,
    participants: Path | None,
    region: str,
    seed: int,
    story: str | None,
    target: str,
) -> None:
    """Step through activations: participants, last request, touched profile, simulated clock.

    With --story, both sides of a story, told to an integration.
    """
    if story is not None and participants is not None:
        raise click.UsageError("give --story or --participants: a story brings its own people")
    is_chosen = context.get_parameter_source("target") is not ParameterSource.DEFAULT
    if story is None and is_chosen:
        raise click.UsageError("--integration needs a --story to tell it")
    told = None if story is None else named_story(story)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        other = "demo" if told is None else "run"
        raise click.UsageError(f"the window needs a terminal; `braze-lab {other}` needs none")
    app = _window()
    if told is None:
        app(_of_participants(participants, region, seed)).run()
        return
    from tui.story_gateway import StoryGateway, telling_to

    with named_integration(target) as make:
        app(StoryGateway(told, telling_to(make), target)).run()


def _window() -> "type[LabApp]":
    try:
        from tui.app import LabApp
    except ModuleNotFoundError as missing:
        raise click.UsageError(
            f"the window needs {missing.name}: pip install 'braze-lab[tui]'"
        ) from None
    return LabApp


def _of_participants(participants: Path | None, region: str, seed: int) -> "Gateway":
    from scenarios.demo import expect, sign_up_customers, start_of
    from scenarios.lab import in_process_lab
    from tui.gateway import Gateway

    file = read_file(participants, region)
    lab = in_process_lab(start=start_of(file), seed=seed)
    sign_up_customers(lab)
    expect(lab, file)
    return Gateway(lab)
