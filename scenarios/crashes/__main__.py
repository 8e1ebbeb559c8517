"""Kill the client at every boundary of every story: `python -m scenarios.crashes`."""

import dataclasses

import click
import orjson

from scenarios.crashes.boundaries import FusedStore
from scenarios.crashes.mutants import MUTANTS
from scenarios.crashes.runs import StoryReport, kill_everywhere
from scenarios.crashes.stories import STORIES


@click.command(epilog="Example:  python -m scenarios.crashes --story 'email, new to Braze'")
@click.option(
    "--story",
    "names",
    multiple=True,
    type=click.Choice([story.name for story in STORIES]),
    help="One story; may be given several times.  [default: all]",
)
@click.option("--mutant", type=click.Choice(list(MUTANTS)), help="A store that is wrong.")
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON, for machines.")
def main(names: tuple[str, ...], mutant: str | None, as_json: bool) -> None:
    """Resume after each kill, and compare with an undisturbed run.

    Exit status 1 when a kill left a trace.
    """
    make_store = FusedStore if mutant is None else MUTANTS[mutant]
    stories = [story for story in STORIES if not names or story.name in names]
    reports = []
    for story in stories:
        report = kill_everywhere(story, make_store)
        reports.append(report)
        if not as_json:
            _tell(report)
    if as_json:
        click.echo(orjson.dumps([dataclasses.asdict(each) for each in reports]))
    click.get_current_context().exit(any(each.differences for each in reports))


def _tell(report: StoryReport) -> None:
    click.echo(f"{report.story}: killed at {len(report.points)} points")
    for point in report.points:
        said = [each.says for each in report.differences if each.point == point]
        click.echo(f"  {point}: {'; '.join(said) or 'as undisturbed'}")


if __name__ == "__main__":
    main()
