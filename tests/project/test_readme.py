"""The README's commands print what it says, and its tables are the routes."""

import doctest
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_braze.app import create_app
from mock_braze.domain.clock import SystemClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.operations import TABLE
from mock_braze.server import free_port
from scenarios.lab import patient_session

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "COLUMNS": "80",
}


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each `$ command` of a block with the output below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def made_by(target: str) -> str:
    """What a target of the Makefile runs, once everything is installed."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(rf"^{target}:.*\n\t(.*)$", makefile, flags=re.MULTILINE)
    assert recipe, target
    return recipe[1].replace("$(BIN)/", "")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_a_command_of_the_readme_prints_what_it_says(block: str) -> None:
    port = str(free_port())
    servers = []
    try:
        for command, expected in commands(block.replace("8080", port)):
            if command.endswith("&"):
                servers.append(start(command.removesuffix("&").split()))
                patient_session().get(f"http://127.0.0.1:{port}/control/health")
                continue
            command = made_by(command[5:]) if command.startswith("make ") else command
            ran = subprocess.run(
                ["bash", "-c", command],
                env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            printed = ran.stdout if ran.stdout.endswith("\n") else f"{ran.stdout}\n"
            assert ran.returncode == 0, ran.stderr
            assert doctest.OutputChecker().check_output(expected, printed, ALIKE), printed
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)


def test_the_readme_has_commands_to_try() -> None:
    assert sum(len(list(commands(block))) for block in BLOCKS) >= 6


def test_the_table_of_endpoints_is_the_table_of_operations() -> None:
    told = set(re.findall(r"^\| `(GET|POST) (/[^`]*)` \| `([^`]+)` \|$", README, re.MULTILINE))

    assert told == {(each.method, each.path, each.permission) for each in TABLE.values()}


def test_the_table_of_control_calls_is_that_of_the_routes() -> None:
    told = set(re.findall(r"^\| `([A-Z]+) (/control[^`]*)` \|", README, re.MULTILINE))

    app = create_app(Workspaces(SystemClock()))
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/control") and method not in ("HEAD", "OPTIONS")
    }
    assert told == routes


def test_ci_runs_the_command_that_the_readme_names() -> None:
    assert "**`make test`**" in README
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ".ci/check" in made_by("test")
