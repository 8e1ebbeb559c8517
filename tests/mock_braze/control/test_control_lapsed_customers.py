"""Lapsed customers are invited into an activation by a scheduled campaign with a webhook."""

import json
from typing import Any

from worlds import World, advance

from mock_braze.domain.dates import write_time

LAPSED = {"last_custom_event": "visited", "operator": "more_than_days_ago", "value": 90}
QUIKLY = {
    "channel": "webhook",
    "url": "https://api.quikly.com/webhook/braze",
    "headers": {"Authorization": "Bearer partner", "Content-Type": "application/json"},
    "pairs": {"q_scope": "spring-drop", "event": "lapsed", "email": "{{${email_address}}}"},
}
CAMPAIGN = {
    "name": "Come back",
    "segment_id": "lapsed",
    "trigger": {"kind": "schedule", "at": "2026-01-06T10:00:00Z", "every_seconds": 86_400},
    "re_eligible_after_seconds": 180 * 86_400,
    "messages": [QUIKLY],
}


def a_customer(world: World, name: str, last_visit: str) -> None:
    visited = {"name": "visited", "count": 2, "first": "2025-01-01", "last": last_visit}
    told = {
        "external_id": name,
        "email": f"{name}@example.com",
        "created_at": "2025-01-01",
        "custom_events": [visited],
    }
    answer = world.control("POST", "/profiles", told)
    assert answer.status_code == 201, answer.text


def invited(world: World) -> list[tuple[str, Any]]:
    """When who was invited."""
    sent = world.control("GET", "/webhooks").json()["webhooks"]
    return [(each["at"][:10], json.loads(each["sent"]["body"])["email"]) for each in sent]


def test_lapsed_customers_are_invited_once_in_half_a_year(world: World) -> None:
    """Facts: scheduled-campaigns-go-to-the-audience, re-eligibility-waits, quikly-webhook"""
    a_customer(world, "anna", "2025-09-01")
    a_customer(world, "ben", "2025-12-31")
    segment = {"id": "lapsed", "name": "Lapsed", "filter": LAPSED}
    assert world.control("POST", "/segments", segment).status_code == 201
    made = world.control("POST", "/campaigns", CAMPAIGN)
    assert (made.status_code, made.json()["schedule_type"]) == (201, "time_based")

    advance(world.workspace, 2 * 86_400)

    (first,) = world.control("GET", "/webhooks").json()["webhooks"]
    assert first["at"].startswith("2026-01-06T10:00:00")
    assert first["campaign_id"] == made.json()["id"]
    assert first["sent"] == {
        "method": "POST",
        "url": "https://api.quikly.com/webhook/braze",
        "headers": [list(each) for each in QUIKLY["headers"].items()],
        "body": '{"q_scope": "spring-drop", "event": "lapsed", "email": "anna@example.com"}',
        "notes": [],
    }
    advance(world.workspace, 100 * 86_400)
    assert invited(world) == [
        ("2026-01-06", "anna@example.com"),
        ("2026-03-31", "ben@example.com"),
    ]
    visit = {
        "external_id": "anna",
        "name": "visited",
        "time": write_time(world.workspace.clock.now()),
    }
    world.track(events=[visit])
    advance(world.workspace, 100 * 86_400)

    assert invited(world)[2:] == [("2026-07-16", "anna@example.com")]
    assert world.hazards() == []
