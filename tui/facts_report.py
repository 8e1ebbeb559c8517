"""The dials and the facts on the terminal, and how far tests cover the facts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.facts import EVIDENCE, Fact, coverage


def print_dials(
    dials: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, Fact],
    words: Sequence[str],
    presets: Mapping[str, str],
    console: Console,
) -> int:
    """The dials that hold all the words, each with its values and its fact; how many they are."""
    chosen = {
        name: dial
        for name, dial in dials.items()
        if _holds(words, name, dial["says"], dial["fact"], facts[dial["fact"]].says)
    }
    for name, dial in chosen.items():
        console.print(Text.assemble((name, "bold"), "  ", _values(dial)))
        console.print(Padding(Text(dial["says"]), (0, 0, 0, 2)))
        fact = facts[dial["fact"]]
        told = f"{fact.evidence} ({fact.id}): {fact.says}"
        console.print(Padding(Text(told, style="dim"), (0, 0, 0, 2)))
    if chosen:
        console.print()
        how_many = f"{len(chosen)} dial{'s' if len(chosen) > 1 else ''}"
        console.print(f"{how_many}; the first value of each is its default.")
        for name, says in presets.items():
            console.print(Text.assemble("Preset ", (name, "bold"), f": {says}."))
    return len(chosen)


def _values(dial: Mapping[str, Any]) -> str:
    default = dial["default"]
    if isinstance(default, bool):
        return " | ".join(str(each).lower() for each in (default, not default))
    if isinstance(default, int | float):
        return f"{default:g} s"
    return " | ".join(dial["values"])


def print_facts(facts: Mapping[str, Fact], words: Sequence[str], console: Console) -> int:
    """The facts that hold all the words; how many they are."""
    chosen = [each for each in facts.values() if _holds(words, each.id, each.says, each.source)]
    for each in chosen:
        console.print(Text.assemble((each.id, "bold"), f"  {each.evidence}"))
        console.print(Padding(Text(each.says), (0, 0, 0, 2)))
        console.print(Padding(Text(f"{each.source}, {each.checked}", style="dim"), (0, 0, 0, 2)))
    return len(chosen)


def print_coverage(facts: Mapping[str, Fact], tests: Iterable[str], console: Console) -> int:
    """How many facts of each evidence the tests cite; 1 if a known one is cited by none, else 0."""
    found = coverage(facts, tests)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Evidence")
    table.add_column("Facts", justify="right")
    table.add_column("Cited by tests", justify="right")
    for evidence in EVIDENCE:
        table.add_row(
            evidence, str(found.total.get(evidence, 0)), str(found.cited.get(evidence, 0))
        )
    console.print(table)
    for each in found.uncovered:
        console.print(f"No test cites {each.id} ({each.evidence}).")
    return 1 if found.uncovered else 0


def _holds(words: Sequence[str], *texts: str) -> bool:
    searched = "\n".join(texts).lower()
    return all(word.lower() in searched for word in words)
