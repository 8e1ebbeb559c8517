"""braze-lab verify diff."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli import main

OLD = "openapi: 3.1.0\npaths: {/people: {get: {responses: {}}}, /events: {get: {}}}\n"
NEW = OLD.replace("/people", "/persons")


@pytest.fixture(autouse=True)
def descriptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    Path("new.yaml").write_text(NEW, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", "diff", *arguments])


def test_breaking_changes_come_first_and_make_exit_status_1() -> None:
    ran = run("old.yaml", "new.yaml")

    assert ran.exit_code == 1
    assert ran.stdout == (
        "new.yaml: error: GET /people: is no operation any more\n"
        "new.yaml: note: GET /persons: is a new operation\n"
    )
    assert ran.stderr == "2 changes, 1 breaking for a consumer\n"


def test_the_same_changes_break_no_provider() -> None:
    ran = run("old.yaml", "new.yaml", "--view", "provider", "--format", "json")

    assert ran.exit_code == 0
    assert [each["severity"] for each in json.loads(ran.stdout)["findings"]] == ["note", "note"]


def test_what_cannot_be_read_is_wrong_usage() -> None:
    ran = run("old.yaml", "none.yaml")

    assert ran.exit_code == 2
    assert "none.yaml cannot be read: No such file or directory" in ran.stderr
