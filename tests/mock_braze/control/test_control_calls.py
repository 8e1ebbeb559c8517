"""What every control call has in common: its workspace, its members, its token."""

from typing import Any

import pytest
from worlds import KEY, START, World

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import in_process_session

SELECTING = [
    ("GET", "/clock", None),
    ("PUT", "/clock", {"mode": "manual"}),
    ("POST", "/clock/advance", {"seconds": 1}),
    ("POST", "/clock/next", None),
    ("GET", "/dials", None),
    ("PATCH", "/dials", {}),
    ("GET", "/rate_limits", None),
    ("PATCH", "/rate_limits", {}),
    ("POST", "/api_keys", {"permissions": []}),
    ("POST", "/subscription_groups", {"name": "n", "channel": "sms"}),
    ("GET", "/subscription_groups", None),
    ("GET", "/sms/outbox", None),
    ("POST", "/segments", {"name": "n", "filter": {"custom_event": "won"}}),
    ("GET", "/segments", None),
    ("POST", "/campaigns", {"name": "n"}),
    ("GET", "/canvases", None),
    ("GET", "/webhooks", None),
    ("GET", "/webhook_targets", None),
    ("PUT", "/webhook_targets", {"targets": {}}),
    ("GET", "/journal", None),
    ("GET", "/profiles", None),
    ("GET", "/custom_attributes", None),
    ("PUT", "/custom_attributes", {"name": "points", "data_type": "number"}),
    ("GET", "/blocked_users", None),
    ("PUT", "/blocked_users", {"external_ids": ["guest"]}),
    ("POST", "/reset", None),
]


@pytest.mark.parametrize(("method", "path", "body"), SELECTING)
def test_a_call_goes_to_the_workspace_it_names(
    world: World, method: str, path: str, body: Any
) -> None:
    world.control("POST", "/workspaces", {"name": "brand"})

    assert world.control(method, f"{path}?workspace=brand", body).status_code in (200, 201)
    answer = world.control(method, f"{path}?workspace=nobody", body)
    assert (answer.status_code, answer.json()) == (
        404,
        {"problems": ["there is no workspace 'nobody'; there are default, brand"]},
    )


def test_what_is_done_to_one_workspace_leaves_the_others(world: World) -> None:
    world.control("POST", "/workspaces", {"name": "brand"})

    world.control("POST", "/clock/advance?workspace=brand", {"seconds": 60})
    world.control("PATCH", "/dials?workspace=brand", {"reorder": True})

    assert world.control("GET", "/clock").json()["now"] == START.isoformat()
    assert world.control("GET", "/dials").json()["dials"]["reorder"]["value"] is False


@pytest.mark.parametrize(
    "raw", [b"{", b"seconds=1", b"\xff", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000]
)
def test_a_body_that_is_not_json_is_refused(world: World, raw: bytes) -> None:
    answer = world.control("POST", "/clock/advance", raw=raw)

    assert answer.status_code == 400
    (problem,) = answer.json()["problems"]
    assert problem.startswith("the body is not JSON")


def test_the_place_where_a_body_stops_being_json_is_told(world: World) -> None:
    answer = world.control("POST", "/clock/advance", raw=b"{'seconds': 1}")

    says = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    assert answer.json() == {"problems": [f"the body is not JSON: {says}"]}


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"[]", "an array"), (b"5", "a whole number"), (b"null", "null")]
)
def test_a_body_that_is_no_object_is_refused(world: World, raw: bytes, kind: str) -> None:
    answer = world.control("PATCH", "/dials", raw=raw)

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": [f"the body must be a JSON object, not {kind}"]},
    )


def test_the_content_type_of_a_control_call_does_not_matter(world: World) -> None:
    answer = world.control(
        "POST", "/clock/advance", raw=b'{"seconds":1}', headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 200


def test_all_problems_of_a_body_are_told_at_once(world: World) -> None:
    sent = {"name": 5, "colour": "red", "id": None}
    answer = world.control("POST", "/subscription_groups", sent)

    there_are = "archived, double_opt_in, keywords, languages, unknown_numbers, fuzzy_opt_out"
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                f"there is no member 'colour'; there are id, name, channel, {there_are}",
                "'channel' is missing",
                "'name' must be text, not 5",
            ]
        },
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/nothing", 404, "there is no such path; GET /control lists every call"),
        ("GET", "/", 404, "there is no such path; GET /control lists every call"),
        (
            "GET",
            "/webhook",
            404,
            "there is no such path; close to it is /control/webhooks; GET /control lists every "
            "call",
        ),
        (
            "GET",
            "/dials/",
            404,
            "there is no such path; close to it is /control/dials; GET /control lists every call",
        ),
        ("DELETE", "/clock", 405, "this path takes GET and PUT only"),
        ("POST", "/health", 405, "this path takes GET only"),
    ],
)
def test_an_unknown_control_call_is_told_which_there_are(
    world: World, method: str, path: str, status: int, says: str
) -> None:
    answer = world.control(method, path)

    assert (answer.status_code, answer.json()) == (
        status,
        {"problems": [f"{method} /control{path}: {says}"]},
    )


def test_the_control_plane_lists_its_calls_with_what_they_take(world: World) -> None:
    calls = world.control("GET", "").json()["calls"]

    told = {(each["method"], each["path"]): each for each in calls}
    assert told["DELETE", "/control/faults"] == {
        "method": "DELETE",
        "path": "/control/faults",
        "query": ["id", "workspace"],
        "says": "All rules, or the one with `?id=`.",
    }
    assert len(told) == len(calls)
    assert all(each["says"].endswith(".") for each in calls)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/clock?worksapce=brand"),
        ("GET", "/profiles?worksapce=brand"),
        ("GET", "/journal?worksapce=brand&kind=hazard"),
        ("DELETE", "/faults?worksapce=brand"),
        ("POST", "/reset?worksapce=brand"),
        ("GET", "/health?worksapce=brand"),
    ],
)
def test_a_misspelt_name_in_a_query_is_refused(world: World, method: str, path: str) -> None:
    before = world.control("GET", "/snapshot").content

    answer = world.control(method, path)

    assert answer.status_code == 400
    (problem,) = answer.json()["problems"]
    assert problem.startswith("there is no 'worksapce' in this query; there are ")
    assert problem.endswith("workspace")
    assert world.control("GET", "/snapshot").content == before


@pytest.mark.parametrize("path", ["/reset", "/clock/next"])
def test_a_call_that_takes_no_members_refuses_them(world: World, path: str) -> None:
    answer = world.control("POST", path, {"workspace": "brand"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": ["there is no member 'workspace'; there are none in this call"]},
    )


def test_control_needs_no_api_key_and_leaves_nothing_in_the_journal(world: World) -> None:
    answer = world.control("GET", "/health", headers={"Authorization": None})

    assert answer.json() == {"ready": True, "version": "0.1.0"}
    assert world.journal() == b""


def test_a_control_body_over_the_limit_is_refused_in_json(world: World) -> None:
    answer = world.control("PATCH", "/dials", raw=b" " * (4 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "problems" in answer.json()


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer wrong", 401),
        ("Bearer schl\xfcssel", 401),
        (f"Bearer {KEY}", 401),
        ("Bearer secret", 200),
    ],
)
@pytest.mark.parametrize("path", ["/control/health", "//control/health", "/%63ontrol/health"])
def test_a_server_with_a_control_token_asks_for_it(
    authorization: str | None, status: int, path: str
) -> None:
    app = create_app(Workspaces(ManualClock(START), api_key=KEY), control_token="secret")
    headers = {"Authorization": authorization} if authorization else {}

    answer = in_process_session(app).get(f"http://x{path}", headers=headers)

    assert answer.status_code == status
    assert status == 200 or answer.json() == {
        "problems": ["this server asks for its control token: Authorization: Bearer …"]
    }


def test_the_control_token_is_not_asked_for_a_file_of_an_export() -> None:
    app = create_app(Workspaces(ManualClock(START), api_key=KEY), control_token="secret")

    answer = in_process_session(app).get("http://x/control/exports/nothing.zip")

    assert answer.status_code == 403


def test_the_control_token_is_not_asked_for_on_the_surface_of_the_service() -> None:
    app = create_app(Workspaces(ManualClock(START), api_key=KEY), control_token="secret")

    answer = in_process_session(app).post(
        "http://x/users/track",
        json={"attributes": [{"external_id": "a"}]},
        headers={"Authorization": f"Bearer {KEY}"},
    )

    assert answer.status_code == 201


def test_only_control_itself_is_under_the_token() -> None:
    app = create_app(Workspaces(ManualClock(START), api_key=KEY), control_token="secret")
    session = in_process_session(app)

    assert session.get("http://x/controlled").text == '{"message":"Not Found"}'
    assert session.get("http://x/control").status_code == 401


def test_half_a_character_is_refused_before_it_is_kept(world: World) -> None:
    raw = b'{"name": "\\ud800", "channel": "email"}'

    answer = world.control("POST", "/subscription_groups", raw=raw)

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": ["a text in the body must be printable; it has half a character"]},
    )
    assert world.control("GET", "/snapshot").status_code == 200
