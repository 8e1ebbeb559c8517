"""The register is read strictly, and citations are found in each of their forms."""

from pathlib import Path

import pytest

from contracts.facts import (
    BadRegister,
    cited_facts,
    coverage,
    load_facts,
    marks_without_fact,
    uncited_facts,
)

GOOD = '[a-fact]\nsays = "S."\nevidence = "documented"\nsource = "a page"\nchecked = 2026-11-23\n'


def test_the_register_holds_facts_of_every_kind_of_evidence() -> None:
    facts = load_facts()

    assert len(facts) > 100
    assert {each.evidence for each in facts.values()} == {
        "recorded", "observed", "documented", "inferred",
    }  # fmt: skip


def test_every_problem_of_a_register_is_told_at_once(tmp_path: Path) -> None:
    register = tmp_path / "facts.toml"
    register.write_text('[Bad_Name]\nsays = ""\nevidence = "heard"\nchecked = 1\nmood = "x"\n')

    with pytest.raises(BadRegister) as bad:
        load_facts(register)

    assert len(bad.value.problems) == 6


def test_a_register_that_is_not_toml_is_told(tmp_path: Path) -> None:
    register = tmp_path / "facts.toml"
    register.write_text("[")

    with pytest.raises(BadRegister, match="not TOML"):
        load_facts(register)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ('    """Do.\n\n    Facts: a-fact, b-fact\n    """', {"a-fact", "b-fact"}),
        ('    """Do.\n\n    Facts: a-fact,\n        b-fact\n    """', {"a-fact", "b-fact"}),
        ('    """Facts: a-fact"""', {"a-fact"}),
        ("x = 1  # Braze: it is so (a-fact)", {"a-fact"}),
        ("# Inferred: it is\n# likely so (a-fact)", {"a-fact"}),
        ('f(fact="a-fact")', {"a-fact"}),
        ("x-fact: a-fact", {"a-fact"}),
        ("# (a-fact) is said in passing", set()),
        ("facts are good", set()),
    ],
)
def test_a_citation_is_found_in_each_form(text: str, cited: set[str]) -> None:
    assert cited_facts(text) == cited


def test_an_oddity_without_its_fact_is_found() -> None:
    assert marks_without_fact("# Braze: it is so") == ["# Braze: it is so"]
    assert marks_without_fact("# Braze: it is so (a-fact)") == []


def test_facts_that_nothing_cites_are_found(tmp_path: Path) -> None:
    register = tmp_path / "facts.toml"
    register.write_text(GOOD + GOOD.replace("a-fact", "b-fact"))

    assert uncited_facts(load_facts(register), ['fact="a-fact"']) == {"b-fact"}


def test_coverage_counts_by_evidence_and_lists_known_facts_without_a_test(tmp_path: Path) -> None:
    register = tmp_path / "facts.toml"
    guess = GOOD.replace("a-fact", "a-guess").replace("documented", "inferred")
    register.write_text(GOOD + GOOD.replace("a-fact", "b-fact") + guess)
    facts = load_facts(register)

    found = coverage(facts, ['"""Facts: b-fact"""'])

    assert found.total == {"documented": 2, "inferred": 1}
    assert found.cited == {"documented": 1}
    assert found.uncovered == (facts["a-fact"],)
