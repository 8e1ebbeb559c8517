from typing import Any

import pytest
from worlds import KEY, SMS_GROUP, World

ALL = ["subscription.status.get", "subscription.status.set", "users.export.ids", "users.track"]


def test_a_new_workspace_comes_with_a_key_to_it(world: World) -> None:
    answer = world.control("POST", "/workspaces", {"name": "brand", "permissions": ["users.track"]})

    made = answer.json()
    assert (answer.status_code, made["workspace"]) == (201, "brand")
    body = {"attributes": [{"external_id": "a"}]}
    headers = {"Authorization": f"Bearer {made['api_key']}"}
    assert world.post("/users/track", body, headers=headers).status_code == 201
    assert world.post("/users/export/ids", body, headers=headers).status_code == 403
    assert world.workspace.next_due() is None


def test_workspaces_without_a_name_are_numbered(world: World) -> None:
    names = [world.control("POST", "/workspaces").json()["workspace"] for _ in range(2)]

    assert names == ["workspace-1", "workspace-2"]


@pytest.mark.parametrize("seed", [0, -1, 2**200])
def test_equal_seeds_make_equal_worlds_with_keys_of_their_own(world: World, seed: int) -> None:
    one, other = (
        world.control("POST", "/workspaces", {"name": name, "seed": seed}).json()
        for name in ("one", "other")
    )

    def made_by(made: dict[str, str]) -> str:
        headers = {"Authorization": f"Bearer {made['api_key']}"}
        world.post("/users/track", {"attributes": [{"external_id": "a"}]}, headers=headers)
        world.control("POST", f"/clock/advance?workspace={made['workspace']}", {"seconds": 5})
        return world.control("GET", f"/profiles?workspace={made['workspace']}").text

    assert one["api_key"] != other["api_key"]
    assert made_by(one) == made_by(other)


def test_a_taken_name_is_refused(world: World) -> None:
    answer = world.control("POST", "/workspaces", {"name": "default"})

    assert (answer.status_code, answer.json()) == (
        409,
        {"problems": ["there is a workspace 'default' already; choose another name"]},
    )


@pytest.mark.parametrize(
    "body",
    [
        {"name": 5},
        {"seed": "1"},
        {"seed": True},
        {"seed": 1.5},
        {"permissions": "users.track"},
        {"permissions": ["nothing"]},
        {"permissions": [[]]},
        {"permissions": [{}]},
        {"colour": "red"},
    ],
)
def test_a_workspace_asked_for_badly_is_not_made(world: World, body: dict[str, Any]) -> None:
    answer = world.control("POST", "/workspaces", {"name": "brand", **body})

    assert answer.status_code == 400
    assert len(answer.json()["problems"]) == 1
    assert world.control("GET", "/clock?workspace=brand").status_code == 404


def test_reset_leaves_time_and_keys_and_nothing_else(world: World) -> None:
    world.control("PATCH", "/dials", {"ingestion_lag": 5})
    world.tracked({"external_id": "a"})
    now = world.control("GET", "/clock").json()["now"]

    answer = world.control("POST", "/reset")

    assert answer.json() == {"workspace": "default"}
    assert world.control("GET", "/clock").json() == {"mode": "manual", "now": now, "next_due": None}
    assert world.journal() == b""
    assert world.control("GET", "/profiles").json() == {"profiles": []}
    assert world.control("GET", "/subscription_groups").json() == {"subscription_groups": []}
    assert world.control("GET", "/dials").json()["dials"]["ingestion_lag"]["value"] == 2
    assert world.export(external_ids=["a"]).json()["users"] == []


def test_another_key_opens_what_it_is_permitted(world: World) -> None:
    answer = world.control(
        "POST",
        "/api_keys",
        {"key": "k", "permissions": ["users.track"], "ip_allowlist": ["127.0.0.1", "10.0.0.0/8"]},
    )

    assert (answer.status_code, answer.json()) == (
        201,
        {
            "workspace": "default",
            "api_key": "k",
            "permissions": ["users.track"],
            "ip_allowlist": ["127.0.0.1/32", "10.0.0.0/8"],
            "partner": False,
        },
    )
    headers = {"Authorization": "Bearer k"}
    assert world.post("/users/track", {}, headers=headers).status_code == 400
    assert world.post("/users/export/ids", {}, headers=headers).status_code == 403


def test_a_key_without_a_value_gets_one(world: World) -> None:
    made = [world.control("POST", "/api_keys", {"permissions": ALL}).json() for _ in range(2)]

    assert made[0]["api_key"] != made[1]["api_key"]
    assert made[0]["permissions"] == ALL


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, ["'permissions' is missing"]),
        ({"permissions": None}, ["'permissions' is missing"]),
        ({"permissions": "users.track"}, ["'permissions' must be an array, not 'users.track'"]),
        ({"permissions": [[]]}, ["there is no permission []; a name looks like users.track"]),
        ({"permissions": [5]}, ["there is no permission 5; a name looks like users.track"]),
        (
            {"permissions": ["users.tracks"]},
            [
                "there is no permission 'users.tracks'; "
                "close to it are users.track, users.track.sync, users.track.bulk"
            ],
        ),
        ({"permissions": [], "key": 5}, ["'key' must be text, not 5"]),
        (
            {"permissions": [], "key": "two\nlines", "ip_allowlist": [5, None, "here", {}]},
            [
                "the key 'two\\nlines' must be printable ASCII without spaces around it",
                "5 is no IP address or subnet",
                "None is no IP address or subnet",
                "'here' is no IP address or subnet",
                "{} is no IP address or subnet",
            ],
        ),
    ],
)
def test_a_key_asked_for_badly_is_refused_with_every_reason(
    world: World, body: dict[str, Any], problems: list[str]
) -> None:
    answer = world.control("POST", "/api_keys", body)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})


def test_a_key_of_another_workspace_is_refused(world: World) -> None:
    world.control("POST", "/workspaces", {"name": "brand"})

    taken = {"key": KEY, "permissions": []}
    answer = world.control("POST", "/api_keys?workspace=brand", taken)

    assert (answer.status_code, answer.json()) == (
        409,
        {"problems": ["this key opens another workspace already; choose another key"]},
    )
    assert world.track({"external_id": "a"}).status_code == 201


def test_groups_are_made_and_listed(world: World) -> None:
    group_id = "11111111-2222-4333-8444-555555555555"
    made = world.control(
        "POST", "/subscription_groups", {"id": group_id, "name": "Chat", "channel": "whatsapp"}
    )
    unnamed = world.control("POST", "/subscription_groups", {"name": "More", "channel": "email"})

    group = {"id": group_id, "name": "Chat", "channel": "whatsapp", "archived": False}
    assert (made.status_code, made.json()) == (201, group)
    listed = world.control("GET", "/subscription_groups").json()["subscription_groups"]
    assert listed[2:] == [group, unnamed.json()]
    assert world.set_status(group_id, phone="+13135550171").status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "problems"),
    [
        ({"name": "n"}, 400, ["'channel' is missing"]),
        (
            {"name": "n", "channel": "fax", "id": "news"},
            400,
            [
                "'channel' must be one of sms, email, whatsapp",
                "'id' must be a UUID, not 'news'",
            ],
        ),
        (
            {"name": "n", "channel": "sms", "id": f"{{{SMS_GROUP}}}"},
            400,
            [f"'id' must be a UUID, not '{{{SMS_GROUP}}}'"],
        ),
        (
            {"name": "n", "channel": "sms", "id": SMS_GROUP},
            409,
            [f"there is a group {SMS_GROUP} already"],
        ),
    ],
)
def test_a_group_asked_for_badly_is_not_made(
    world: World, body: dict[str, Any], status: int, problems: list[str]
) -> None:
    answer = world.control("POST", "/subscription_groups", body)

    assert (answer.status_code, answer.json()) == (status, {"problems": problems})
    assert len(world.control("GET", "/subscription_groups").json()["subscription_groups"]) == 2


def test_dials_are_read_and_turned(world: World) -> None:
    before = world.control("GET", "/dials").json()["dials"]
    after = world.control("PATCH", "/dials", {"creation_lag": 5}).json()["dials"]

    assert before["creation_lag"] == {
        "value": 120.0,
        "default": 120.0,
        "values": "seconds",
        "says": "from accepted to fully made: a new profile may join a subscription group",
        "fact": "group-change-needs-a-finished-profile",
    }
    assert after == {**before, "creation_lag": {**before["creation_lag"], "value": 5.0}}


def test_no_dial_is_turned_if_one_of_them_cannot_be(world: World) -> None:
    answer = world.control("PATCH", "/dials", {"creation_lag": 5, "reorder": 1, "status_lag": "x"})

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "dial 'reorder' cannot be 1: give true or false",
                "dial 'status_lag' cannot be 'x': give seconds, 0 or more",
            ]
        },
    )
    assert world.control("GET", "/dials").json()["dials"]["creation_lag"]["value"] == 120


def test_what_is_due_comes_true_before_the_dials_are_turned(world: World) -> None:
    world.track({"external_id": "a", "phone": "+13135550171"})
    world.workspace.clock.advance(world.workspace.state.dials.ingestion_lag)  # type: ignore[attr-defined]

    world.control("PATCH", "/dials", {"creation_lag": 0})

    assert world.control("GET", "/clock").json()["next_due"] == "2026-01-05T09:02:00+00:00"


def test_a_path_that_only_begins_like_the_control_plane_is_unknown_to_braze(world: World) -> None:
    answer = world.get("/controlled")

    assert (answer.status_code, answer.text) == (404, '{"message":"Not Found"}')


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000"])
def test_a_workspace_needs_a_name_that_can_be_printed(world: World, name: str) -> None:
    raw = f'{{"name": "{name}"}}'.encode()

    answer = world.control("POST", "/workspaces", raw=raw)

    assert answer.status_code == 400
    assert "must be printable" in answer.json()["problems"][0]
