"""Whatever cites a fact cites one of the register, and every marked oddity names its fact."""

from collections.abc import Iterator
from pathlib import Path

from contracts.facts import cited_facts, load_facts, marks_without_fact

ROOT = Path(__file__).parents[2]
ROOMS = ("mock_braze", "quikly_client", "contracts", "scenarios", "tui")
# The citation forms themselves are tested with made-up facts.
EXAMPLES = {"a-fact", "b-fact"}
# What a printed sample comes to is seen in the fake, but nothing there is guessed for its sake.
ABOUT_THE_PARTNER_PAGE = {"page-names-no-fields-to-export"}


def sources() -> Iterator[tuple[str, str]]:
    for room in (*ROOMS, "tests"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_every_cited_fact_is_in_the_register() -> None:
    known = load_facts().keys() | EXAMPLES
    unknown = {name: cited_facts(text) - known for name, text in sources()}

    assert {name: ids for name, ids in unknown.items() if ids} == {}


def test_every_marked_oddity_names_its_fact() -> None:
    unmarked = {
        name: marks_without_fact(text) for name, text in sources() if name.startswith(ROOMS)
    }

    assert {name: comments for name, comments in unmarked.items() if comments} == {}


def test_every_guess_is_a_dial_or_named_where_it_is_made() -> None:
    texts = [text for name, text in sources() if name.startswith(ROOMS)]
    cited = set[str]().union(*map(cited_facts, texts)) | ABOUT_THE_PARTNER_PAGE
    guesses = [fact.id for fact in load_facts().values() if fact.evidence == "inferred"]

    assert [name for name in guesses if name not in cited] == []


def test_the_rooms_do_cite_facts() -> None:
    cited = set[str]().union(*(cited_facts(text) for _, text in sources()))

    assert len(cited & load_facts().keys()) > 80
