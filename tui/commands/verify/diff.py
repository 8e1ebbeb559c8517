"""braze-lab verify diff: two API descriptions against each other."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.verify.output import finish, format_option

if TYPE_CHECKING:
    from contracts.diff import View


@click.command("diff", epilog="Example:  braze-lab verify diff old.yaml new.yaml --view provider")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--view",
    type=click.Choice(["consumer", "provider"]),
    default="consumer",
    show_default=True,
    help="Who must live with the change: consumers of a provider that moves from OLD to NEW, or a "
    "provider whose consumers do.",
)
@format_option
def command(old: Path, new: Path, view: "View", form: str) -> None:
    """Tell what changed from OLD to NEW, and which changes break somebody.

    Each is OpenAPI 3.1 or 3.0 or Swagger 2.0, in YAML or JSON, in one file or several. Exit
    status 0: nothing breaks; 1: something does; 2: wrong usage.
    """
    from contracts.diff import changes_between
    from contracts.documents import BadDocument, Document
    from contracts.findings import Finding

    try:
        changes = changes_between(Document(old.resolve()), Document(new.resolve()))
    except BadDocument as error:
        raise click.UsageError("\n".join(error.problems)) from error
    ordered = sorted(changes, key=lambda each: not each.breaks(view))
    breaking = sum(each.breaks(view) for each in changes)
    told = f"{len(changes)} change{'s' * (len(changes) != 1)}, {breaking} breaking for a {view}"
    click.echo(told, err=True)
    finish(
        [
            Finding(
                str(each),
                "error" if each.breaks(view) else "note",
                each.operation,
                f"{each.side} {each.property}" if each.property else each.side,
                received=each.says,
                file=str(new),
            )
            for each in ordered
        ],
        form,
    )
