"""braze-lab run: play a story, and show both sides of it."""

import sys
from pathlib import Path

import click

from tui.commands.stories import named_story
from tui.commands.story_output import output_options, write_output
from tui.commands.target import integration_option, named_integration


@click.command("run", epilog="Example:  braze-lab run sms-new")
@click.argument("story", required=False)
@click.option("--list", "is_list", is_flag=True, help="The stories that come with the lab.")
@integration_option
@output_options
def command(
    story: str | None, is_list: bool, target: str, output_format: str, output: Path | None
) -> None:
    """Play STORY, the name of one that comes with the lab or a YAML or JSON file.

    Exit status: 0 when it goes as it is told, 1 when it does not, 2 when it cannot be played.
    """
    from scenarios.report import report_of
    from scenarios.stories import play

    if is_list:
        _tell_all()
        return
    if story is None:
        raise click.UsageError("which story? `braze-lab run --list` names those there are")
    told = named_story(story)
    with named_integration(target) as make:
        played = play(told, make)
    report = report_of([played], output_format, target=target, place=lambda _: story)
    write_output(report, output)
    sys.exit(0 if played.is_as_told else 1)


def _tell_all() -> None:
    from scenarios.stories import bundled_stories, read_story

    stories = [read_story(file) for file in bundled_stories().values()]
    width = max(len(each.name) for each in stories)
    for each in stories:
        click.echo(f"{each.name:<{width}}  {each.says}")
