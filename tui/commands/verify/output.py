"""What every `braze-lab verify` command does with its findings."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from contracts.findings import Finding
    from contracts.foreign_traffic import ForeignSpecification
    from contracts.specification import Specification

FORMATS = ("text", "json", "junit", "sarif", "github", "html")


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--format`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How findings are written to stdout.",
    )(command)


def spec_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--spec`."""
    return click.option(
        "--spec",
        type=click.Path(path_type=Path),
        help="Another API description to judge by: OpenAPI 3.1 or 3.0, or Swagger 2.0.",
    )(command)


def read_specification(spec: Path | None) -> "Specification | ForeignSpecification":
    """The contract here, or another description; one that cannot be read is wrong usage."""
    from contracts.documents import BadDocument
    from contracts.foreign_traffic import ForeignSpecification
    from contracts.specification import Specification

    try:
        return Specification() if spec is None else ForeignSpecification(spec)
    except BadDocument as error:
        raise click.UsageError("\n".join(error.problems)) from error


def read_file(file: Path) -> bytes:
    """A file's bytes, `-` being stdin; one that cannot be read is wrong usage."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from error


def finish(findings: "Sequence[Finding]", form: str, more: str = "") -> None:
    """Write the findings, and `more` after them, and exit: 1 if one is an error, else 0."""
    from contracts.reports import FORMATS as WRITTEN

    click.echo(WRITTEN[form](findings) + more, nl=False)
    errors = sum(each.severity == "error" for each in findings)
    raise SystemExit(1 if errors else 0)
