"""Exports of a segment: asked for now, ready later, gone after four hours."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from worlds import START, World, advance

from mock_braze.domain.clock import ManualClock

LAG = 60
FIELDS = ["external_id", "custom_attributes"]
CALLBACK = "https://quikly.example.com/exports"


@pytest.fixture
def world() -> World:
    """A world with a segment of everybody whose level is 2 or more."""
    return a_world()


def a_world(**dials: Any) -> World:
    world = World(**dials)
    level = {"custom_attribute": "level", "operator": ">=", "value": 2}
    world.control("POST", "/segments", {"id": "high", "name": "High", "filter": level})
    return world


def export(world: World, **members: Any) -> requests.Response:
    asked = {"segment_id": "high", "fields_to_export": FIELDS, **members}
    return world.post(
        "/users/export/segment", {name: each for name, each in asked.items() if each is not None}
    )


def download(world: World, url: str) -> requests.Response:
    return world.session.get(url)


def users_in(archive: bytes) -> list[list[dict[str, Any]]]:
    """The users of each file of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return [
            [json.loads(line) for line in file.read(name).splitlines()] for name in file.namelist()
        ]


def test_the_recorded_answer_is_given_as_it_was_recorded() -> None:
    """Facts: segment-export-recorded-body, segment-export-is-asynchronous"""
    world = a_world(segment_export_place="recorded")
    state = world.workspace.state
    state.clock = ManualClock(datetime.fromtimestamp(1592424870, UTC))
    state.seeds.export_id = lambda: "e739ed46-9cd7-4142-b70f-843b89c5ac80"  # type: ignore[method-assign]
    state.seeds.export_name = lambda: "Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o"  # type: ignore[method-assign]

    answer = export(world)

    assert (answer.status_code, answer.content) == (
        201,
        b'{"object_prefix":"e739ed46-9cd7-4142-b70f-843b89c5ac80-1592424870",'
        b'"url":"https://appboy-eu-data-export.s3.amazonaws.com/'
        b'Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o.zip","message":"success"}',
    )


def test_an_export_names_itself_and_its_file_anew_each_time(world: World) -> None:
    first = export(world).json()
    advance(world.workspace, LAG)
    second = export(world).json()

    prefix, name = first["object_prefix"], first["url"].rpartition("/")[2]
    assert prefix.endswith(f"-{int(START.timestamp())}")
    assert len(prefix.rpartition("-")[0]) == 36
    assert len(name) == len("Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o.zip")
    assert second["object_prefix"] != prefix
    assert second["url"] != first["url"]


def test_the_file_is_there_from_when_it_is_ready_until_four_hours_later(world: World) -> None:
    """Facts: segment-export-file-dies, segment-export-file-form, segment-export-lag"""
    world.tracked({"external_id": "a", "level": 2}, {"external_id": "b", "level": 1})
    url = export(world).json()["url"]
    world.track({"external_id": "c", "level": 3})

    statuses = [download(world, url).status_code]
    advance(world.workspace, LAG)
    ready = download(world, url)
    world.tracked({"external_id": "a", "level": 0})
    advance(world.workspace, 4 * 3600 - 200 - 1)  # `tracked` has taken 200 s
    still = download(world, url)
    advance(world.workspace, 1)
    statuses.append(download(world, url).status_code)

    assert statuses == [403, 403]
    assert ready.status_code == 200
    assert users_in(ready.content) == [
        [
            {"external_id": "a", "custom_attributes": {"level": 2}},
            {"external_id": "c", "custom_attributes": {"level": 3}},
        ]
    ]
    assert still.content == ready.content
    assert world.workspace.state.exports == {}


def test_there_are_five_thousand_users_in_a_file(world: World) -> None:
    """Facts: segment-export-file-form"""
    for start in range(0, 5_001, 75):
        end = min(start + 75, 5_001)
        world.track(*({"external_id": f"{n}", "level": 2} for n in range(start, end)))
    advance(world.workspace, 5)

    url = export(world, fields_to_export=["external_id"]).json()["url"]
    advance(world.workspace, LAG)

    files = users_in(download(world, url).content)
    assert [len(each) for each in files] == [5_000, 1]
    assert {user["external_id"] for each in files for user in each} == {
        f"{n}" for n in range(5_001)
    }


def test_an_empty_segment_gives_an_empty_file(world: World) -> None:
    url = export(world).json()["url"]
    advance(world.workspace, LAG)

    assert users_in(download(world, url).content) == [[]]


def test_a_gzip_may_be_asked_for(world: World) -> None:
    """Facts: segment-export-members, segment-export-gzip"""
    world.tracked({"external_id": "a", "level": 2})
    url = export(world, output_format="gzip").json()["url"]
    advance(world.workspace, LAG)

    assert url.endswith(".gz")
    text = gzip.decompress(download(world, url).content)
    assert text == b'{"external_id":"a","custom_attributes":{"level":2}}\n'


def test_some_custom_attributes_may_be_chosen(world: World) -> None:
    """Facts: segment-export-chosen-attributes"""
    world.tracked(
        {"external_id": "a", "level": 2, "x": "2026-01-01"}, {"external_id": "b", "level": 3}
    )

    url = export(
        world, fields_to_export=["external_id"], custom_attributes_to_export=["x", "y"]
    ).json()["url"]
    advance(world.workspace, LAG)

    assert users_in(download(world, url).content) == [
        [
            {"external_id": "a", "custom_attributes": {"x": "2026-01-01T00:00:00.000Z"}},
            {"external_id": "b"},
        ]
    ]


def test_a_segment_has_one_running_export(world: World) -> None:
    """Facts: one-running-export-per-segment"""
    other = {"custom_event": "won"}
    world.control("POST", "/segments", {"id": "other", "name": "Other", "filter": other})
    export(world)

    second = export(world)
    of_another = export(world, segment_id="other")
    advance(world.workspace, LAG)

    assert (second.status_code, second.json()) == (
        400,
        {"message": "An export of this segment is already running"},
    )
    assert of_another.status_code == 201
    assert export(world).status_code == 201


@pytest.mark.parametrize(
    ("place", "told"), [("served", True), ("recorded", True), ("cloud_storage", False)]
)
def test_whoever_wants_to_know_is_told_when_the_file_is_ready(place: str, told: bool) -> None:
    """Facts: segment-export-callback, segment-export-to-own-storage"""
    world = a_world(segment_export_place=place)
    answer = export(world, callback_endpoint=CALLBACK).json()

    before = world.control("GET", "/webhooks").json()
    world.control("POST", "/clock/advance", {"seconds": LAG})
    (webhook,) = world.control("GET", "/webhooks").json()["webhooks"]

    assert ("url" in answer) is told
    assert before == {"webhooks": []}
    assert (webhook["at"], webhook["request"]) == ("2026-01-05T09:01:00.000Z", 2)
    assert webhook["sent"] == {
        "method": "POST",
        "url": CALLBACK,
        "headers": [["Content-Type", "application/json"]],
        "body": json.dumps({"success": True} | ({"url": answer["url"]} if told else {})),
        "notes": [],
    }


def test_the_fields_are_needed_unless_the_dial_says_so() -> None:
    """Facts: segment-export-members"""
    older = a_world(segment_export_fields="optional")
    older.tracked({"external_id": "a", "level": 2})

    newer = export(a_world(), fields_to_export=None)
    url = export(older, fields_to_export=None).json()["url"]
    advance(older.workspace, LAG)

    assert (newer.status_code, newer.json()) == (400, {"message": "fields_to_export is required"})
    ((user,),) = users_in(download(older, url).content)
    assert user == older.user("a")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"segment_id": None}, "segment_id must be a string of the Segment api identifier"),
        ({"segment_id": "x"}, "segment_id must be a string of the Segment api identifier"),
        ({"segment_id": ["high"]}, "segment_id must be a string of the Segment api identifier"),
        ({"fields_to_export": ["age"]}, "fields_to_export holds an unknown field"),
        ({"fields_to_export": []}, "fields_to_export is required"),
        (
            {"custom_attributes_to_export": [f"{n}" for n in range(501)]},
            "custom_attributes_to_export is invalid",
        ),
        ({"custom_attributes_to_export": "level"}, "custom_attributes_to_export is invalid"),
        ({"custom_attributes_to_export": [5]}, "custom_attributes_to_export is invalid"),
        ({"output_format": "rar"}, "output_format is invalid"),
        ({"output_format": {}}, "output_format is invalid"),
        ({"callback_endpoint": "quikly"}, "callback_endpoint is invalid"),
        ({"callback_endpoint": "http://[x"}, "callback_endpoint is invalid"),
        ({"callback_endpoint": "http://a:99999"}, "callback_endpoint is invalid"),
        ({"callback_endpoint": 5}, "callback_endpoint is invalid"),
    ],
)
def test_a_wrong_request_is_refused(world: World, members: dict[str, Any], message: str) -> None:
    answer = export(world, **members)

    assert (answer.status_code, answer.json()) == (400, {"message": message})
    assert world.workspace.state.exports == {}


def test_five_hundred_custom_attributes_may_be_chosen(world: World) -> None:
    """Facts: segment-export-chosen-attributes"""
    names = [f"{n}" for n in range(500)]

    assert export(world, custom_attributes_to_export=names).status_code == 201


def test_the_global_control_group_is_exported_the_same_way(world: World) -> None:
    """Facts: export-of-the-global-control-group"""
    world.tracked({"external_id": "a", "level": 2}, {"external_id": "b"})
    world.control("PATCH", "/profiles?external_id=b", {"is_in_global_control_group": True})

    answer = world.post(
        "/users/export/global_control_group",
        {"fields_to_export": FIELDS, "callback_endpoint": CALLBACK},
    )
    advance(world.workspace, LAG)

    assert answer.status_code == 201
    assert list(answer.json()) == ["object_prefix", "url", "message"]
    assert users_in(download(world, answer.json()["url"]).content) == [[{"external_id": "b"}]]
    assert len(world.control("GET", "/webhooks").json()["webhooks"]) == 1


def test_a_file_that_never_was_is_not_there(world: World) -> None:
    answer = world.control("GET", "/exports/nothing.zip")

    assert (answer.status_code, answer.json()) == (
        403,
        {
            "problems": [
                "there is no such file: it is not ready yet, or it was deleted after four hours"
            ]
        },
    )


def test_members_that_the_service_does_not_know_are_told(world: World) -> None:
    export(world, callback="x")

    assert world.hazards() == ["unknown_member_ignored"]
