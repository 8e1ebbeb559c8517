"""Segments as the API shows them."""

from typing import Any

from worlds import START, World, advance

LEVEL = {"custom_attribute": "quikly_level", "operator": ">=", "value": 2}


def make(world: World, name: str, **members: Any) -> str:
    answer = world.control("POST", "/segments", {"name": name, "filter": LEVEL, **members})
    return str(answer.json()["id"])


def test_the_recorded_list_is_given_as_it_was_recorded(world: World) -> None:
    """Facts: segments-list-recorded-body"""
    make(world, "Lapsed Users - 7 days", id="6d68ea15-26c4-4109-835a-65b81773a5e2")

    answer = world.get("/segments/list")

    assert (answer.status_code, answer.content) == (
        200,
        b'{"segments":[{"id":"6d68ea15-26c4-4109-835a-65b81773a5e2",'
        b'"name":"Lapsed Users - 7 days","analytics_tracking_enabled":true,"tags":[]}],'
        b'"message":"success"}',
    )


def test_segments_come_a_hundred_a_page_from_either_end(world: World) -> None:
    """Facts: segments-list-pages, pages-end-with-an-empty-one"""
    for number in range(101):
        make(world, f"{number}")
        advance(world.workspace, 1)

    def names(query: str) -> list[str]:
        listed = world.get(f"/segments/list?{query}").json()["segments"]
        return [each["name"] for each in listed]

    assert names("") == [f"{number}" for number in range(100)]
    assert names("page=1&sort_direction=asc") == ["100"]
    assert names("page=2") == []
    assert names("sort_direction=desc")[:2] == ["100", "99"]
    assert names("sort_direction=desc&page=1") == ["0"]


def test_the_details_of_a_segment(world: World) -> None:
    """Facts: segments-details"""
    made = make(world, "High", description="Level 2 or more", tags=["quikly"], teams=["crm"])

    answer = world.get(f"/segments/details?segment_id={made}")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "created_at": "2026-01-05T09:00:00.000Z",
            "updated_at": "2026-01-05T09:00:00.000Z",
            "name": "High",
            "description": "Level 2 or more",
            "text_description": "custom attribute quikly_level >= 2",
            "tags": ["quikly"],
            "teams": ["crm"],
            "message": "success",
        },
    )


def test_a_series_tells_the_size_since_the_segment_was_made(world: World) -> None:
    """Facts: segments-data-series, segment-sizes-of-the-past, series-times"""
    world.tracked({"external_id": "a", "quikly_level": 2}, {"external_id": "b", "quikly_level": 1})
    made = make(world, "High", created_at="2026-01-04T12:00:00Z")

    answer = world.get(f"/segments/data_series?segment_id={made}&length=4&ending_at=2026-01-06")

    assert answer.json() == {
        "data": [
            {"time": "2026-01-03", "size": 0},
            {"time": "2026-01-04", "size": 1},
            {"time": f"{START.date()}", "size": 1},
            {"time": "2026-01-06", "size": 0},
        ],
        "message": "success",
    }


def test_an_unknown_segment_is_refused(world: World) -> None:
    """Facts: unknown-segment-id"""
    for query in ("details?segment_id=x", "details", "data_series?length=1&segment_id=x"):
        answer = world.get(f"/segments/{query}")
        assert (answer.status_code, answer.json()) == (
            400,
            {"message": "segment_id must be a string of the Segment api identifier"},
        )


def test_a_series_of_a_segment_needs_a_length(world: World) -> None:
    made = make(world, "High")

    answer = world.get(f"/segments/data_series?segment_id={made}")

    assert (answer.status_code, answer.json()) == (400, {"message": "length is required"})
