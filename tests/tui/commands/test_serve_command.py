"""braze-lab serve: what it says before it serves, and bad input."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_braze.server import ServerOptions, app_of
from tui.cli import main
from tui.commands import serve


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ServerOptions]:
    options: list[ServerOptions] = []
    monkeypatch.setattr(serve, "serve", options.append)
    return options


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["serve", *arguments])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_tells_url_key_and_how_to_move_the_clock(served: list[ServerOptions]) -> None:
    port = free_port()

    ran = run("--port", str(port), "--start", "2026-01-01")

    assert ran.exit_code == 0
    assert f"http://127.0.0.1:{port}" in ran.stderr
    assert "Bearer braze-lab" in ran.stderr
    assert f"curl http://127.0.0.1:{port}/control/clock/advance -d '{{" in ran.stderr
    assert f"http://127.0.0.1:{port}/control lists every call" in ran.stderr
    assert served[0].start == datetime(2026, 1, 1, tzinfo=UTC)
    assert served[0].control_token == ""


def test_an_address_that_others_reach_gets_a_control_token(served: list[ServerOptions]) -> None:
    ran = run("--host", "0.0.0.0", "--port", str(free_port()))

    assert ran.exit_code == 0
    assert len(served[0].control_token) >= 24
    header = f"Authorization: Bearer {served[0].control_token}"
    assert f"/control/clock/advance -H '{header}' -d" in ran.stderr


def test_a_port_that_is_taken_is_said(served: list[ServerOptions]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        ran = run("--port", str(taken.getsockname()[1]))

    assert ran.exit_code == 2
    assert "choose another --port" in ran.stderr
    assert served == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "0"), ("--clock", "sundial"), ("--factor", "0"), ("--start", "yesterday"),
        ("--api-key", ""), ("--api-key", " x"),
        ("--start", "9999-12-31"), ("--host", "no such host"),
        ("--factor", "5"), ("--factor", "60", "--clock", "system"),
        ("--start", "2026-01-01", "--clock", "system"),
    ],
)  # fmt: skip
def test_bad_options_are_wrong_usage(
    served: list[ServerOptions], arguments: tuple[str, ...]
) -> None:
    ran = run("--port", str(free_port()), *arguments)

    assert ran.exit_code == 2
    assert "Traceback" not in ran.output
    assert served == []


def test_the_dials_can_begin_with_a_preset(served: list[ServerOptions]) -> None:
    ran = run("--port", str(free_port()), "--preset", "instant")

    assert ran.exit_code == 0
    app = app_of(served[0])
    answer = app.test_client().get("/control/dials")
    assert answer.json["dials"]["creation_lag"]["value"] == 0


def test_an_unknown_preset_is_told_with_those_there_are() -> None:
    ran = run("--preset", "fast")

    assert ran.exit_code == 2
    assert "'documented', 'pessimistic', 'instant'" in ran.stderr


def test_a_world_is_served(served: list[ServerOptions], tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text("profiles: [{email: ana@example.com}]")

    ran = run("--port", str(free_port()), "--world", str(file))

    assert ran.exit_code == 0
    profiles = app_of(served[0]).test_client().get("/control/profiles").get_json()["profiles"]
    assert [each["email"] for each in profiles] == ["ana@example.com"]


def test_a_bad_world_is_refused_with_every_line(
    served: list[ServerOptions], tmp_path: Path
) -> None:
    file = tmp_path / "world.yaml"
    file.write_text("profiles:\n  - {email: no}\ndials: {lag: 1}\n")

    ran = run("--port", str(free_port()), "--world", str(file))

    assert (ran.exit_code, served) == (2, [])
    assert f"{file} is no world to begin with:\n  line 3, column 14: dials.lag: " in ran.stderr
    assert "\n  line 2, column 13: profiles[0].email: Braze would refuse this" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "server"), [((), "granian"), (("--server", "threaded"), "threaded")]
)
def test_the_server_can_be_one_that_plays_faults_of_the_connection(
    served: list[ServerOptions], arguments: tuple[str, ...], server: str
) -> None:
    ran = run("--port", str(free_port()), *arguments)

    assert ran.exit_code == 0
    assert served[0].server == server
