"""braze-lab fuzz: what is found, what is written, and bad input."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_braze.server import free_port
from scenarios.mutants.registry import MUTANTS
from scenarios.stories import play, read_story
from tui.cli import main

HASTY = "scenario_clients:hasty"


def fuzz(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["fuzz", "--jobs", "1", *arguments])


def test_a_client_that_holds_is_told_in_a_line() -> None:
    ran = fuzz("--machine", "webhooks", "--examples", "5", "--steps", "4")

    assert ran.exit_code == 0
    assert re.match(r"Nothing broke\.\n5 stories, [1-9]\d* steps\n", ran.stdout)


def test_what_breaks_is_told_and_written_to_be_played_again(tmp_path: Path) -> None:
    arguments = ("--integration", HASTY, "--machine", "acquisition", "--examples", "40")
    ran = fuzz(*arguments, "--steps", "4", "--stories", str(tmp_path / "found"))

    assert ran.exit_code == 1
    invariant = "no_subscription_update_before_creation_lag"
    assert f"BROKEN {invariant}" in ran.stdout
    story = read_story(tmp_path / "found" / f"{invariant}.yaml")
    assert play(story).story.breaks == (invariant,)
    file = tmp_path / "found" / f"{invariant}.yaml"
    assert f"Play it again: braze-lab run {file} --integration {HASTY}" in ran.stdout
    assert "--stories" not in ran.stderr


def test_what_breaks_can_be_written_to_be_played_again() -> None:
    ran = fuzz("--integration", HASTY, "--machine", "acquisition", "--examples", "8")

    assert ran.exit_code == 1
    assert "--stories DIRECTORY writes what was found" in ran.stderr


def test_what_is_no_integration_is_wrong_usage() -> None:
    ran = fuzz("--integration", "no.such.module:make")

    assert (ran.exit_code, "No module named" in ran.stderr) == (2, True)


def test_a_driver_that_does_not_run_is_wrong_usage() -> None:
    ran = fuzz("--integration", f"http://127.0.0.1:{free_port()}")

    assert (ran.exit_code, "is the driver running" in ran.stderr) == (2, True)


def test_a_cluster_needs_its_address() -> None:
    ran = fuzz("--engine", "dask")

    assert (ran.exit_code, "--scheduler ADDRESS" in ran.stderr) == (2, True)


def test_one_driver_is_not_shared_by_a_cluster() -> None:
    ran = fuzz("--engine", "dask", "--scheduler", "tcp://x", "--integration", "http://x")

    assert (ran.exit_code, "cannot be shared" in ran.stderr) == (2, True)


def test_stories_that_cannot_be_written_are_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    arguments = ("--integration", HASTY, "--machine", "acquisition", "--examples", "8")
    ran = fuzz(*arguments, "--steps", "2", "--stories", str(tmp_path / "file" / "found"))

    assert (ran.exit_code, "cannot write to" in ran.stderr) == (2, True)


def test_the_gallery_is_told_as_a_table_and_survivors_are_an_error() -> None:
    ran = fuzz("--mutants", "--examples", "1", "--steps", "1")

    lines = ran.stdout.splitlines()
    assert ran.exit_code == 1
    assert [line.split()[0] for line in lines[1:-1]] == list(MUTANTS)
    assert lines[-1].startswith(f"0 of {len(MUTANTS)} found;")


@pytest.mark.parametrize(
    ("lacking", "arguments", "extra"),
    [
        ("hypothesis", [], "scenarios"),
        ("distributed", ["--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"], "dask"),
    ],
)
def test_what_is_not_installed_is_named(lacking: str, arguments: list[str], extra: str) -> None:
    script = (
        f"import sys; sys.modules[{lacking!r}] = None; "
        f"from tui.cli import main; main({['fuzz', *arguments]!r})"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert ran.returncode == 2
    assert f"the search needs {lacking}: pip install 'braze-lab[{extra}]'" in ran.stderr


@pytest.mark.parametrize(
    "argument", [("--integration", HASTY), ("--machine", "webhooks")], ids=lambda each: each[0]
)
def test_the_gallery_has_its_own_clients(argument: tuple[str, str]) -> None:
    ran = fuzz("--mutants", *argument)

    assert (ran.exit_code, "leave out --integration" in ran.stderr) == (2, True)


def test_the_gallery_has_no_other_form() -> None:
    ran = fuzz("--mutants", "--format", "html")

    assert (ran.exit_code, "leave out --format" in ran.stderr) == (2, True)
