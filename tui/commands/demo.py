"""braze-lab demo: the main job, with a report that a person wants to look at."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from quikly_client.participants import ParticipantFile
from scenarios.demo import DemoReport, run_demo, start_of
from scenarios.lab import Lab, in_process_lab, served_lab
from tui.commands.participants import participants_options, read_file
from tui.demo_report import print_report


@click.command("demo", epilog="Example:  braze-lab demo --participants people.csv")
@participants_options
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
@click.option("--in-process", is_flag=True, help="Without a server: every call is a function call.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON, for machines.")
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the fake's journal there, as JSON Lines.",
)
def command(
    participants: Path | None,
    region: str,
    seed: int,
    in_process: bool,
    as_json: bool,
    journal: Path | None,
) -> None:
    """Drive every participant of a file through their journey, in simulated time.

    A fake Braze is started on a loopback port. Exit status: 0 when every invariant and contract
    held, 1 when one did not, 2 when the file or an option cannot be used.
    """
    file = read_file(participants, region)
    if journal is not None:
        _write(journal, b"")  # whether it can be written is better known before the run
    talk = Console(stderr=True)
    with (
        talk.status(f"{len(file.participants)} participants in simulated time …"),
        _lab(file, seed, in_process=in_process) as lab,
    ):
        report = run_demo(lab, file)
        if journal is not None:
            _write(journal, lab.control.journal_lines())
    if as_json:
        click.echo(orjson.dumps(_plain(report), option=orjson.OPT_INDENT_2).decode())
    else:
        print_report(report, Console())
    click.get_current_context().exit(0 if report.is_fine else 1)


@contextmanager
def _lab(file: ParticipantFile, seed: int, *, in_process: bool) -> Iterator[Lab]:
    start = start_of(file)
    if in_process:
        yield in_process_lab(start=start, seed=seed)
    else:
        with served_lab(start=start, seed=seed) as lab:
            yield lab


def _write(path: Path, lines: bytes) -> None:
    try:
        path.write_bytes(lines)
    except OSError as error:
        raise click.UsageError(f"cannot write the journal to {path}: {error.strerror}") from None


def _plain(value: Any) -> Any:
    """Dataclasses as objects, spans as seconds; orjson writes the rest."""
    if isinstance(value, DemoReport):
        plain = {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
        return {"is_fine": value.is_fine, **plain}
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    return value if not isinstance(value, datetime) else value.isoformat()
