"""What the register knows is shown by tests, each in the place where it is checked."""

import ast
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from contracts.facts import Fact, cited_facts, coverage, load_facts
from tui.cli import main

TESTS = Path(__file__).parents[1]
# A test that cites more facts than this checks them in a table of cases, one by one.
FACTS_OF_ONE_CASE = 3

TestFunction = tuple[str, ast.FunctionDef]


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted(TESTS.rglob("*.py")):
        yield str(path.relative_to(TESTS)), path.read_text(encoding="utf-8")


def citing_tests() -> Iterator[TestFunction]:
    """Every test with the facts in its docstring, and where it is."""
    for name, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and cited_by(node):
                yield f"{name}::{node.name}", node


def cited_by(function: ast.FunctionDef) -> set[str]:
    return cited_facts(ast.get_docstring(function) or "")


def checks_something(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and called(node).startswith(("assert_", "raises")))
        for node in ast.walk(function)
    )


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def has_cases(function: ast.FunctionDef) -> bool:
    return any("parametrize" in ast.unparse(each) for each in function.decorator_list)


def test_every_known_fact_is_cited_by_a_test() -> None:
    """Inferred ones need none: they are dials, or marked where they are guessed."""
    cited = set[str]().union(*(cited_by(node) for _, node in citing_tests()))

    uncovered = [fact for fact in load_facts().values() if is_known(fact) and fact.id not in cited]

    assert [f"{fact.id} ({fact.evidence})" for fact in uncovered] == []


def is_known(fact: Fact) -> bool:
    return fact.evidence != "inferred"


def test_the_command_finds_every_known_fact_cited_too() -> None:
    found = coverage(load_facts(), [text for _, text in sources()])
    ran = CliRunner().invoke(main, ["facts", "--coverage", "--tests", str(TESTS)])

    assert found.uncovered == ()
    assert ran.exit_code == 0
    for evidence in ("recorded", "observed", "documented"):
        assert found.cited[evidence] == found.total[evidence] > 0


def test_whatever_cites_a_fact_is_a_test_that_checks_something() -> None:
    hollow = [
        name
        for name, node in citing_tests()
        if not node.name.startswith("test_") or not checks_something(node)
    ]

    assert hollow == []


def test_a_test_of_many_facts_takes_them_case_by_case() -> None:
    crowded = {
        name: sorted(cited_by(node))
        for name, node in citing_tests()
        if len(cited_by(node)) > FACTS_OF_ONE_CASE and not has_cases(node)
    }

    assert crowded == {}
