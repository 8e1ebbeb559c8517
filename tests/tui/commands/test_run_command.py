"""braze-lab run: stories of the lab and of files, their reports, and bad input."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from junitparser import JUnitXml

from scenarios.stories import bundled_stories
from tui.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["run", *map(str, arguments)])


def test_a_story_of_the_lab_is_played_by_its_name() -> None:
    ran = run("sms-new")

    assert ran.exit_code == 0
    assert ran.stdout.startswith("sms-new\n  Somebody new joins by phone.")
    assert "POST /subscription/status/set +13135551201 -> 201 success" in ran.stdout
    assert ran.stdout.endswith("  It went as it is told.\n\n")


def test_the_stories_are_listed_with_what_they_tell() -> None:
    lines = run("--list").stdout.splitlines()

    assert [line.split()[0] for line in lines] == list(bundled_stories())
    assert lines[0].endswith(".")


def test_a_story_that_goes_otherwise_is_told(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text("name: hope\nsteps: []\ncredits: [ana@example.com]\n")

    ran = run(file)

    assert ran.exit_code == 1
    assert "SURPRISE ana@example.com was not credited" in ran.stdout
    assert f"Play it again: braze-lab run {file}\n" in ran.stdout


def test_another_integration_may_play_it() -> None:
    ran = run("sms-new", "--integration", "scenario_clients:hasty")

    assert ran.exit_code == 1
    assert "BROKEN no_subscription_update_before_creation_lag" in ran.stdout
    assert "[group-change-needs-a-finished-profile]" in ran.stdout


def test_json_tells_the_timeline_and_the_calls() -> None:
    told = json.loads(run("email-new", "--format", "json").stdout)["stories"][0]

    assert told["is_as_told"] is True
    first = next(each for each in told["timeline"] if each["kind"] == "request")
    assert first["at"] == "2026-01-05T09:00:00+00:00"
    assert first["curl"].startswith('curl -X POST "$BRAZE_URL"/users/export/ids -H')
    assert '"Authorization: Bearer $BRAZE_API_KEY"' in first["curl"]
    assert "quikly-partner-key" not in json.dumps(told)


def test_junit_has_a_failure_for_what_goes_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text("name: hope\nsteps: []\nhazards: [orphan_subscription]\n")
    report = tmp_path / "report.xml"

    run(file, "--format", "junit", "--output", report)

    suite = next(iter(JUnitXml.fromfile(str(report))))
    assert (suite.tests, suite.failures) == (1, 1)
    assert "orphan_subscription did not come" in next(iter(suite)).result[0].message


def test_the_page_needs_nothing_beside_itself_and_tells_the_fact(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    once = run("hazard-orphan-state", "--format", "html", "--output", page)
    first = page.read_text()
    run("hazard-orphan-state", "--format", "html", "--output", page)

    assert once.exit_code == 0
    assert page.read_text() == first
    assert "no_state_for_a_number_on_no_profile" in first
    assert "the state stays an orphan" in first  # the fact in full
    assert "http://" not in first
    assert "https://" not in first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "which story?"),
        (("sms-knew",), "did you mean sms-new?"),
        (("sms-new", "--integration", "nothing"), "package.module:factory"),
        (("sms-new", "--output", "/no/such/folder/x"), "cannot write to /no/such/folder/x"),
    ],
)
def test_what_cannot_be_played_is_wrong_usage(arguments: tuple[str, ...], says: str) -> None:
    ran = run(*arguments)

    assert (ran.exit_code, says in ran.stderr) == (2, True)


def test_a_file_that_tells_no_story_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text("name: x\nsteps: [{step: dance}]\n")

    ran = run(file)

    assert (ran.exit_code, "dance" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ("dials: {creation_lagg: 3}\nsteps: []", "there is no dial 'creation_lagg'"),
        ("steps: [{step: set_up, path: /nowhere, body: {}}]", "there is no such path"),
        ("steps: [{step: braze_fails, path: /users/track, effect: {}}]", "effect.kind"),
    ],
)
def test_a_story_that_the_fake_refuses_is_wrong_usage(
    tmp_path: Path, members: str, says: str
) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(f"name: x\n{members}\n")

    ran = run(file)

    assert (ran.exit_code, says in ran.stderr) == (2, True)
    assert "the story cannot be played: " in ran.stderr
