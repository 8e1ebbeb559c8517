"""braze-lab quikly serve: what it says before it serves, bad input, and workers on one file."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from mock_braze.server import ServerOptions, app_of, free_port, threaded
from quikly_client.activations import read_activation
from quikly_client.activations.claims import Stage
from quikly_client.claim_desk import ClaimDesk
from quikly_client.errors import BadStore
from quikly_client.store.memory_claims import MemoryClaims
from scenarios.lab import patient_session
from tui.cli import main
from tui.commands.quikly import serve
from tui.commands.quikly.receiving import ReceiverOptions, draw_in_time

SAMPLES = Path(__file__).parents[4] / "scenarios" / "samples" / "activations"
SPRING, HYPE = SAMPLES / "spring-drop.yaml", SAMPLES / "winter-hype.yaml"
START = "2026-03-02T09:00:00Z"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the server would be started with."""
    calls: list[dict[str, Any]] = []

    def run_granian(load: Any, host: str, port: int, **more: Any) -> None:
        calls.append({"options": load.args[0], "host": host, "port": port, **more})

    monkeypatch.setattr(serve, "run_granian", run_granian)
    monkeypatch.delenv(serve.VARIABLE, raising=False)
    return calls


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(
        main, ["quikly", "serve", *map(str, arguments)], env=environment, terminal_width=200
    )


def test_it_tells_where_it_listens_and_for_what(served: list[dict[str, Any]]) -> None:
    port = free_port()

    ran = run("--activation", SPRING, "--activation", HYPE, "--port", port, "--threads", 3)

    assert ran.exit_code == 0, ran.stderr
    options: ReceiverOptions = served[0].pop("options")
    assert served == [{"host": "127.0.0.1", "port": port, "workers": 1, "threads": 3}]
    assert [each.name for each in options.activations] == ["spring-drop", "winter-hype"]
    assert len(options.authorization) >= 24
    assert ran.stderr.splitlines() == [
        f"Webhooks:       POST http://127.0.0.1:{port}/webhook/braze",
        f"Authorization:  Bearer {options.authorization}",
        "Activation:     spring-drop, q_scope spring-drop-2026: drop by rank",
        "Activation:     winter-hype, q_scope winter-hype-2026: hype by chance",
        "Claims:         in memory, lost at the end",
        "Written back:   nothing; give --base-url or --instance, and QUIKLY_API_KEY, to tell Braze",
        "Stop with Ctrl-C.",
    ]


def test_an_authorization_that_was_given_is_not_shown(
    served: list[dict[str, Any]], tmp_path: Path
) -> None:
    store = tmp_path / "claims.sqlite"

    ran = run(
        "--activation", SPRING, "--port", free_port(), "--store", store, "--workers", 2,
        QUIKLY_AUTHORIZATION="partner-secret",
    )  # fmt: skip

    assert ran.exit_code == 0, ran.stderr
    assert "partner-secret" not in ran.output
    assert f"Claims:         {store}" in ran.stderr
    assert served[0]["options"].authorization == "partner-secret"
    assert served[0]["workers"] == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "Missing option '--activation'"),
        (("--activation", "no.yaml"), "no.yaml is no activation:\n  there is no such file"),
        (("--activation", SPRING, "--activation", SPRING), "have the same q_scope"),
        (("--activation", SPRING, "--workers", "2"), "several workers must share a --store FILE"),
        (("--activation", SPRING, "--store", "no/such/claims.sqlite"), "there is no directory"),
        (("--activation", SPRING, "--authorization", "Bearer x"), "begins with the word Bearer"),
        (("--activation", SPRING, "--start", "soon"), "'soon' is no ISO 8601 time"),
        (("--activation", SPRING, "--port", "0"), "--port"),
        (("--activation", SPRING, "--instance", "US-09"), "api_key is missing: set QUIKLY_API_KEY"),
        (("--activation", SPRING, "--config", "no.toml"), "no.toml cannot be read"),
        (("--activation", SPRING, "--host", "no such host"), "choose another --port or --host"),
    ],
)
def test_bad_options_are_wrong_usage(
    served: list[dict[str, Any]], arguments: tuple[object, ...], problem: str
) -> None:
    ran = run("--port", free_port(), *arguments)

    assert ran.exit_code == 2
    assert problem in ran.stderr
    assert "Traceback" not in ran.output
    assert served == []


def test_every_bad_file_is_told_at_once(served: list[dict[str, Any]], tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text("name: x\ncolour: red\n")

    ran = run("--activation", tmp_path / "a", "--activation", tmp_path / "b")

    assert ran.exit_code == 2
    for name in "ab":
        assert f"{tmp_path / name} is no activation:\n  line 1, column 1: q_scope" in ran.stderr
    assert ran.stderr.count("line 2, column 9: colour: there is no member") == 2


@contextmanager
def receiver(*arguments: object, **environment: str) -> Iterator[str]:
    """A receiver process as a user starts it; gives its URL."""
    port = free_port()
    program = [sys.executable, "-c", "from tui.cli import main; main()", "quikly", "serve"]
    options = ["--port", port, "--start", START, "--authorization", "partner-secret", *arguments]
    process = subprocess.Popen(
        [*program, *map(str, options)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/webhook/braze"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_workers_share_the_claims(tmp_path: Path) -> None:
    store = tmp_path / "claims.sqlite"
    activation = tmp_path / "first-20.yaml"
    activation.write_text(SPRING.read_text().replace("quantity: 50,", "quantity: 20,"))
    headers = {"Authorization": "Bearer partner-secret"}

    def deliver(number: int) -> dict[str, Any]:
        body = {"q_scope": "spring-drop-2026", "event": "login", "email": f"{number}@example.com"}
        answer = requests.post(url, data=json.dumps(body), headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    arguments = ("--activation", activation, "--store", store, "--workers", 2)
    with receiver(*arguments) as url, ThreadPoolExecutor(8) as pool:
        patient_session().get(url)
        first = list(pool.map(deliver, range(60)))
        again = list(pool.map(deliver, range(60)))

    assert [told["outcome"] for told in first].count("won") == 60
    assert [told["rank"] for told in first].count(1) == 20
    assert again == first


def test_winners_are_drawn_when_it_is_time() -> None:
    hype = read_activation(HYPE)
    assert hype.drops is not None
    now = [hype.opens]
    desk = ClaimDesk([hype], MemoryClaims(), lambda: now[0])
    for name in "abc":
        desk.act(hype, Stage.ENTRY, "notify_me", f"{name}@example.com")
    now[0] = hype.drops - timedelta(seconds=90)
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        now[0] += timedelta(seconds=seconds - (0.25 if len(waits) < 3 else 0))  # a bit early

    draw_in_time(desk, hype, wait)

    assert waits == [60, 30.25, 0.25]
    drawn = [claim for claim in desk.claims.claims(hype.q_scope) if claim.stage is Stage.CLAIM]
    assert [claim.outcome for claim in drawn] == ["won"] * 3
    assert now[0] >= hype.drops


def test_a_draw_that_cannot_be_kept_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hype = read_activation(HYPE)
    desk = ClaimDesk([hype], MemoryClaims(), lambda: datetime(2026, 12, 1, tzinfo=UTC))

    def fail(*_: object) -> bool:
        raise BadStore("claims.sqlite", "cannot grow", "Make room")

    monkeypatch.setattr(desk.claims, "draw", fail)
    draw_in_time(desk, hype, pytest.fail)

    assert "not drawn q_scope=winter-hype-2026 problem='claims.sqlite: cannot grow" in caplog.text


def test_a_port_that_is_taken_is_said(served: list[dict[str, Any]]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        ran = run("--activation", SPRING, "--port", taken.getsockname()[1])

    assert ran.exit_code == 2
    assert "choose another --port" in ran.stderr
    assert served == []


def test_what_people_win_is_written_back_also_after_a_kill(tmp_path: Path) -> None:
    """A server without a key keeps the claims; one that knows Braze writes them back."""
    start = datetime.fromisoformat(START)
    fake = app_of(
        ServerOptions(clock="scaled", factor=600, start=start, rate_limit_epoch="simulated")
    )
    arguments = ("--activation", SPRING, "--store", tmp_path / "claims.sqlite")
    body = {"q_scope": "spring-drop-2026", "event": "login", "email": "ana@example.com"}
    headers = {"Authorization": "Bearer partner-secret"}
    with threaded(fake) as braze:
        authorized = {"Authorization": "Bearer braze-lab"}
        person = {"external_id": "q-1", "email": "ana@example.com"}
        session = patient_session()
        session.post(f"{braze}/users/track", headers=authorized, json={"attributes": [person]})
        with receiver(*arguments) as url:
            session.get(url)
            won = session.post(url, json=body, headers=headers).json()
        with receiver(*arguments, "--base-url", braze, QUIKLY_API_KEY="braze-lab") as url:
            shown = wait_for(lambda: shown_by(braze, "custom_events"))
            again = session.post(url, json=body, headers=headers).json()
            counted = session.get(url.replace("/webhook/braze", "/metrics"), headers=headers).text

    assert won["outcome"] == "won"
    assert again == won
    assert 'quikly_settled_total{workflow="cascade",outcome="written_back"} 1\n' in counted
    assert shown["custom_attributes"] == {"quikly_incentive": "50 % off", "quikly_level": "gold"}
    assert [(each["name"], each["count"]) for each in shown["custom_events"]] == [
        ("quikly_incentive_won", 1)
    ]


def shown_by(braze: str, field: str) -> dict[str, Any] | None:
    """The profile as exported, once it shows something in `field`."""
    asked = {"email_address": "ana@example.com"}
    asked_for = {"fields_to_export": ["custom_attributes", "custom_events"]}
    answer = patient_session().post(
        f"{braze}/users/export/ids",
        headers={"Authorization": "Bearer braze-lab"},
        json=asked | asked_for,
    )
    for user in answer.json().get("users", ()):
        if user.get(field):
            return dict(user)
    return None


def wait_for(look: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    for _ in range(600):
        if (seen := look()) is not None:
            return seen
        Event().wait(0.05)  # another process is at work
    raise AssertionError("it never came to that")


def test_a_key_that_braze_does_not_know_is_told_before_anything_is_served(
    served: list[dict[str, Any]],
) -> None:
    with threaded(app_of(ServerOptions())) as braze:
        ran = run(
            "--activation", SPRING, "--port", free_port(), "--base-url", braze,
            QUIKLY_API_KEY="a-key-of-another-brand",
        )  # fmt: skip
        known = run(
            "--activation", SPRING, "--port", free_port(), "--base-url", braze,
            QUIKLY_API_KEY="braze-lab",
        )  # fmt: skip

    assert ran.exit_code == 2
    assert f"Braze at {braze}: POST /users/export/ids was refused with 401" in ran.stderr
    assert "a-key-of-another-brand" not in ran.output
    assert f"Written back:   what each file says, to Braze at {braze}" in known.stderr
    assert len(served) == 1
    assert "braze-lab" not in repr(served[0]["options"].configuration)
