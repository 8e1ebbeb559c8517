"""braze-lab facts: the dials, what each may be, the facts behind them, and their coverage."""

from pathlib import Path

import click


@click.command("facts", epilog="Example:  braze-lab facts lag")
@click.argument("words", nargs=-1)
@click.option("--all", "show_all", is_flag=True, help="Facts without a dial too.")
@click.option("--coverage", is_flag=True, help="How many facts the tests cite; run in a checkout.")
@click.option(
    "--tests",
    default="tests",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the tests, for --coverage.",
)
def command(words: tuple[str, ...], show_all: bool, coverage: bool, tests: Path) -> None:
    """List the dials: what nobody outside Braze knows, with each possible value.

    WORDS choose the dials and facts that hold all of them. With --coverage the exit status is 1
    while any recorded, observed or documented fact is cited by no test.
    """
    from rich.console import Console

    from contracts.facts import load_facts
    from mock_braze.domain.dials.dials import Dials
    from mock_braze.domain.dials.values import PRESETS, described
    from tui.facts_report import print_coverage, print_dials, print_facts

    console = Console()
    facts = load_facts()
    if coverage:
        raise SystemExit(print_coverage(facts, _texts(tests), console))
    chosen = print_dials(described(Dials()), facts, words, PRESETS, console)
    if show_all:
        chosen += print_facts(facts, words, console)
    if not chosen:
        raise click.UsageError(
            f"nothing holds {' '.join(words)!r}; see `braze-lab facts --all` for everything"
        )


def _texts(tests: Path) -> list[str]:
    texts = [each.read_text(encoding="utf-8") for each in sorted(tests.rglob("*.py"))]
    if not texts:
        raise click.UsageError(
            f"there are no tests in {tests}; run this in a checkout, or name them with --tests"
        )
    return texts
