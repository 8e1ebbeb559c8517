"""braze-lab quikly draw and audit: what they print, and what they refuse."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quikly_client.activations import read_activation
from quikly_client.activations.claims import Stage
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.sqlite_claims import SqliteClaims
from tui.cli import main

SAMPLES = Path(__file__).parents[4] / "scenarios" / "samples" / "activations"
SPRING, HYPE = SAMPLES / "spring-drop.yaml", SAMPLES / "winter-hype.yaml"
LATER = ("--start", "2026-11-25T18:00:01Z")


def run(command: str, file: Path, store: Path, *more: str) -> Result:
    arguments = ["quikly", command, "--activation", str(file), "--store", str(store), *more]
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three people have opted in to the hype, and two have claimed in the drop."""
    file = tmp_path / "claims.sqlite"
    hype, spring = read_activation(HYPE), read_activation(SPRING)
    claims = SqliteClaims(file)
    desk = ClaimDesk([hype], claims, lambda: hype.opens)
    for name in ("ana", "ben", "cleo"):
        desk.act(hype, Stage.ENTRY, "notify_me", f"{name}@example.com")
    desk = ClaimDesk([spring], claims, lambda: spring.opens + timedelta(hours=1))
    for name in ("ana", "ben"):
        desk.act(spring, Stage.CLAIM, "login", f"{name}@example.com")
    claims.close()
    return file


def test_winners_are_drawn_and_shown_with_their_tickets(store: Path) -> None:
    """Facts: drop-awards"""
    ran = run("draw", HYPE, store, *LATER)

    lines = "6f1d0c7a9b\nwinter-hype-2026\n{}@example.com"
    tickets = {
        hashlib.sha256(lines.format(name).encode()).hexdigest(): name
        for name in ("ana", "ben", "cleo")
    }
    incentives = ["A pair of skis", "A pair of gloves", "A pair of gloves"]
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.splitlines() == [
        *(
            f"{ticket}  {tickets[ticket][:2]}…@example.com  {incentive}"
            for ticket, incentive in zip(sorted(tickets), incentives, strict=True)
        ),
        "3 of 3 have won, drawn with seed 6f1d0c7a9b.",
    ]


def test_drawing_again_changes_nothing_and_an_audit_agrees(store: Path) -> None:
    first = run("draw", HYPE, store, *LATER)

    assert run("draw", HYPE, store, *LATER).stdout == first.stdout
    audited = run("audit", HYPE, store)
    assert audited.exit_code == 0
    assert audited.stdout.splitlines() == [
        "A pair of skis: 1 of 1 claimed",
        "A pair of gloves: 2 of 99 claimed",
        "6 decisions, each as it should be.",
    ]


def test_an_audit_tells_what_is_not_as_it_should_be(store: Path) -> None:
    claims = SqliteClaims(store)
    with claims.database.transaction() as connection:
        connection.execute(
            "UPDATE claims SET document = json_set(document, '$.tier.rank', 2)"
            " WHERE q_scope = 'spring-drop-2026' AND number = 2"
        )
    claims.close()

    ran = run("audit", SPRING, store)

    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "50 % off: 2 of 50 claimed",
        "20 % off: 0 of 500 claimed",
        "be…@example.com is number 2, won (50 % off), but should be number 2, won (50 % off)",
    ]


def test_before_its_time_there_is_no_draw(store: Path) -> None:
    ran = run("draw", HYPE, store, "--start", "2026-11-25T17:59:00Z")

    assert ran.exit_code == 2
    assert "the winners of winter-hype are drawn at 2026-11-25T18:00:00+00:00" in ran.stderr
    assert "3 decisions" in run("audit", HYPE, store).stdout


def test_where_nothing_is_drawn_it_is_said(store: Path) -> None:
    ran = run("draw", SPRING, store)

    assert ran.exit_code == 2
    assert "nothing is drawn in spring-drop: it decides at once" in ran.stderr


@pytest.mark.parametrize("command", ["draw", "audit"])
def test_a_store_or_file_that_is_not_there_is_told(
    command: str, store: Path, tmp_path: Path
) -> None:
    no_store = run(command, HYPE, tmp_path / "typo.sqlite")
    no_file = run(command, tmp_path / "typo.yaml", store)

    assert (no_store.exit_code, no_file.exit_code) == (2, 2)
    assert "does not exist" in no_store.stderr
    assert not (tmp_path / "typo.sqlite").exists()
    assert "there is no such file" in no_file.stderr


def test_a_store_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "claims.sqlite"
    file.write_text("not a database " * 99)

    ran = run("audit", SPRING, file)

    assert ran.exit_code == 2
    assert "is no SQLite database" in ran.stderr
