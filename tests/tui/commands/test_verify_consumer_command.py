"""braze-lab verify consumer."""

import shlex
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from tui.cli import main

CLIENT = """
import json, os, sys, urllib.request
body = {"attributes": [{"external_id": "q-1", "email": json.loads(sys.argv[1])}]}
request = urllib.request.Request(
    os.environ["BRAZE_URL"] + "/users/track", json.dumps(body).encode(),
    {"Authorization": "Bearer " + os.environ["BRAZE_API_KEY"], "Content-Type": "application/json"},
)
urllib.request.urlopen(request)
"""


def verify(tmp_path: Path, argument: str, *options: str) -> Result:
    client = tmp_path / "client.py"
    client.write_text(CLIENT, encoding="utf-8")
    cmd = shlex.join([sys.executable, str(client), argument])
    return CliRunner().invoke(main, ["verify", "consumer", "--cmd", cmd, *options])


def test_a_client_that_keeps_the_contract_is_exit_status_0(tmp_path: Path) -> None:
    ran = verify(tmp_path, '"ana@example.com"', "--permission", "users.track")

    assert (ran.exit_code, ran.stdout) == (0, "")
    assert (
        ran.stderr == "requests: 1\n       1  POST /users/track\npermissions needed: users.track\n"
    )


def test_a_client_that_breaks_it_and_fails_is_told_both(tmp_path: Path) -> None:
    ran = verify(tmp_path, "7", "--permission", "users.export.ids")

    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "error: the client ended with exit status 1",
        "error: POST /users/track request: body.attributes[0].email is 7; documented: an email "
        "address, or null to remove it [email-syntax]",
        "error: POST /users/track needs the permission users.track, which it should not have "
        "[four-permissions]",
    ]


def test_a_client_that_asks_for_nothing_or_never_ends_is_an_error() -> None:
    arguments = ["verify", "consumer", "--timeout", "0.2", "--cmd"]

    silent = CliRunner().invoke(main, [*arguments, "true"])
    endless = CliRunner().invoke(main, [*arguments, "exec sleep 30"])

    assert silent.stdout == ("error: the client made no request; is BRAZE_URL where it looks?\n")
    assert endless.stdout.startswith("error: the client had not ended after 0.2 s\n")


def test_wrong_options_are_wrong_usage(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("subscription_groups: 7\n", encoding="utf-8")

    for options in (["--preset", "hopeful"], ["--world", str(world)]):
        ran = CliRunner().invoke(main, ["verify", "consumer", "--cmd", "true", *options])
        assert ran.exit_code == 2, options


def test_another_description_may_be_judged_by(tmp_path: Path) -> None:
    spec = tmp_path / "mine.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: Mine, version: '1'}\npaths: {/users/remember: {}}\n",
        encoding="utf-8",
    )

    ran = verify(tmp_path, '"ana@example.com"', "--spec", str(spec))

    assert ran.exit_code == 1
    assert ran.stdout == (
        'error: POST /users/track request: path is "/users/track"; documented: no such operation '
        "in this description\n"
    )
