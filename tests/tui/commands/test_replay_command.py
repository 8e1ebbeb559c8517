"""braze-lab replay: the same journal, another one, and bad input."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_braze.in_process import in_process_session
from mock_braze.server import ServerOptions, app_of
from tui.cli import main

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "scenarios" / "samples" / "world.yaml"
URL = "http://x"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """What a day in the sample world leaves."""
    session = in_process_session(app_of(ServerOptions(world=SAMPLE.read_bytes())))
    headers = {"Authorization": "Bearer braze-lab"}
    session.post(f"{URL}/users/track", json={"attributes": [{"external_id": "a"}]}, headers=headers)
    session.post(f"{URL}/control/clock/advance", json={"seconds": 90})
    file = tmp_path / "journal.jsonl"
    file.write_bytes(session.get(f"{URL}/control/journal").content)
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


def test_the_same_seed_makes_the_same_journal(journal: Path, tmp_path: Path) -> None:
    ran = run(journal, "--seed", "7", "--snapshot", tmp_path / "after.json")

    assert (ran.exit_code, ran.stdout) == (
        0,
        "Replayed 1 request, 5 control calls and 1 move of the clock; "
        "it is 2026-03-02T09:01:30+00:00.\nThe journal is the same.\n",
    )
    session = in_process_session(app_of(ServerOptions()))
    document = (tmp_path / "after.json").read_bytes()
    assert session.put(f"{URL}/control/snapshot", data=document).json()["profiles"] == 3


def test_another_seed_makes_another_one_and_the_first_difference_is_told(journal: Path) -> None:
    ran = run(journal)

    assert ran.exit_code == 1
    assert ran.stdout.splitlines()[1].startswith("Entry 5 is different: 'details.braze_id' was '")


def test_lines_that_are_no_journal_are_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"number": 1, "at": "x"}\n?\n')

    ran = run(file)

    assert ran.exit_code == 2
    assert "cannot be replayed:\n  line 1: 'at' must be an ISO 8601 time, not 'x'" in ran.stderr
    assert "\n  line 2: this is not JSON" in ran.stderr


def test_a_snapshot_that_cannot_be_written_is_said(journal: Path, tmp_path: Path) -> None:
    ran = run(journal, "--seed", "7", "--snapshot", tmp_path / "no" / "where.json")

    assert ran.exit_code == 2
    assert "cannot write the snapshot to" in ran.stderr


def test_a_journal_that_is_cut_ends_earlier(journal: Path) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    assert json.loads(lines[0])["kind"] == "control"
    journal.write_bytes(b"".join(lines[:2]))

    ran = run(journal, "--seed", "7")

    assert ran.exit_code == 0


def test_calls_of_several_windows_by_a_client_s_watch_make_the_same_journal(journal: Path) -> None:
    """A replay makes them all within one."""
    told = journal.read_text()
    assert '"x-ratelimit-remaining":"2999"' in told
    journal.write_text(
        told.replace('"x-ratelimit-remaining":"2999"', '"x-ratelimit-remaining":"2"')
    )

    ran = run(journal, "--seed", "7")

    assert ran.exit_code == 0
    assert ran.stdout.endswith("The journal is the same.\n")
