"""braze-lab demo: exit status, output for people and machines, and bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios import demo
from scenarios.invariants.breach import Breach
from tui.cli import main

HEADER = "email,phone,activation,consented_at\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", "--in-process", *arguments], env={"COLUMNS": "80"})


def test_the_bundled_sample_ends_well() -> None:
    ran = run()

    assert ran.exit_code == 0
    assert "spring-drop: 16 of 17 participants credited" in ran.stdout
    assert "Every invariant and every contract held." in ran.stdout
    assert max(len(line) for line in ran.stdout.splitlines()) <= 80


def test_addresses_of_participants_are_shortened_for_people() -> None:
    ran = run()

    assert "an…@example.com" in ran.stdout
    assert "anna.berg@" not in ran.stdout
    assert "3135550101" not in ran.stdout


def test_json_holds_everybody() -> None:
    ran = run("--json")

    report = json.loads(ran.stdout)
    assert report["is_fine"] is True
    assert len(report["people"]) == 29
    assert {each["line"] for each in report["rejected"]} == {16, 17, 18, 20}
    assert report["people"][0]["credited_at"] == "2026-03-02T09:07:30+00:00"


def test_a_broken_invariant_is_shown_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object) -> list[Breach]:
        return [
            Breach("at_most_one_credit", demo.START, "ana@example.com", "credited twice", "a-fact")
        ]

    monkeypatch.setattr(demo, "breaches", found)

    ran = run()

    assert ran.exit_code == 1
    assert "at_most_one_credit: an…@example.com" in ran.stdout
    assert "1 invariants and 0 contracts broken." in ran.stdout


def test_the_journal_is_written_and_equal_for_equal_seeds(tmp_path: Path) -> None:
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        run("--seed", seed, "--journal", str(tmp_path / name))

    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c
    assert json.loads(a.splitlines()[0])["number"] == 1


def test_the_journal_is_the_same_in_another_process_under_another_hash_seed(
    tmp_path: Path,
) -> None:
    for hash_seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", "from tui.cli import main; main()", "demo", "--in-process",
             "--json", "--journal", str(tmp_path / hash_seed)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed}, check=True, capture_output=True,
        )  # fmt: skip

    first, second = ((tmp_path / hash_seed).read_bytes() for hash_seed in ("1", "2"))
    assert first == second
    assert first.count(b"\n") > 100


def test_a_participants_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADER}ana@example.com,0171 2345678,drop,2026-01-01\n")

    ran = run("--participants", str(path), "--region", "DE", "--json")

    (person,) = json.loads(ran.stdout)["people"]
    assert person["phone"] == "+491712345678"


@pytest.mark.parametrize("date", ["0001-01-01", "1999-12-31", "3000-01-01", "9999-12-31"])
def test_a_date_out_of_all_reason_is_a_rejected_row_and_stops_nobody(
    tmp_path: Path, date: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADER}ana@example.com,,drop,{date}\nben@example.com,,drop,2026-01-01\n")

    ran = run("--participants", str(path), "--json")

    report = json.loads(ran.stdout)
    assert [each["line"] for each in report["rejected"]] == [2]
    assert [each["is_credited"] for each in report["people"]] == [True]


@pytest.mark.parametrize("cell", ["[/x]", "[red]foo", "[bold]"])
def test_a_cell_that_looks_like_markup_is_shown_as_it_is(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADER}{cell},,drop,2026-01-01\n")

    ran = run("--participants", str(path))

    assert ran.exit_code == 0
    assert cell in ran.stdout


def test_more_rows_than_the_demo_takes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "a@example.com,,drop,2026-01-01\n" * (demo.MOST_PARTICIPANTS + 1))

    ran = run("--participants", str(path))

    assert ran.exit_code == 2
    assert "5,000 rows" in ran.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"email,phone,activation,when\n", "unknown column 'when'"),
        (HEADER.encode() + b"\xff\n", "is not UTF-8"),
        (None, "is a directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    path = tmp_path / "people.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    ran = run("--participants", str(path))

    assert ran.exit_code == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.output


def test_a_journal_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    ran = run("--journal", str(tmp_path / "nowhere" / "journal"))

    assert ran.exit_code == 2
    assert "nowhere" in ran.stderr
