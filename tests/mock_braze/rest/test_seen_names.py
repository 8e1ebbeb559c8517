"""Lists of what a workspace has seen: events, custom attributes, products."""

from typing import Any

import pytest
from worlds import World, a_purchase, an_event

DAY = "2026-01-05"


def seen(world: World, count: int) -> None:
    """That many events, attributes and products, from `n-000` on."""
    names = [f"n-{number:03}" for number in range(count)]
    for name in names:
        world.track(
            {"external_id": "a", name: 1},
            events=[an_event(name, external_id="a")],
            purchases=[a_purchase(external_id="a", product_id=name)],
        )
    world.tracked({"external_id": "a"})


def test_events_and_products_are_listed_in_pages_that_end_with_an_empty_one(world: World) -> None:
    """Facts: events-list, product-list, pages-end-with-an-empty-one"""
    seen(world, 251)

    for path, member in (("/events/list", "events"), ("/purchases/product_list", "products")):
        pages = [world.get(f"{path}{query}").json() for query in ("", "?page=1", "?page=2")]
        assert [len(each[member]) for each in pages] == [250, 1, 0]
        assert pages[0][member][:2] == ["n-000", "n-001"]
        assert pages[1] == {member: ["n-250"], "message": "success"}


def test_an_empty_workspace_has_honest_empty_lists(world: World) -> None:
    for path, member in (
        ("/events/list", "events"),
        ("/events", "events"),
        ("/custom_attributes", "attributes"),
        ("/purchases/product_list", "products"),
    ):
        answer = world.get(path)
        assert (answer.status_code, answer.text) == (200, f'{{"{member}":[],"message":"success"}}')
        assert "Link" not in answer.headers


def test_custom_attributes_are_told_with_the_type_that_was_detected(world: World) -> None:
    """Facts: custom-attributes-list, custom-attribute-type-names"""
    world.tracked({"external_id": "a", "level": 1, "tags": ["x"], "joined": "2026-01-01"})

    world.control("PUT", "/custom_attributes", {"name": "forced", "data_type": "object_array"})
    detected = " (Automatically Detected)"

    def told(name: str, data_type: str, array_length: int | None = None) -> dict[str, Any]:
        return {
            "array_length": array_length,
            "data_type": data_type,
            "description": None,
            "name": name,
            "status": "Active",
            "tag_names": [],
        }

    assert world.get("/custom_attributes").json() == {
        "attributes": [
            told("forced", "Object Array"),
            told("joined", f"Time{detected}"),
            told("level", f"Number{detected}"),
            told("tags", f"Array{detected}", 500),
        ],
        "message": "success",
    }


@pytest.mark.parametrize(
    ("path", "member"), [("/custom_attributes", "attributes"), ("/events", "events")]
)
def test_newer_lists_lead_to_their_other_pages_by_links(
    world: World, path: str, member: str
) -> None:
    """Facts: lists-by-cursor, cursor-form, event-details-members"""
    seen(world, 120)

    names, queries, url = [], [], path
    while url:
        answer = world.get(url)
        names += [each["name"] for each in answer.json()[member]]
        queries.append(sorted(answer.links))
        url = answer.links.get("next", {}).get("url", "").removeprefix("http://braze.lab")
    back = world.get(answer.links["prev"]["url"].removeprefix("http://braze.lab"))

    assert names == [f"n-{number:03}" for number in range(120)]
    assert queries == [["next"], ["next", "prev"], ["prev"]]
    assert back.json()[member][0]["name"] == "n-050"


def test_the_details_of_an_event(world: World) -> None:
    """Facts: event-details-members"""
    world.tracked({"external_id": "a"}, events=[an_event("won", external_id="a")])

    assert world.get("/events").json()["events"] == [
        {
            "name": "won",
            "description": None,
            "included_in_analytics_report": False,
            "status": "Active",
            "tag_names": [],
        }
    ]


def test_a_series_tells_how_often_an_event_happened(world: World) -> None:
    """Facts: events-data-series, series-times"""
    times = ["2026-01-05T08:59:59Z", "2026-01-05T08:00:00Z", "2026-01-04T23:00:00Z"]
    world.tracked(
        {"external_id": "a"},
        {"external_id": "b", "level": 2},
        events=[an_event("won", external_id="a", time=time) for time in times]
        + [an_event("won", external_id="b", time=times[0])],
    )
    level = {"custom_attribute": "level", "operator": ">=", "value": 2}
    world.control("POST", "/segments", {"id": "high", "name": "High", "filter": level})

    days = world.get("/events/data_series?event=won&length=3")
    hours = world.get(f"/events/data_series?event=won&length=2&unit=hour&ending_at={DAY}T08:30:00Z")
    of_segment = world.get("/events/data_series?event=won&length=1&segment_id=high&app_id=x")
    unknown = world.get("/events/data_series?event=lost&length=1")
    longest = world.get("/events/data_series?event=won&length=100")

    assert days.json() == {
        "data": [
            {"time": "2026-01-03", "count": 0},
            {"time": "2026-01-04", "count": 1},
            {"time": "2026-01-05", "count": 3},
        ],
        "message": "success",
    }
    assert hours.json()["data"] == [
        {"time": "2026-01-05T07:00:00.000Z", "count": 0},
        {"time": "2026-01-05T08:00:00.000Z", "count": 3},
    ]
    assert of_segment.json()["data"] == [{"time": DAY, "count": 1}]
    assert unknown.json()["data"] == [{"time": DAY, "count": 0}]
    assert len(longest.json()["data"]) == 100


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("/events/list?page=-1", "page is invalid"),
        ("/events/list?page=x", "page is invalid"),
        ("/events/list?page=1.5", "page is invalid"),
        ("/events/list?page=%C2%B2", "page is invalid"),
        (f"/events/list?page={'9' * 5000}", "page is invalid"),
        ("/purchases/product_list?page=one", "page is invalid"),
        ("/events?cursor=x", "cursor is invalid"),
        ("/custom_attributes?cursor=%ff", "cursor is invalid"),
        ("/custom_attributes?cursor=c2tpcDotNQ==", "cursor is invalid"),
        ("/events/data_series?length=1", "event is required"),
        ("/events/data_series?event=a", "length is required"),
        ("/events/data_series?event=a&length=0", "length is invalid"),
        ("/events/data_series?event=a&length=101", "length is invalid"),
        ("/events/data_series?event=a&length=1&unit=week", "unit is invalid"),
        ("/events/data_series?event=a&length=1&ending_at=soon", "ending_at is invalid"),
        ("/events/data_series?event=a&length=1&ending_at=0001-01-01", "ending_at is invalid"),
        (
            "/events/data_series?event=a&length=1&segment_id=x",
            "segment_id must be a string of the Segment api identifier",
        ),
    ],
)
def test_a_wrong_query_is_refused(world: World, query: str, message: str) -> None:
    """Facts: query-value-missing, query-value-invalid"""
    answer = world.get(query)

    assert (answer.status_code, answer.json()) == (400, {"message": message})


def test_the_four_lists_of_names_share_one_budget(world: World) -> None:
    paths = ("/events/list", "/events", "/custom_attributes", "/purchases/product_list")

    left = [world.get(path).headers["X-Ratelimit-Remaining"] for path in paths]

    assert left == ["999", "998", "997", "996"]
