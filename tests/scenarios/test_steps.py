"""Steps do what they say: what nobody checks afterwards may well do nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scenarios.control import ControlRefused
from scenarios.lab import Lab, in_process_lab
from scenarios.steps import (
    BrandCalls,
    BrandDeletes,
    BrandIdentifies,
    BrandMerges,
    BrandSignsUp,
    Participate,
    PartnerCalls,
    Restart,
    SetUp,
    Step,
    Wait,
    WebhooksArrive,
)

ANA, BEN = "ana@example.com", "ben@example.com"


def a_lab(*steps: Step) -> Lab:
    """A lab in which some steps have happened."""
    lab = in_process_lab()
    for step in steps:
        step.happen(lab)
    return lab


def effects(lab: Lab) -> list[str]:
    return [each["effect"] for each in lab.control.journal() if each["kind"] == "effect"]


def requests(lab: Lab) -> list[tuple[str, str, int]]:
    return [
        (each["request"]["method"], each["request"]["path"], each["response"]["status"])
        for each in lab.control.journal()
        if each["kind"] == "request"
    ]


def names(lab: Lab) -> list[str | None]:
    return sorted(each["external_id"] for each in lab.control.profiles())


def test_the_brand_identifies_whom_the_integration_made() -> None:
    lab = a_lab(
        Participate(email=ANA, activation="spring-drop"),
        Wait(seconds=60),
        BrandIdentifies(email=ANA, external_id="crm-1"),
        Wait(seconds=60),
    )

    assert "profile_identified" in effects(lab)
    assert names(lab) == ["crm-1"]


def test_the_brand_merges_two_customers() -> None:
    lab = a_lab(
        BrandSignsUp(external_id="crm-1", email=ANA),
        BrandSignsUp(external_id="crm-2", email=BEN),
        Wait(seconds=300),
        BrandMerges(merged="crm-1", kept="crm-2"),
        Wait(seconds=300),
    )

    assert "profile_merged" in effects(lab)
    assert names(lab) == ["crm-2"]


def test_the_brand_deletes_a_customer() -> None:
    lab = a_lab(
        BrandSignsUp(external_id="crm-1", email=ANA),
        Wait(seconds=300),
        BrandDeletes(external_id="crm-1"),
        Wait(seconds=60),
    )

    assert "profile_deleted" in effects(lab)
    assert names(lab) == []


@pytest.mark.parametrize("calls", [BrandCalls, PartnerCalls])
def test_a_call_may_be_a_get(calls: Any) -> None:
    lab = a_lab(
        calls(path="/users/track", body={"attributes": [{"external_id": "crm-1"}]}),
        calls(path="/users/track", method="GET"),
    )

    assert requests(lab) == [("POST", "/users/track", 201), ("GET", "/users/track", 404)]


def test_what_cannot_be_set_up_is_refused_with_the_reason() -> None:
    with pytest.raises(ControlRefused, match="most' must be a whole number"):
        a_lab(SetUp(method="PUT", path="/frequency_caps", body={"caps": [{"most": "a"}]}))


CAMPAIGN = {
    "name": "Claim",
    "trigger": {"kind": "custom_event", "name": "tapped"},
    "messages": [
        {
            "channel": "webhook",
            "url": "https://api.quikly.com/webhook/braze",
            "headers": {"Authorization": "Bearer value-for-this-brand"},
            "pairs": {"q_scope": "first-three", "event": "claim", "email": "{{${email_address}}}"},
        }
    ],
}
TAPPED = {"external_id": "crm-1", "name": "tapped", "time": "2026-01-05T09:00:00Z"}


def test_webhooks_of_campaigns_reach_the_integration_at_their_moments() -> None:
    lab = a_lab(
        WebhooksArrive(answers=(503, "nothing", "integration")),
        SetUp(path="/campaigns", body=CAMPAIGN),
        BrandSignsUp(external_id="crm-1", email=ANA),
        BrandCalls(path="/users/track", body={"events": [TAPPED]}),
        Wait(seconds=3600),
    )
    lab.close()

    attempts = [each for each in lab.control.journal() if each["kind"] == "webhook"]
    answers = [(each["answer"]["status"], each["answer"]["failure"]) for each in attempts]
    assert answers == [(503, None), (599, "timed_out"), (200, None)]
    (received,) = lab.webhooks
    assert str(received[3]) == "won 50 % off"
    assert received[0] == datetime.fromisoformat(attempts[2]["made_at"])
    assert lab.now - received[0] > timedelta(minutes=50)


def test_a_webhook_finds_nobody_once_the_lab_is_closed() -> None:
    lab = a_lab(WebhooksArrive(), SetUp(path="/campaigns", body=CAMPAIGN))
    lab.close()

    for step in (
        BrandSignsUp(external_id="crm-1", email=ANA),
        BrandCalls(path="/users/track", body={"events": [TAPPED]}),
        Wait(seconds=60),
    ):
        step.happen(lab)

    (attempt,) = [each for each in lab.control.journal() if each["kind"] == "webhook"]
    assert attempt["answer"]["failure"] == "unreachable"
    assert lab.webhooks == []


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Wait(seconds=60), "wait: seconds 60"),
        (Wait(seconds=2764800), "wait: seconds 2764800"),
        (Restart(), "restart"),
        (WebhooksArrive(answers=(500, "nothing")), "webhooks arrive: answers 500, nothing"),
        (
            BrandCalls(path="/users/delete", body={"external_ids": ["a", "b"]}),
            "brand calls: path /users/delete, body external_ids a, b",
        ),
    ],
)
def test_a_step_is_told_in_words(step: Step, says: str) -> None:
    assert str(step) == says
