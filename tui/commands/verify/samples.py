"""braze-lab verify samples: the request samples of documents, what is wrong, and how to mend it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.verify.output import finish, format_option, read_file

if TYPE_CHECKING:
    from contracts.samples.judging import Sample


@click.command("samples", epilog="Example:  braze-lab verify samples docs/page.md --format github")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@format_option
@click.option("--corrected/--no-corrected", default=True, help="Print corrected samples as text.")
def command(files: tuple[Path, ...], form: str, corrected: bool) -> None:
    """Judge the request samples in FILES, - being stdin: Markdown, HTML or plain text.

    A sample's endpoint is taken from its own request line, from the nearest words above it that
    name one, or from its members. What is no JSON is repaired with the fewest edits, and judged
    then. Exit status 0: nothing is wrong; 1: something is; 2: wrong usage.
    """
    from contracts.findings import Finding
    from contracts.samples.judging import judge_document
    from contracts.specification import BRAZE, QUIKLY, Specification

    specifications = [Specification(BRAZE), Specification(QUIKLY)]
    findings, rewritten = [], []
    for file in files:
        samples = judge_document(_text_of(file), specifications)
        click.echo(f"{file}: {_told(samples)}", err=True)
        for sample in samples:
            findings += [
                Finding(
                    f"{each.says}; {each.instead}" if each.instead else each.says,
                    each.severity,
                    sample.operation,
                    fact=each.fact,
                    file=str(file),
                    line=each.line,
                    column=each.column,
                )
                for each in sample.problems
            ]
            if corrected and form == "text" and sample.corrected is not None:
                place = f"{file}:{sample.line}, {sample.operation or 'no known endpoint'}"
                rewritten.append(f"\n{place}, corrected:\n{sample.corrected.rstrip()}\n")
    finish(findings, form, "".join(rewritten))


def _text_of(file: Path) -> str:
    try:
        return read_file(file).decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"{file} is no UTF-8 from byte {error.start} on; save it as UTF-8"
        ) from error


def _told(samples: "list[Sample]") -> str:
    wrong = sum(bool(each.errors) for each in samples)
    return f"{len(samples)} sample{'s' * (len(samples) != 1)}, {wrong} with errors"
