"""braze-lab quikly run: against a fake on a port, stopped, killed and resumed; and bad input."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock_braze.server import ServerOptions, app_of
from mock_braze.threaded_server import threaded_server
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from scenarios.agreed import GROUP_ID
from scenarios.control import Control
from scenarios.lab import patient_session
from tui.cli import main

ACTIVATION = f"""
name: spring-drop
q_scope: spring-drop-2026
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{{rank: 1, description: 50 % off, quantity: 5}}]
events: [login]
workflow: {{kind: sms, subscription_group_id: {GROUP_ID}}}
"""
HEADER = "email,phone,activation,consented_at\n"
PEOPLE = HEADER + "".join(
    f"user{number}@example.com,{phone},spring-drop,2026-01-01T00:00:00Z\n"
    for number, phone in enumerate(["", "+13135550101", "+13135550102", ""])
)


@pytest.fixture
def base_url() -> Iterator[str]:
    """A fake with a standing clock."""
    with a_fake(ServerOptions()) as url:
        yield url


@contextmanager
def a_fake(options: ServerOptions) -> Iterator[str]:
    """A fake on a port, with the group of the activation."""
    server = threaded_server(app_of(options), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    Control(patient_session(), url).add_group("texts", "sms", GROUP_ID)
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "drop.yaml").write_text(ACTIVATION)
    (tmp_path / "people.csv").write_text(PEOPLE)
    return tmp_path


def arguments(directory: Path, *more: str) -> list[str]:
    named = {"activation": "drop.yaml", "participants": "people.csv", "store": "store.db"}
    options = [part for name, file in named.items() for part in (f"--{name}", directory / file)]
    return ["quikly", "run", *map(str, options), *more]


def ran(directory: Path, *more: str, key: str = "braze-lab", **environment: str) -> Result:
    env = {"QUIKLY_API_KEY": key, "COLUMNS": "100"} | environment
    return CliRunner().invoke(main, arguments(directory, *more), env=env)


def started(directory: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from tui.cli import main; main()", *arguments(directory, *more)],
        env=os.environ | {"QUIKLY_API_KEY": "braze-lab"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def participations(directory: Path) -> list[Any]:
    store = SqliteStore(directory / "store.db")
    kept = list(store.participations())
    store.close()
    return kept


def test_everybody_is_carried_to_the_end_by_the_clock_of_the_fake(
    directory: Path, base_url: str
) -> None:
    log, metrics = directory / "log.txt", directory / "metrics.txt"

    done = ran(
        directory, "--base-url", base_url, "--lab", "--log", str(log), "--metrics", str(metrics)
    )

    assert done.exit_code == 0, done.output
    assert done.stderr == "spring-drop: 4 new participants\n"
    assert [line.rstrip() for line in done.stdout.splitlines()] == [
        "Participants  4",
        "Credited      4",
        "Won           4 of 5 x 1: 50 % off",
        "Requests      24: 4 /subscription/status/get, 2 /subscription/status/set, "
        "12 /users/export/ids, 6",
        "              /users/track",
        "Repeated      0",
        "Rate limited  0",
    ]
    assert len(log.read_text().splitlines()) == 24
    assert all(" level=INFO method=" in line for line in log.read_text().splitlines())
    assert "user1@" not in log.read_text()
    assert 'quikly_settled_total{workflow="sms",outcome="credited"} 2' in metrics.read_text()
    assert [str(each.outcome) for each in participations(directory)] == ["credited"] * 4


REWARDS = """
cascade:
  attributes: {quikly_level: level}
  events: [{name: quikly_won, properties: {order: qid}}]
"""


def test_winners_by_tier_are_told_and_a_second_run_gives_nobody_anything(
    directory: Path, base_url: str
) -> None:
    """Facts: one-claim-for-each-person, outcomes-cascade"""
    offered = ACTIVATION.replace("2026-03-02T09", "2025-03-02T09")
    offered = offered.replace("quantity: 5", "quantity: 3") + REWARDS
    (directory / "drop.yaml").write_text(offered)

    first = ran(directory, "--base-url", base_url, "--lab")
    again = ran(directory, "--base-url", base_url, "--lab")

    assert first.exit_code == 0, first.output
    assert "Won           3 of 3 x 1: 50 % off" in first.stdout
    assert "Participants  4 " in first.stdout
    assert "Won           3 of 3 x 1: 50 % off" in again.stdout
    assert "Requests      0\n" in re.sub(" +\n", "\n", again.stdout)
    claims = SqliteClaims(directory / "store.db")
    orders = [each.order.qid for each in claims.claims("spring-drop-2026") if each.order]
    claims.close()
    assert orders == [f"spring-drop-2026:{number}" for number in (1, 2, 3)]
    won = [each for each in journal(base_url) if "quikly_won" in str(each.get("request", each))]
    assert sum("/users/track" in str(each) for each in won) == 3


def test_who_was_credited_while_it_was_not_open_is_told(directory: Path, base_url: str) -> None:
    """Facts: too-early-is-no-outcome"""
    (directory / "drop.yaml").write_text(ACTIVATION.replace("2026-03-02T09", "2099-03-02T09"))

    done = ran(directory, "--base-url", base_url, "--lab")

    assert "Won           0 of 5 x 1: 50 % off" in done.stdout
    assert "No claim      4 x began before it opened or after it closed" in done.stdout


def test_a_clock_that_runs_by_itself_is_followed(directory: Path) -> None:
    with a_fake(ServerOptions(clock="scaled", factor=6_000)) as url:
        done = ran(directory, "--base-url", url, "--lab")

    assert done.exit_code == 0, done.output
    assert "Credited      4" in done.stdout
    assert "Rate limited  0" in done.stdout


def test_started_again_it_has_nothing_left_to_do(directory: Path, base_url: str) -> None:
    ran(directory, "--base-url", base_url, "--lab")

    again = ran(directory, "--base-url", base_url, "--lab")

    assert again.exit_code == 0
    assert again.stderr == "spring-drop: 0 new participants, 4 known from before\n"
    assert "Requests      0\n" in re.sub(" +\n", "\n", again.stdout)
    calls = [each for each in journal(base_url) if each["kind"] == "request"]
    assert len([each for each in calls if "track" in str(each)]) == 6


def journal(base_url: str) -> list[dict[str, Any]]:
    return list(Control(patient_session(), base_url).journal())


def wait_for(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        threading.Event().wait(0.02)  # another process is at work
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_or_killed_it_goes_on_when_started_again(
    directory: Path, base_url: str, number: signal.Signals
) -> None:
    first = started(directory, "--base-url", base_url)  # its clock is the machine's: it must wait
    try:
        wait_for(lambda: (directory / "store.db").exists() and len(journal(base_url)) >= 8)
        first.send_signal(number)
        said, told = first.communicate(timeout=20)
    finally:
        first.kill()
    if number is signal.SIGKILL:
        assert first.returncode == -number
    else:
        assert first.returncode == 130, told
        assert "Under way     4" in said
        assert "Stopped. The same command goes on where it was." in told

    again = ran(directory, "--base-url", base_url, "--lab")

    assert again.exit_code == 0
    assert "Credited      4" in again.stdout
    assert "4 known from before" in again.stderr


def test_a_dry_run_prints_the_requests_and_neither_sends_nor_stores(directory: Path) -> None:
    done = ran(directory, "--base-url", "http://127.0.0.1:1", "--dry-run")

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == (
        '+0s POST /users/export/ids {"email_address":"user0@example.com","fields_to_export":'
        '["external_id","braze_id","user_aliases","email","phone","created_at"]}'
    )
    assert len(lines) == 24
    assert "braze-lab" not in done.stdout
    assert not (directory / "store.db").exists()


def test_rows_that_are_left_out_are_told(directory: Path, base_url: str) -> None:
    more = "x,,spring-drop,2026-01-01\nuser0@example.com,,spring-drop,2026-01-01\n"
    more += "zoe@example.com,,summer-swap,2026-01-01\n"
    (directory / "people.csv").write_text(PEOPLE + more)

    done = ran(directory, "--base-url", base_url, "--lab")

    assert done.exit_code == 0
    assert [line.strip() for line in done.stderr.splitlines()][:4] == [
        "spring-drop: 4 new participants",
        "left out: 1 rows for the activation summer-swap",
        "left out: 1 repeated rows",
        "left out: line 6: email is no email address: An email address must have an @-sign. "
        "Correct the",
    ]


def test_a_key_that_braze_does_not_know_is_told_before_anybody_takes_part(
    directory: Path, base_url: str
) -> None:
    done = ran(directory, "--base-url", base_url, "--lab", key="a-key-of-another-brand")

    assert done.exit_code == 2
    assert f"Braze at {base_url}: POST /users/export/ids was refused with 401" in done.stderr
    assert "a-key-of-another-brand" not in done.output
    assert participations(directory) == []


def test_a_permission_that_is_missing_on_the_way_is_told_and_fails_nobody(
    directory: Path, base_url: str
) -> None:
    """Facts: missing-permission-statuses"""
    permissions = ["users.export.ids", "subscription.status.get"]
    Control(patient_session(), base_url).add_key("half-a-key", permissions)

    ended = ran(directory, "--base-url", base_url, "--lab", key="half-a-key")
    again = ran(directory, "--base-url", base_url, "--lab")

    assert ended.exit_code == 1
    told = " ".join(ended.stderr.split())
    assert "Error: POST /users/track was refused with 403: Access Denied." in told
    assert "has the permission users.track. Then start the same again: nobody was failed" in told
    assert "Under way     4" in ended.stdout
    assert again.exit_code == 0
    assert "Credited      4" in again.stdout


def test_where_nothing_answers_is_told(directory: Path) -> None:
    done = ran(directory, "--base-url", "http://127.0.0.1:1")

    assert done.exit_code == 2
    assert "no answer to POST /users/export/ids (the connection was refused" in done.stderr


def test_limits_count_in_the_time_of_a_clock_that_stands(base_url: str, directory: Path) -> None:
    """Facts: rate-limit-epoch"""
    ran(directory, "--base-url", base_url, "--lab")

    dials = patient_session().get(f"{base_url}/control/dials").json()
    assert dials["dials"]["rate_limit_epoch"]["value"] == "simulated"


def test_a_url_without_a_clock_is_no_lab(directory: Path) -> None:
    done = ran(directory, "--base-url", "http://127.0.0.1:1", "--lab")

    assert done.exit_code == 2
    assert "--lab: http://127.0.0.1:1 has no clock of a `braze-lab serve`" in done.stderr


def test_every_bad_setting_is_told_at_once(directory: Path) -> None:
    done = ran(directory, "--instance", "US-09", key="", QUIKLY_RETRY_ATTEMPTS="none")

    assert done.exit_code == 2
    assert "the settings cannot be used:\n  QUIKLY_RETRY_ATTEMPTS 'none'" in done.stderr
    assert "\n  instance 'US-09' is not one of Braze's" in done.stderr
    assert "\n  api_key is empty" in done.stderr


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("drop.yaml", "name: 1", "drop.yaml is no activation:"),
        ("people.csv", "email\n", "people.csv: line 1, the header, lacks"),
        ("store.db", "no database\n" * 100, "store.db: is no SQLite database."),
        (
            "people.csv",
            HEADER + "a@example.com,,summer-swap,2026-01-01\n",
            "nobody in the participants file takes part in 'spring-drop'; its activations: "
            "summer-swap",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    directory: Path, base_url: str, file: str, content: str, problem: str
) -> None:
    (directory / file).write_text(content)

    done = ran(directory, "--base-url", base_url)

    assert done.exit_code == 2
    assert problem in done.stderr


def test_a_store_with_unsettled_participants_of_another_activation_is_refused(
    directory: Path, base_url: str
) -> None:
    ran(directory, "--base-url", base_url, "--lab")
    store = SqliteStore(directory / "store.db")
    (first, *_) = store.participations()
    store.add(replace(first, activation="summer-swap", due=first.started_at))
    store.close()

    done = ran(directory, "--base-url", base_url, "--lab")

    assert done.exit_code == 2
    assert "holds participants of other activations who are not settled: 1 of summer-swap" in (
        done.stderr.replace("\n", " ")
    )
