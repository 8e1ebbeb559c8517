import pytest
from worlds import KEY, START, World, hazards_seen

from mock_braze.app import create_app
from mock_braze.domain.api_keys import PARTNER_PERMISSIONS, PERMISSIONS
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.rate_limits import SHARED_POOL
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import in_process_session
from mock_braze.rest.exchange import Reply, Request
from mock_braze.rest.operations import TABLE, Operation, answer

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
    """Facts: quoted-key-is-refused, missing-key-body"""
    answer = world.track({"external_id": "a"})
    assert answer.status_code == 201

    answer = world.post("/users/track", {}, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.content.decode() == f'{{"message":"Invalid API key: {echoed}"}}'
    assert {name: answer.headers[name] for name in EMPTY_RATE_HEADERS} == EMPTY_RATE_HEADERS


PERMISSIONS_ASKED = [
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
]


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    sorted(
        {
            *PERMISSIONS_ASKED,
            *((each.method, each.path, each.permission) for each in TABLE.values()),
        }
    ),
)
@pytest.mark.parametrize(("dial", "status"), [("403", 403), ("401", 401)])
def test_each_endpoint_asks_for_its_own_permission(
    method: str, path: str, permission: str, dial: str, status: int
) -> None:
    """Facts: missing-permission-403, missing-permission-statuses,
    permissions-of-lists-and-groups
    """
    world = World(missing_permission=dial)
    others = world.workspaces.default.keys[KEY].permissions - {permission}
    world.workspaces.add_key(world.workspace, "all-but-one", others)
    world.workspaces.add_key(world.workspace, "just-the-one", [permission])

    refused = world.call(method, path, headers={"Authorization": "Bearer all-but-one"})
    let_in = world.call(method, path, headers={"Authorization": "Bearer just-the-one"})

    assert (refused.status_code, refused.text) == (status, '{"message":"Access Denied"}')
    assert {name: refused.headers[name] for name in EMPTY_RATE_HEADERS} == EMPTY_RATE_HEADERS
    assert let_in.status_code in (200, 400, 415)


def test_a_key_may_be_bound_to_a_network(world: World) -> None:
    """Facts: ip-allowlist"""
    world.workspaces.add_key(world.workspace, "here", ["users.track"], ["127.0.0.0/8"])
    world.workspaces.add_key(world.workspace, "elsewhere", ["users.track"], ["203.0.113.0/24"])

    def status(key: str) -> int:
        item = {"attributes": [{"external_id": "a"}]}
        headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": "203.0.113.9"}
        return world.post("/users/track", item, headers=headers).status_code

    assert (status("here"), status("elsewhere")) == (201, 403)


def test_a_key_sees_the_data_of_its_workspace_only(world: World) -> None:
    """Facts: keys-see-their-workspace-only, bearer-key"""
    _, key = world.workspaces.create("other")
    world.tracked({"external_id": "a"})

    asked = {"external_ids": ["a"]}
    headers = {"Authorization": f"Bearer {key.value}"}
    answer = world.post("/users/export/ids", asked, headers=headers)

    assert answer.text == '{"users":[],"invalid_user_ids":["a"],"message":"success"}'


def test_header_names_may_be_in_any_case(world: World) -> None:
    """Facts: header-names-any-case"""
    world.session.headers = {}  # type: ignore[assignment]
    headers = {"aUTHORIZATION": f"Bearer {KEY}", "CONTENT-TYPE": "Application/JSON"}

    answer = world.session.post("http://x/users/track", data=b"{}", headers=headers)

    assert answer.status_code == 400


def test_a_refused_key_is_not_counted(world: World) -> None:
    """Facts: rate-headers-empty-on-401"""
    for _ in range(5):
        world.post("/users/track", {}, headers={"Authorization": "Bearer wrong"})

    answer = world.track({"external_id": "a"})

    assert answer.headers["X-Ratelimit-Remaining"] == "2999"


def test_a_key_of_another_instance_is_unknown_here(world: World) -> None:
    """Facts: wrong-instance-is-an-unknown-key"""
    elsewhere = Workspaces(ManualClock(START), api_key="key-of-eu-01")
    headers = {"Authorization": "Bearer key-of-eu-01"}
    item = {"attributes": [{"external_id": "a"}]}

    here = world.post("/users/track", item, headers=headers)
    there = in_process_session(create_app(elsewhere)).post(
        "http://x/users/track", json=item, headers=headers
    )

    assert (here.status_code, here.text) == (401, '{"message":"Invalid API key: key-of-eu-01"}')
    assert there.status_code == 201


@pytest.mark.parametrize(("dial", "status"), [("403", 403), ("401", 401)])
def test_a_call_from_another_address_is_denied(dial: str, status: int) -> None:
    """Facts: address-outside-the-allowlist"""
    world = World(foreign_address=dial)
    world.workspaces.add_key(world.workspace, "elsewhere", PERMISSIONS, ["203.0.113.0/24"])

    answer = world.post("/users/track", headers={"Authorization": "Bearer elsewhere"})

    assert (answer.status_code, answer.text) == (status, '{"message":"Access Denied"}')


def test_an_inactive_account_is_refused_everything() -> None:
    """Facts: inactive-account-403"""
    world = World(account="inactive", missing_permission="401")

    for method, path in sorted(TABLE):
        answer = world.call(method, path, raw=b"{}")
        assert (answer.status_code, answer.text) == (403, '{"message":"Forbidden"}')
    assert world.post("/users/track", headers={"Authorization": "Bearer x"}).status_code == 401


def test_what_a_key_may_do_never_changes(world: World) -> None:
    """Facts: keys-never-change"""
    made, again, wider = (
        world.control("POST", "/api_keys", {"key": "k", "permissions": permissions})
        for permissions in (["users.track"], ["users.track"], ["users.track", "users.delete"])
    )

    assert [each.status_code for each in (made, again, wider)] == [201, 201, 400]
    assert wider.json() == {
        "problems": ["this key exists with other rights, and keys never change; make another"]
    }
    assert world.workspace.keys["k"].permissions == {"users.track"}


@pytest.mark.parametrize("path", ["/users/track", "/users/track?api_key=partner-key&x="])
def test_a_legacy_key_opens_nothing_unless_the_workspace_takes_such_keys(path: str) -> None:
    """Facts: legacy-api-key"""
    item = {"api_key": KEY, "attributes": [{"external_id": "a"}]}
    refusing, accepting = World(), World(legacy_api_key="accepted")

    refused, accepted = (
        world.post(path, item, headers={"Authorization": None}) for world in (refusing, accepting)
    )
    looked = accepting.call(
        "GET", f"/subscription/status/get?api_key={KEY}", headers={"Authorization": None}
    )

    assert (refused.status_code, refused.text) == (401, '{"message":"Invalid API key: "}')
    assert (accepted.status_code, looked.status_code) == (201, 400)
    assert accepting.hazards() == []


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("/users/track", b'{"api_key":["partner-key"]}'),
        ("/users/track", b'{"api_key":5}'),
        ("/users/track", b'{"api_key":"other"}'),
        ("/users/track", b"["),
        ("/users/track?api_key=", b"[]"),
        ("/users/track?api_key=%ff", b""),
    ],
)
def test_no_legacy_key_is_no_key(path: str, raw: bytes) -> None:
    world = World(legacy_api_key="accepted")

    answer = world.post(path, raw=raw, headers={"Authorization": None})

    assert (answer.status_code, answer.text) == (401, '{"message":"Invalid API key: "}')


def test_a_header_counts_before_a_legacy_key() -> None:
    world = World(legacy_api_key="accepted")

    answer = world.post("/users/track", {"api_key": KEY}, headers={"Authorization": "Bearer x"})

    assert answer.text == '{"message":"Invalid API key: x"}'


def test_a_partner_that_is_granted_too_much_is_a_hazard(world: World) -> None:
    asked = {"permissions": [*PARTNER_PERMISSIONS, "users.merge", "users.delete"], "partner": True}

    made = world.control("POST", "/api_keys", asked)
    world.control("POST", "/api_keys", {**asked, "partner": False})
    world.control("POST", "/api_keys", {"permissions": [*PARTNER_PERMISSIONS], "partner": True})

    assert made.json()["partner"] is True
    (seen,) = hazards_seen(world.workspace)
    assert (seen.hazard.name, seen.subject, seen.request) == (
        "permission_beyond_need",
        "users.delete, users.merge",
        0,
    )


@pytest.mark.parametrize(("granted", "status"), [(True, 202), (False, 403)])
def test_a_partner_that_calls_more_than_it_needs_is_a_hazard(granted: bool, status: int) -> None:
    """Facts: four-permissions"""
    world = World()
    permissions = [*PARTNER_PERMISSIONS, *["users.merge"] * granted]
    world.workspaces.add_key(world.workspace, "p", permissions, is_partner=True)
    before = len(hazards_seen(world.workspace))
    merge = Operation(
        "POST", "/users/merge", "users.merge", SHARED_POOL, lambda _: Reply(202, b"{}")
    )

    needed = world.post("/users/track", headers={"Authorization": "Bearer p"})
    headers = {"authorization": "Bearer p", "content-type": "application/json"}
    request = Request("POST", "/users/merge", "", headers, b"{}")
    reply = answer(world.workspaces, request, merge)

    (seen,) = hazards_seen(world.workspace)[before:]
    assert (needed.status_code, reply.status) == (400, status)
    assert (seen.hazard.name, seen.subject) == ("permission_beyond_need", "users.merge")
    assert ("not granted" in seen.details) is not granted
