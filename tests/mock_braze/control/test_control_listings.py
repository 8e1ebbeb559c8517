"""Segments, campaigns, Canvases, Content Blocks and templates through the control plane."""

import pytest
from worlds import World

LEVEL = {"custom_attribute": "level", "operator": ">=", "value": 2}


def test_a_segment_is_made_and_tells_who_is_in_it_now(world: World) -> None:
    made = world.control("POST", "/segments", {"name": "High", "filter": LEVEL})
    world.track({"external_id": "a", "level": 2}, {"external_id": "b"})
    world.control("POST", "/clock/advance", {"seconds": 2})

    (listed,) = world.control("GET", "/segments").json()["segments"]

    first = next(iter(world.workspace.state.profiles))
    assert made.status_code == 201
    assert listed == {
        "id": made.json()["id"],
        "name": "High",
        "filter": LEVEL,
        "created_at": "2026-01-05T09:00:00.000Z",
        "description": "",
        "tags": [],
        "teams": [],
        "analytics_tracking_enabled": True,
        "members": [first.braze_id],
    }


def test_all_problems_of_a_segment_are_told_at_once(world: World) -> None:
    answer = world.control(
        "POST",
        "/segments",
        {
            "name": "High",
            "tags": [5],
            "created_at": "soon",
            "filter": {"and": [{"custom_event": 5}, {"not": []}]},
        },
    )

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "'tags' must be an array of text, not [5]",
                "'created_at' must be a date, not 'soon'",
                "filter.and[0].custom_event must be a name, not 5",
                "filter.and[1].not must be an object, not []",
            ]
        },
    )
    assert world.control("POST", "/segments", {"name": "x"}).json() == {
        "problems": ["'filter' is missing"]
    }


KINDS = ["campaigns", "canvases", "content_blocks", "email_templates"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_lists_show_is_added_and_told(world: World, kind: str) -> None:
    made = world.control("POST", f"/{kind}", {"name": "x", "id": "1", "tags": ["a"]})
    again = world.control("POST", f"/{kind}", {"name": "y", "id": "1"})
    wrong = world.control("POST", f"/{kind}", {"name": 5, "colour": "red"})
    dated = world.control("POST", f"/{kind}", {"name": "x", "created_at": "soon", "tags": [1]})

    assert made.status_code == 201
    assert made.json()["created_at"] == "2026-01-05T09:00:00.000Z"
    assert world.control("GET", f"/{kind}").json() == {kind: [made.json()]}
    assert (again.status_code, again.json()) == (
        409,
        {"problems": ["there is one with the id '1' already"]},
    )
    assert (wrong.status_code, len(wrong.json()["problems"])) == (400, 2)
    assert dated.json() == {
        "problems": [
            "'created_at' must be a date, not 'soon'",
            "'tags' must be an array of text, not [1]",
        ]
    }


def test_a_segment_has_an_id_of_its_own(world: World) -> None:
    for status in (201, 409):
        answer = world.control("POST", "/segments", {"name": "x", "filter": LEVEL, "id": "1"})
        assert answer.status_code == status
    assert answer.json() == {"problems": ["there is a segment '1' already"]}
