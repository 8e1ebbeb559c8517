"""Campaigns, Canvases and what is scheduled, as the API shows them."""

from typing import Any

import pytest
from worlds import World

LISTS = [("/campaigns/list", "campaigns"), ("/canvas/list", "canvases")]
TIME = "2026-01-05T09:00:00.000Z"


def make(world: World, kind: str, name: str, **members: Any) -> str:
    answer = world.control("POST", f"/{kind}", {"name": name, **members})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def names(world: World, path: str, query: str = "") -> list[str]:
    (listed,) = (each for each in world.get(f"{path}?{query}").json().values() if each != "success")
    return [each["name"] for each in listed]


def test_a_campaign_and_a_canvas_are_listed(world: World) -> None:
    """Facts: campaigns-list, canvas-list"""
    campaign = make(world, "campaigns", "Welcome", is_api_campaign=True, tags=["a"])
    canvas = make(world, "canvases", "Journey", last_edited="2026-01-02T00:00:00Z")

    campaigns, canvases = (world.get(path) for path, _ in LISTS)

    assert (campaigns.status_code, campaigns.json()) == (
        200,
        {
            "campaigns": [
                {
                    "id": campaign,
                    "last_edited": TIME,
                    "name": "Welcome",
                    "is_api_campaign": True,
                    "tags": ["a"],
                }
            ],
            "message": "success",
        },
    )
    assert canvases.json()["canvases"] == [
        {"id": canvas, "last_edited": "2026-01-02T00:00:00.000Z", "name": "Journey", "tags": []}
    ]


@pytest.mark.parametrize(("path", "kind"), LISTS)
def test_lists_are_narrowed_sorted_and_paged(world: World, path: str, kind: str) -> None:
    """Facts: campaigns-list, canvas-list, pages-end-with-an-empty-one"""
    assert world.get(path).json() == {kind: [], "message": "success"}
    make(world, kind, "old", created_at="2025-01-01")
    make(world, kind, "edited", created_at="2025-02-01", last_edited="2025-06-01")
    make(world, kind, "archived", archived=True)

    assert names(world, path) == ["old", "edited"]
    assert names(world, path, "include_archived=true") == ["old", "edited", "archived"]
    assert names(world, path, "sort_direction=desc") == ["edited", "old"]
    assert names(world, path, "last_edit.time[gt]=2025-03-01T00:00:00%2B01:00") == ["edited"]
    assert names(world, path, "last_edit.time[gt]=2025-03-01T00:00:00+01:00") == ["edited"]
    assert names(world, path, "last_edit.time[gt]=2025-06-01T00:00:00Z") == []
    assert names(world, path, "page=1") == []


@pytest.mark.parametrize(("path", "kind"), LISTS)
def test_lists_have_a_hundred_a_page(world: World, path: str, kind: str) -> None:
    """Facts: campaigns-list, canvas-list"""
    for number in range(101):
        make(world, kind, f"{number}")

    pages = [names(world, path, f"page={number}") for number in range(3)]

    assert [len(page) for page in pages] == [100, 1, 0]


@pytest.mark.parametrize(("path", "kind"), LISTS)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("page=x", "page"),
        ("sort_direction=up", "sort_direction"),
        ("include_archived=maybe", "include_archived"),
        ("last_edit.time%5Bgt%5D=soon", "last_edit.time"),
    ],
)
def test_a_wrong_query_is_refused(
    world: World, path: str, kind: str, query: str, named: str
) -> None:
    """Facts: query-value-invalid"""
    answer = world.get(f"{path}?{query}")

    assert (answer.status_code, answer.json()) == (400, {"message": f"{named} is invalid"})


def test_the_details_of_a_campaign(world: World) -> None:
    """Facts: campaigns-details"""
    made = make(
        world,
        "campaigns",
        "Welcome",
        description="Says hello",
        channels=["email"],
        first_sent="2026-01-01T00:00:00Z",
        teams=["crm"],
        enabled=False,
    )

    answer = world.get(f"/campaigns/details?campaign_id={made}")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "created_at": TIME,
            "updated_at": TIME,
            "archived": False,
            "draft": False,
            "enabled": False,
            "name": "Welcome",
            "description": "Says hello",
            "schedule_type": "action_based",
            "channels": ["email"],
            "first_sent": "2026-01-01T00:00:00.000Z",
            "last_sent": None,
            "tags": [],
            "teams": ["crm"],
            "messages": {},
            "conversion_behaviors": [],
            "message": "success",
        },
    )


def test_the_details_of_a_canvas(world: World) -> None:
    """Facts: canvas-details-members"""
    made = make(world, "canvases", "Journey", draft=True, last_sent="2026-01-01T00:00:00Z")

    answer = world.get(f"/canvas/details?canvas_id={made}")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "created_at": TIME,
            "updated_at": TIME,
            "archived": False,
            "draft": True,
            "enabled": True,
            "name": "Journey",
            "description": "",
            "schedule_type": "action_based",
            "channels": [],
            "first_entry": None,
            "last_entry": "2026-01-01T00:00:00.000Z",
            "variants": [],
            "tags": [],
            "teams": [],
            "steps": [],
            "message": "success",
        },
    )


def test_an_unknown_canvas_is_refused_as_it_was_recorded(world: World) -> None:
    """Facts: canvas-id-sentence"""
    answer = world.get("/canvas/details?canvas_id=non-existing")

    assert (answer.status_code, answer.content) == (
        400,
        b'{"message":"canvas_id must be a string of the Canvas api identifier"}',
    )


def test_an_unknown_campaign_is_refused_alike(world: World) -> None:
    """Facts: unknown-campaign-id"""
    canvas = make(world, "canvases", "Journey")

    for query in ("", "?campaign_id=", f"?campaign_id={canvas}"):
        answer = world.get(f"/campaigns/details{query}")
        assert (answer.status_code, answer.json()) == (
            400,
            {"message": "campaign_id must be a string of the Campaign api identifier"},
        )


def test_what_goes_out_until_a_moment_is_told_in_order(world: World) -> None:
    """Facts: scheduled-broadcasts"""
    when = {name: f"2026-01-0{day}T12:00:00Z" for name, day in (("past", 4), ("b", 7), ("late", 9))}
    for name, moment in when.items():
        make(world, "campaigns", name, next_send_time=moment, schedule_type="time_based")
    make(world, "campaigns", "draft", next_send_time="2026-01-06", draft=True)
    made = make(world, "canvases", "a", next_send_time="2026-01-06", tags=["x"])

    answer = world.get("/messages/scheduled_broadcasts?end_time=2026-01-08T00:00:00Z")

    assert answer.json()["scheduled_broadcasts"][0] == {
        "name": "a",
        "id": made,
        "type": "Canvas",
        "tags": ["x"],
        "next_send_time": "2026-01-06T00:00:00.000Z",
        "schedule_type": "action_based",
    }
    assert [each["name"] for each in answer.json()["scheduled_broadcasts"]] == ["a", "b"]


def test_the_end_of_what_is_scheduled_must_be_said(world: World) -> None:
    """Facts: end-time-is-needed"""
    missing = world.get("/messages/scheduled_broadcasts")
    wrong = world.get("/messages/scheduled_broadcasts?end_time=soon")

    assert (missing.status_code, missing.json()) == (400, {"message": "end_time is required"})
    assert (wrong.status_code, wrong.json()) == (400, {"message": "end_time is invalid"})
