"""The options of commands that report stories, and where a report goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ("text", "json", "junit", "html")


def output_options(command: Command) -> Command:
    """`--format FORMAT` and `--output FILE`."""
    command = click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report there.  [default: the terminal]",
    )(command)
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="For a person, a script, a CI service, or a browser.",
    )(command)


def write_output(report: str, output: Path | None) -> None:
    """Raises:
    click.UsageError: the file cannot be written.
    """
    if output is None:
        click.echo(report, nl=False)
        return
    try:
        output.write_text(report, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write to {output}: {error.strerror}") from None
