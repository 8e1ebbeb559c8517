"""braze-lab fuzz: what breaks in an integration, each with a story to play again."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console

from mock_braze.domain.clock import SystemClock
from scenarios.fuzz import BUDGETS, MACHINES, OURS, is_remote
from tui.commands.story_output import output_options, write_output
from tui.commands.target import integration_option, named_integration

if TYPE_CHECKING:
    from scenarios.fuzz.engine import Engine
    from scenarios.fuzz.hunt import Search
    from scenarios.stories import Story


@click.command("fuzz", epilog="Example:  braze-lab fuzz --integration http://127.0.0.1:9000")
@integration_option
@click.option(
    "--machine",
    "machines",
    multiple=True,
    type=click.Choice(MACHINES),
    help="What happens to it; may be given several times.  [default: all]",
)
@click.option(
    "--budget",
    default="ci",
    show_default=True,
    type=click.Choice(list(BUDGETS)),
    help="How hard to look.",
)
@click.option(
    "--examples", type=click.IntRange(1), help="Stories for each machine.  [default: the budget's]"
)
@click.option(
    "--steps", type=click.IntRange(1), help="Steps of a story at most.  [default: the budget's]"
)
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Processes; a driver has one.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where to look.",
)
@click.option("--scheduler", help="Address of the Dask cluster, such as tcp://10.0.0.5:8786.")
@click.option(
    "--database",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of found stories, which are tried first; a run with it hangs on what is there.",
)
@click.option(
    "--stories",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory to write each story that was found to, for braze-lab run.",
)
@click.option("--mutants", is_flag=True, help="Search the gallery of wrong clients instead.")
@output_options
def command(
    target: str,
    machines: tuple[str, ...],
    budget: str,
    examples: int | None,
    steps: int | None,
    seed: int,
    jobs: int,
    engine: str,
    scheduler: str | None,
    database: Path | None,
    stories: Path | None,
    mutants: bool,
    output_format: str,
    output: Path | None,
) -> None:
    """Let made-up stories happen to an integration until an invariant breaks.

    The same seed finds the same, whatever runs it. Exit status: 0 when nothing broke, 1 when
    something did, 2 when the integration cannot be used. With --mutants: 0 when every one of them
    was found out, 1 when one was not.
    """
    try:
        from scenarios.fuzz.engine import run
        from scenarios.fuzz.hunt import Search
    except ModuleNotFoundError as missing:
        raise _lacking(missing, "scenarios") from None
    from scenarios.report import report_of
    from scenarios.stories import play

    chosen = BUDGETS[budget]
    search = Search(
        seed=seed,
        examples=examples or chosen.examples,
        steps=steps or chosen.steps,
        database=database,
    )
    if mutants:
        if target != OURS or machines:
            raise click.UsageError(
                "--mutants has its own clients: leave out --integration and --machine"
            )
        if output_format != "text" or output is not None:
            raise click.UsageError("--mutants prints a table: leave out --format and --output")
        _show_mutants(search, jobs, stories)
    searches = [replace(search, machine=each) for each in machines or MACHINES]
    began = SystemClock().now()
    talk = Console(stderr=True)
    stories_to_come = talk.status(f"{sum(each.examples for each in searches)} stories …")
    with stories_to_come, named_integration(target) as make:
        hunted = run(target, searches, _engine(target, engine, scheduler, jobs))
        played = [play(story, make) for story in hunted.findings]
    seconds = (SystemClock().now() - began).total_seconds()
    _write({story.name: story for story in hunted.findings}, stories)
    report = report_of(
        played, output_format, hunted.statistics, target, partial(_file, stories or Path())
    )
    write_output(report, output)
    if hunted.findings and stories is None:
        talk.print("--stories DIRECTORY writes what was found to files, to play it again")
    talk.print(f"{seconds:.1f} s, {hunted.statistics.steps / seconds:,.0f} steps a second")
    sys.exit(1 if hunted.findings else 0)


def _engine(target: str, engine: str, scheduler: str | None, jobs: int) -> "Engine":
    from scenarios.fuzz.engine import in_processes, on_dask, one_by_one

    if engine == "dask":
        if scheduler is None:
            raise click.UsageError("--engine dask needs --scheduler ADDRESS of a running cluster")
        if is_remote(target):
            raise click.UsageError(f"one driver cannot be shared by a cluster: {target}")
        try:
            import distributed  # noqa: F401
        except ModuleNotFoundError as missing:
            raise _lacking(missing, "dask") from None
        return on_dask(scheduler)
    return one_by_one if jobs == 1 or is_remote(target) else in_processes(jobs)


def _lacking(missing: ModuleNotFoundError, extra: str) -> click.UsageError:
    return click.UsageError(f"the search needs {missing.name}: pip install 'braze-lab[{extra}]'")


def _show_mutants(search: "Search", jobs: int, directory: Path | None) -> NoReturn:
    from scenarios.mutants.gallery import run_gallery_in_processes, table

    with Console(stderr=True).status("every mutant …"):
        gallery = run_gallery_in_processes(search, jobs)
    _write({each.mutant.name: each.story for each in gallery.exhibits if each.story}, directory)
    click.echo("\n".join(table(gallery)))
    sys.exit(1 if gallery.survivors else 0)


def _file(directory: Path, story: "Story") -> str:
    return str(directory / f"{story.name}.yaml")


def _write(stories: "Mapping[str, Story]", directory: Path | None) -> None:
    from scenarios.stories import written

    if directory is None:
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, story in stories.items():
            (directory / f"{name}.yaml").write_text(written(story))
    except OSError as error:
        raise click.UsageError(f"cannot write to {directory}: {error.strerror}") from None
