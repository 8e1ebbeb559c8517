"""braze-lab verify traffic."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_braze.app import create_app
from mock_braze.domain.clock import SystemClock
from mock_braze.domain.workspaces import Workspaces
from tui.cli import main


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The traffic of a fake: a right request, and one with a wrong email; in both forms."""
    monkeypatch.chdir(tmp_path)
    client = create_app(Workspaces(SystemClock())).test_client()
    client.post("/control/api_keys", json={"key": "k", "permissions": ["users.track"]})
    for email in ("ana@example.com", 7):
        body = {"attributes": [{"external_id": "q-1", "email": email}]}
        client.post("/users/track", json=body, headers={"Authorization": "Bearer k"})
    for form in ("har", "jsonl"):
        answer = client.get(f"/control/journal?format={form}")
        Path(f"traffic.{form}").write_bytes(answer.data)
    return tmp_path


def run(*arguments: str, sent: str = "") -> Result:
    return CliRunner().invoke(main, ["verify", "traffic", *arguments], input=sent)


@pytest.mark.usefixtures("recorded")
def test_a_request_that_breaks_the_contract_is_found_in_either_form() -> None:
    archive, journal = run("traffic.har"), run("traffic.jsonl", "--format", "json")

    assert (archive.exit_code, journal.exit_code) == (1, 1)
    assert archive.stdout == (
        "traffic.har: error: entry 2: POST /users/track request: body.attributes[0].email is 7; "
        "documented: an email address, or null to remove it [email-syntax]\n"
    )
    assert archive.stderr == (
        "traffic.har: 2 of 2 exchanges checked\npermissions needed: users.track\n"
    )
    (found,) = json.loads(journal.stdout)["findings"]
    assert found["line"] > 2
    assert (found["property"], found["received"]) == ("request body.attributes[0].email", "7")


@pytest.mark.usefixtures("recorded")
def test_one_side_may_be_asked_for() -> None:
    assert run("traffic.har", "--side", "consumer").exit_code == 1
    assert run("traffic.har", "--side", "provider").exit_code == 0


def test_what_went_to_other_hosts_is_not_checked(recorded: Path) -> None:
    archive = json.loads((recorded / "traffic.har").read_text())
    entries = archive["log"]["entries"]
    entries[0]["request"]["url"] = "https://www.example.com/pixel.gif"
    entries[0]["request"]["method"] = "GET"

    ran = run("-", sent=json.dumps(archive))

    assert ran.stderr.startswith("-: 1 of 2 exchanges checked\n")


def test_what_is_no_recording_is_wrong_usage() -> None:
    ran = run("-", sent='{"log": ')

    assert ran.exit_code == 2
    assert "- is no recording: line 1, column" in ran.stderr


@pytest.mark.usefixtures("recorded")
def test_a_permission_beyond_what_the_consumer_may_need_is_found() -> None:
    ran = run("traffic.har", "--permission", "users.export.ids")
    told = "POST /users/track needs the permission users.track, which it should not have"

    assert ran.stdout.count(f"traffic.har: error: {told} [four-permissions]\n") == 1
    assert told not in run("traffic.har", "--permission", "users.track").stdout
    assert told not in run("traffic.har", "--permission", "x", "--side", "provider").stdout


def test_an_unknown_member_is_told_with_the_likely_meant_name() -> None:
    client = create_app(Workspaces(SystemClock())).test_client()
    client.post("/control/api_keys", json={"key": "k", "permissions": ["users.export.ids"]})
    asked = {"external_ids": ["q-1"], "field_to_export": ["email"]}
    client.post("/users/export/ids", json=asked, headers={"Authorization": "Bearer k"})

    ran = run("-", sent=client.get("/control/journal").text)

    assert ran.exit_code == 1
    assert "probably fields_to_export was meant" in ran.stdout


def test_the_whole_traffic_of_the_demo_keeps_the_contract(tmp_path: Path) -> None:
    journal = tmp_path / "demo.jsonl"
    demo = CliRunner().invoke(main, ["demo", "--in-process", "--journal", str(journal)])

    allowed = ["users.track", "users.export.ids", "subscription.status.get",
               "subscription.status.set"]  # fmt: skip
    ran = run(str(journal), *(f"--permission={each}" for each in allowed))

    assert demo.exit_code == 0
    assert (ran.exit_code, ran.stdout) == (0, "")
    checked, requests = map(int, re.findall(r"(\d+) of (\d+) exchanges", ran.stderr)[0])
    assert checked == requests > 200
    assert ran.stderr.endswith(f"permissions needed: {', '.join(sorted(allowed))}\n")


@pytest.mark.usefixtures("recorded")
def test_another_description_may_be_judged_by() -> None:
    answer = {"description": "queued"}
    spec = {"openapi": "3.0.0", "info": {"title": "Mine", "version": "1"},
            "paths": {"/users/track": {"post": {"responses": {"200": answer}}}}}  # fmt: skip
    Path("mine.json").write_text(json.dumps(spec), encoding="utf-8")

    ran = run("traffic.har", "--spec", "mine.json")

    assert ran.stdout == (
        "traffic.har: error: entry 1: POST /users/track response: status is 201; "
        "documented: one of 200\n"
        "traffic.har: error: entry 2: POST /users/track response: status is 400; "
        "documented: one of 200\n"
    )


def test_a_description_that_cannot_be_read_is_wrong_usage() -> None:
    assert run("-", "--spec", "none.yaml", sent="").exit_code == 2
