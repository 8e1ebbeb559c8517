"""braze-lab verify traffic: recorded requests and answers against the contract."""

from dataclasses import replace
from pathlib import Path

import click

from tui.commands.verify.output import (
    finish,
    format_option,
    read_file,
    read_specification,
    spec_option,
)

SIDES = {"both": ("request", "response"), "consumer": ("request",), "provider": ("response",)}


@click.command("traffic", epilog="Example:  braze-lab verify traffic recorded.har --side consumer")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--side",
    type=click.Choice(list(SIDES)),
    default="both",
    show_default=True,
    help="Whose promises: the consumer's requests, the provider's answers, or both.",
)
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    help="What the consumer may need; more is an error. Once for each.  [default: anything]",
)
@spec_option
@format_option
def command(
    files: tuple[Path, ...], side: str, permissions: tuple[str, ...], spec: Path | None, form: str
) -> None:
    """Check recorded FILES, - being stdin: HTTP Archives (HAR), or the lab's journal as JSON Lines.

    Of an archive, only hosts are checked that were called at a path of the contract. Exit status
    0: nothing breaks it; 1: something does; 2: wrong usage.
    """
    from contracts.consumer import needs_of, told_violation, violations_in
    from contracts.recordings import BadRecording, read_recording

    specification = read_specification(spec)
    permitted = frozenset(permissions) or None
    findings = []
    needed: set[str] = set()
    for file in files:
        try:
            recorded = read_recording(read_file(file))
        except BadRecording as error:
            raise click.UsageError(f"{file} is no recording: {error}") from error
        hosts = {
            each.host
            for each in recorded
            if specification.operation(each.exchange.method, each.exchange.path)
        }
        checked = [each for each in recorded if each.host in hosts]
        click.echo(f"{file}: {len(checked)} of {len(recorded)} exchanges checked", err=True)
        for each in checked:
            operation = specification.operation(each.exchange.method, each.exchange.path)
            findings += [
                told_violation(violation, operation, str(file), each.line, each.entry)
                for violation in violations_in(each.exchange, specification)
                if violation.side in SIDES[side]
            ]
            if operation is not None and side != "provider":
                needed |= operation.permissions
                findings += [
                    replace(need, file=str(file)) for need in needs_of(operation, permitted)
                ]
    if needed:
        click.echo(f"permissions needed: {', '.join(sorted(needed))}", err=True)
    findings = list(dict.fromkeys(findings))
    finish(findings, form)
