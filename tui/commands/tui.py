"""braze-lab tui: the window."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.participants import participants_options, read_file
from tui.commands.stories import named_story

if TYPE_CHECKING:
    from scenarios.stories import Story
    from tui.gateway import Gateway
    from tui.story_gateway import StoryGateway


@click.command("tui", epilog="Example:  braze-lab tui --participants people.csv")
@participants_options
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
@click.option(
    "--story",
    help="Tell a story step by step instead: a name that `braze-lab run --list` tells, or a file.",
)
def command(participants: Path | None, region: str, seed: int, story: str | None) -> None:
    """Step through activations: participants, last request, touched profile, simulated clock."""
    if story is not None and participants is not None:
        raise click.UsageError("give --story or --participants: a story brings its own people")
    told = None if story is None else named_story(story)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the window needs a terminal; `braze-lab demo` needs none")
    try:
        from tui.app import LabApp
    except ModuleNotFoundError as missing:
        raise click.UsageError(
            f"the window needs {missing.name}: pip install 'braze-lab[tui]'"
        ) from None
    gateway = _of_participants(participants, region, seed) if told is None else _of_story(told)
    LabApp(gateway).run()


def _of_participants(participants: Path | None, region: str, seed: int) -> "Gateway":
    from scenarios.demo import expect, sign_up_customers, start_of
    from scenarios.lab import in_process_lab
    from tui.gateway import Gateway

    file = read_file(participants, region)
    lab = in_process_lab(start=start_of(file), seed=seed)
    sign_up_customers(lab)
    expect(lab, file)
    return Gateway(lab)


def _of_story(story: "Story") -> "StoryGateway":
    from tui.story_gateway import StoryGateway

    return StoryGateway(story)
