"""What reports say that commands do not show by themselves: calls for a shell, and replays."""

import os
import subprocess

import pytest

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.server import threaded
from scenarios.agreed import BRAND_KEY, GROUP_ID, PARTNER_KEY, START
from scenarios.control import Control
from scenarios.fuzz import OURS
from scenarios.lab import patient_session
from scenarios.machines.statistics import Statistics
from scenarios.report import curl, replay, report_of
from scenarios.steps import BrandCalls, PartnerCalls
from scenarios.stories import Story, bundled_stories, play, read_story

CALLS = Story(
    name="calls",
    steps=(
        BrandCalls(
            path="/users/track",
            body={"attributes": [{"external_id": "o'hara", "first_name": '$(id) `x` "Ü"'}]},
        ),
        PartnerCalls(
            path=f"/subscription/status/get?subscription_group_id={GROUP_ID}&phone=%2B13135551201",
            method="GET",
        ),
        PartnerCalls(path="/users/$(id)'/x", method="GET"),
    ),
)


def requests_of(control: Control) -> list[tuple[str, str, str, str, int]]:
    return [
        (
            each["api_key"], each["request"]["method"], each["request"]["path"],
            each["request"]["body"], each["response"]["status"],
        )
        for each in control.journal()
        if each["kind"] == "request"
    ]  # fmt: skip


def test_calls_for_a_shell_make_the_same_requests() -> None:
    played = play(CALLS)
    evidence = played.lab.evidence()
    requests = sorted((*evidence.requests, *evidence.brand_requests), key=lambda each: each.number)
    environment = {**os.environ, "BRAZE_API_KEY": PARTNER_KEY, "BRAND_API_KEY": BRAND_KEY}

    with threaded(create_app(Workspaces(ManualClock(START)))) as base_url:
        control = Control(patient_session(), base_url)
        control.add_key(PARTNER_KEY, ["subscription.status.get"])
        control.add_key(BRAND_KEY, ["users.track"])
        control.add_group("Offers", "sms", GROUP_ID)
        for each in requests:
            subprocess.run(
                ["bash", "-c", f"{curl(each)} --globoff -s"],
                env={**environment, "BRAZE_URL": base_url}, capture_output=True, check=True,
            )  # fmt: skip
        made = requests_of(control)

    assert made == requests_of(played.lab.control)


@pytest.mark.parametrize(
    ("name", "target", "told"),
    [
        ("sms-new", OURS, "braze-lab run sms-new"),
        ("found", OURS, "braze-lab run found.yaml"),
        ("found", "a:b", "braze-lab run found.yaml --integration a:b"),
    ],
)
def test_a_story_is_played_again_by_a_command(name: str, target: str, told: str) -> None:
    assert replay(play(Story(name=name)), target) == told


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_report_says_by_what_dials_braze_behaves(form: str) -> None:
    dialled = Story(name="x", seed=3, dials={"creation_lag": 300, "bare_plus": "plus"})

    assert "Braze behaves by creation_lag=300, bare_plus=plus, seed=3" in report_of(
        [play(dialled)], form
    )
    assert "Braze behaves by" not in report_of([play(Story(name="x"))], form)


def test_a_story_that_is_to_break_and_does_says_so() -> None:
    played = play(read_story(bundled_stories()["hazard-orphan-state"]))

    assert "  It went as it is told: this was to break.\n" in report_of([played], "text")
    assert "It went as it is told: this was to break." in report_of([played], "html")


@pytest.mark.parametrize("form", ["text", "html"])
def test_nothing_that_a_search_has_found_went_as_it_is_told(form: str) -> None:
    played = play(read_story(bundled_stories()["hazard-orphan-state"]))

    assert "as it is told" not in report_of([played], form, Statistics())


@pytest.mark.parametrize("form", ["text", "json", "junit", "html"])
def test_the_same_story_gives_the_same_bytes(form: str) -> None:
    story = read_story(bundled_stories()["webhook-comes-again"])

    once, again = (report_of([play(story)], form) for _ in range(2))

    assert once == again


def test_the_page_begins_at_once_and_has_every_moment() -> None:
    page = report_of([play(read_story(bundled_stories()["webhook-comes-again"]))], "html")

    assert page.startswith("<!doctype html>")
    assert page.count('class="arrow left"') == 3
    assert "200 won 50 % off" in page
