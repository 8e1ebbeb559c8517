"""braze-lab verify provider."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.furnished import KEY, a_fake
from mock_braze.server import free_port, threaded
from tui.cli import main

DELETE = "POST /users/delete"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", "provider", "--examples", "1", *arguments])


def test_the_fake_is_verified_when_no_server_is_named() -> None:
    ran = run("--only", DELETE)

    assert (ran.exit_code, ran.stdout) == (0, "")
    assert DELETE in ran.stderr
    assert ran.stderr.rstrip().endswith(
        "of 1 operations; 1 of these answered with 2xx and with 4xx"
    )


def test_a_server_that_lets_nobody_in_breaks_the_contract() -> None:
    with threaded(a_fake()) as url:
        right = run("--url", url, "--key", KEY, "--only", DELETE)
        wrong = run("--url", url, "--key", "another", "--only", DELETE, "--format", "json")

    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert {each["operation"] for each in json.loads(wrong.stdout)["findings"]} == {DELETE}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--only", "POST /users/forget"], "no such operation: POST /users/forget"),
        (["--resource", "colour=red"], "--resource is one of subscription_group_id"),
        (["--spec", "people.yaml"], "--spec needs --url"),
    ],
)
def test_wrong_options_are_wrong_usage(arguments: list[str], says: str) -> None:
    ran = run(*arguments)

    assert ran.exit_code == 2
    assert says in ran.stderr


def test_a_server_that_does_not_answer_is_wrong_usage(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    by_contract, by_spec = run("--url", url), run("--url", url, "--spec", str(tmp_path / "x.yaml"))

    assert (by_contract.exit_code, by_spec.exit_code) == (2, 2)
    assert f"{url} does not answer: ConnectionError" in by_contract.stderr
