import pytest
from worlds import KEY, World

EMPTY_RATE_HEADERS = {
    "X-Ratelimit-Limit": "",
    "X-Ratelimit-Remaining": "",
    "X-Ratelimit-Reset": "",
}


@pytest.mark.parametrize(
    ("header", "echoed"),
    [
        (None, ""),
        ("Bearer", ""),
        ("Bearer ", ""),
        (KEY, ""),
        (f"bearer {KEY}", ""),
        (f"Basic {KEY}", ""),
        (f'Bearer "{KEY}"', f'\\"{KEY}\\"'),
        (f"Bearer  {KEY}", f" {KEY}"),
        (f"Bearer {KEY}x", f"{KEY}x"),
        ("Bearer schlüssel", "schlüssel"),
    ],
)
def test_a_header_that_carries_no_known_key_is_answered_like_an_invalid_key(
    world: World, header: str | None, echoed: str
) -> None:
    answer = world.track({"external_id": "a"})
    assert answer.status_code == 201

    answer = world.post("/users/track", {}, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.content.decode() == f'{{"message":"Invalid API key: {echoed}"}}'
    assert {name: answer.headers[name] for name in EMPTY_RATE_HEADERS} == EMPTY_RATE_HEADERS


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("POST", "/users/track", "users.track"),
        ("POST", "/users/export/ids", "users.export.ids"),
        ("GET", "/subscription/status/get", "subscription.status.get"),
        ("POST", "/subscription/status/set", "subscription.status.set"),
        ("POST", "/v2/subscription/status/set", "subscription.status.set"),
        ("GET", "/subscription/user/status", "subscription.groups.get"),
        ("POST", "/email/status", "email.status"),
        ("GET", "/email/hard_bounces", "email.hard_bounces"),
        ("GET", "/email/unsubscribes", "email.unsubscribe"),
        ("POST", "/email/bounce/remove", "email.bounce.remove"),
        ("POST", "/email/spam/remove", "email.spam.remove"),
        ("POST", "/email/blocklist", "email.blacklist"),
        ("POST", "/email/blacklist", "email.blacklist"),
        ("GET", "/sms/invalid_phone_numbers", "sms.invalid_phone_numbers"),
        ("POST", "/sms/invalid_phone_numbers/remove", "sms.invalid_phone_numbers.remove"),
    ],
)
@pytest.mark.parametrize(("dial", "status"), [("403", 403), ("401", 401)])
def test_each_endpoint_asks_for_its_own_permission(
    method: str, path: str, permission: str, dial: str, status: int
) -> None:
    """Facts: permissions-of-lists-and-groups"""
    world = World(missing_permission=dial)
    others = world.workspaces.default.keys[KEY].permissions - {permission}
    world.workspaces.add_key(world.workspace, "all-but-one", others)
    world.workspaces.add_key(world.workspace, "just-the-one", [permission])

    refused = world.call(method, path, headers={"Authorization": "Bearer all-but-one"})
    let_in = world.call(method, path, headers={"Authorization": "Bearer just-the-one"})

    assert (refused.status_code, refused.text) == (status, '{"message":"Access Denied"}')
    assert {name: refused.headers[name] for name in EMPTY_RATE_HEADERS} == EMPTY_RATE_HEADERS
    assert let_in.status_code in (400, 415)


def test_a_key_may_be_bound_to_a_network(world: World) -> None:
    world.workspaces.add_key(world.workspace, "here", ["users.track"], ["127.0.0.0/8"])
    world.workspaces.add_key(world.workspace, "elsewhere", ["users.track"], ["203.0.113.0/24"])

    def status(key: str) -> int:
        item = {"attributes": [{"external_id": "a"}]}
        headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": "203.0.113.9"}
        return world.post("/users/track", item, headers=headers).status_code

    assert (status("here"), status("elsewhere")) == (201, 403)


def test_a_key_sees_the_data_of_its_workspace_only(world: World) -> None:
    _, key = world.workspaces.create("other")
    world.tracked({"external_id": "a"})

    asked = {"external_ids": ["a"]}
    headers = {"Authorization": f"Bearer {key.value}"}
    answer = world.post("/users/export/ids", asked, headers=headers)

    assert answer.text == '{"users":[],"invalid_user_ids":["a"],"message":"success"}'


def test_header_names_may_be_in_any_case(world: World) -> None:
    world.session.headers = {}  # type: ignore[assignment]
    headers = {"aUTHORIZATION": f"Bearer {KEY}", "CONTENT-TYPE": "Application/JSON"}

    answer = world.session.post("http://x/users/track", data=b"{}", headers=headers)

    assert answer.status_code == 400


def test_a_refused_key_is_not_counted(world: World) -> None:
    for _ in range(5):
        world.post("/users/track", {}, headers={"Authorization": "Bearer wrong"})

    answer = world.track({"external_id": "a"})

    assert answer.headers["X-Ratelimit-Remaining"] == "2999"
