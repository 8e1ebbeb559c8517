"""braze-lab facts: dials with their facts, a choice of them by words, and the coverage."""

from pathlib import Path

from click.testing import CliRunner, Result

from contracts.facts import load_facts
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import PRESETS, described
from tui.cli import main


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["facts", *arguments])


def test_every_dial_is_told_with_its_values_its_fact_and_the_presets() -> None:
    ran = run()

    assert ran.exit_code == 0
    for name, dial in described(Dials()).items():
        assert f"{name}  " in ran.stdout
        assert f"({dial['fact']})" in ran.stdout
    assert "reorder  false | true" in ran.stdout
    assert "creation_lag  120 s" in ran.stdout
    assert "early_subscription  orphaned | lost | applied" in ran.stdout
    assert all(f"Preset {name}: {says}." in ran.stdout for name, says in PRESETS.items())


def test_words_choose_what_holds_all_of_them() -> None:
    ran = run("early", "orphaned", "--all")

    assert ran.exit_code == 2
    assert "nothing holds 'early orphaned'" in ran.stderr

    ran = run("early_subscription")
    assert ran.stdout.startswith("early_subscription  ")
    assert "1 dial;" in ran.stdout


def test_all_facts_can_be_read() -> None:
    ran = run("--all")

    assert ran.exit_code == 0
    assert all(f"{name}  {fact.evidence}" in ran.stdout for name, fact in load_facts().items())


def test_coverage_counts_and_fails_while_a_known_fact_is_cited_by_no_test(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text('"""Facts: status-get-body"""')

    ran = run("--coverage", "--tests", str(tmp_path))

    assert ran.exit_code == 1
    assert "No test cites track-success-body (recorded)." in ran.stdout
    assert "status-get-body" not in ran.stdout


def test_coverage_is_fine_when_tests_cite_every_known_fact(tmp_path: Path) -> None:
    lines = "\n".join(f'"""Facts: {name}"""' for name in load_facts())
    (tmp_path / "test_x.py").write_text(lines)

    ran = run("--coverage", "--tests", str(tmp_path))

    assert ran.exit_code == 0
    assert "No test cites" not in ran.stdout


def test_coverage_without_tests_says_where_to_run_it(tmp_path: Path) -> None:
    ran = run("--coverage", "--tests", str(tmp_path))

    assert ran.exit_code == 2
    assert "run this in a checkout" in ran.stderr
