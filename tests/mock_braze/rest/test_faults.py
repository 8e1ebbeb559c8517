"""What each fault does to a call in-process, and which calls a rule hits."""

from typing import Any

import pytest
import requests
from worlds import EMAIL, KEY, PHONE, World, advance, alias_json, an_event, effects

from mock_braze.app import create_app
from mock_braze.domain.journal import FaultInjected, RequestAnswered

ITEM = {"external_id": "a"}


def break_calls(world: World, kind: str, *, match: Any = None, **members: Any) -> None:
    rule = {name: members.pop(name) for name in ("times", "probability") if name in members}
    sent = {"effect": {"kind": kind, **members}, **rule, **({"match": match} if match else {})}
    answer = world.control("POST", "/faults", sent)
    assert answer.status_code == 201, answer.text


def injected(world: World) -> list[FaultInjected]:
    entries = world.workspace.state.journal.since(kind="fault")
    return [each for each in entries if isinstance(each, FaultInjected)]


def journaled(world: World) -> list[tuple[int, bytes]]:
    entries = world.workspace.state.journal.since(kind="request")
    return [
        (each.status, each.response_body) for each in entries if isinstance(each, RequestAnswered)
    ]


def applied(world: World) -> int:
    """How many profiles or updates came of it."""
    advance(world.workspace, 200)
    return sum(
        each.effect in ("profile_created", "profile_updated") for each in effects(world.workspace)
    )


def test_a_fault_is_journaled_after_its_request(world: World) -> None:
    break_calls(world, "status", status=503, times=1)

    world.track(ITEM)
    world.track(ITEM)

    (entry,) = injected(world)
    assert (entry.number, entry.request, entry.rule) == (3, 2, 1)
    assert entry.effect == {"kind": "status", "status": 503, "body": "html"}
    told = [line for line in world.journal().splitlines() if b'"kind":"fault"' in line]
    assert told == [
        b'{"number":3,"at":"2026-01-05T09:00:00.000Z","kind":"fault","request":2,"rule":1,'
        b'"effect":{"kind":"status","status":503,"body":"html"}}'
    ]


@pytest.mark.parametrize(
    ("members", "status", "content_type", "text"),
    [
        ({"status": 500}, 500, "application/json", '{"message":"Internal Server Error"}'),
        (
            {"status": 503, "body": "json"},
            503,
            "application/json",
            '{"message":"Service Unavailable"}',
        ),
        ({"status": 502, "body": "empty"}, 502, None, ""),
        (
            {"status": 504},
            504,
            "text/html",
            "<html><head><title>504 Gateway Timeout</title></head>"
            "<body>504 Gateway Timeout</body></html>\r\n",
        ),
    ],
)
def test_a_server_error_comes_in_any_form_and_the_call_was_never_made(
    world: World, members: dict[str, Any], status: int, content_type: str | None, text: str
) -> None:
    """Facts: errors-may-not-be-json, server-error-outcome-unknown"""
    break_calls(world, "status", **members)

    answer = world.track(ITEM)

    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers.get("Content-Type") == content_type
    assert "X-Ratelimit-Limit" not in answer.headers
    assert journaled(world) == [(status, text.encode())]
    assert applied(world) == 0


@pytest.mark.parametrize("profile", ["standard", "mau"])
def test_a_429_by_fault_looks_as_any_other(profile: str) -> None:
    world = World(rate_headers=profile)
    break_calls(world, "status", status=429, times=1)

    limited, after = world.track(ITEM), world.track(ITEM)

    assert (limited.status_code, limited.text) == (429, '{"message":"Rate Limited"}')
    if profile == "mau":
        assert limited.headers["X-Ratelimit-Retry-After"] == "3"
    else:
        assert limited.headers["X-Ratelimit-Remaining"] == "0"
    assert (after.status_code, after.headers["X-Ratelimit-Remaining"]) == (201, "2998")
    assert world.hazards() == ["retry_before_reset"]
    assert applied(world) == 1


def test_a_reset_connection_raises_and_the_call_was_never_made(world: World) -> None:
    break_calls(world, "connection_reset", times=1)

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        world.track(ITEM)

    assert journaled(world) == [(0, b"")]
    assert applied(world) == 0


@pytest.mark.parametrize(("answer", "status"), [(502, 502), (503, 503), (504, 504), ("reset", 0)])
def test_an_answer_may_be_lost_after_the_call_was_applied(
    world: World, answer: int | str, status: int
) -> None:
    """Facts: server-error-outcome-unknown"""
    break_calls(world, "applied_then_lost", answer=answer, times=1)

    if status:
        assert world.track(ITEM).status_code == status
    else:
        with pytest.raises(requests.ConnectionError):
            world.track(ITEM)

    assert journaled(world)[0][0] == status
    assert applied(world) == 1


def test_a_call_may_be_accepted_and_come_to_nothing() -> None:
    """Facts: success-only-means-queued"""
    lost, kept = World(), World()
    break_calls(lost, "accepted_but_lost", times=2)

    answers = [each.track({**ITEM, "phone": PHONE}) for each in (lost, kept)]
    answers += [each.set_status(phone=PHONE) for each in (lost, kept)]

    assert [each.status_code for each in answers] == [201] * 4
    assert [each.content for each in answers[::2]] == [each.content for each in answers[1::2]]
    assert applied(lost) == 0
    assert lost.status("phone=%2B13135550171").json()["status"] == {PHONE: "unknown"}
    assert kept.status("phone=%2B13135550171").json()["status"] == {PHONE: "Subscribed"}


def test_what_is_refused_is_refused_although_it_would_have_been_lost(world: World) -> None:
    break_calls(world, "accepted_but_lost")

    assert world.track({}).status_code == 400


def test_a_call_may_be_processed_twice(world: World) -> None:
    break_calls(world, "duplicate_processing", times=1)

    answer = world.track(events=[an_event(external_id="a")])
    advance(world.workspace, 200)

    assert answer.json() == {"events_processed": 1, "message": "success"}
    assert answer.headers["X-Ratelimit-Remaining"] == "2999"
    (profile,) = world.control("GET", "/profiles").json()["profiles"]
    assert profile["custom_events"] == {"entered": 2}


def test_a_malformed_body_is_not_json_and_its_call_was_applied(world: World) -> None:
    break_calls(world, "malformed_body", times=1)

    answer = world.track(ITEM)

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert applied(world) == 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_truncated_body_raises_while_it_is_read(world: World, encoding: str) -> None:
    break_calls(world, "truncated_body")
    world.session.headers = {"Accept-Encoding": encoding}  # type: ignore[assignment]

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        world.track(ITEM)

    assert applied(world) == 1


@pytest.mark.parametrize(
    ("timeout", "arrives"), [(None, True), (5, True), (4.9, False), ((1, 5), True), ((9, 1), False)]
)
def test_latency_is_not_waited_for_and_runs_into_a_timeout_that_is_shorter(
    world: World, timeout: Any, arrives: bool
) -> None:
    break_calls(world, "latency", seconds=5)
    headers = {"Authorization": f"Bearer {KEY}"}

    def track() -> requests.Response:
        item = {"attributes": [ITEM]}
        return world.session.post(
            "http://x/users/track", json=item, headers=headers, timeout=timeout
        )

    if arrives:
        assert track().status_code == 201
    else:
        with pytest.raises(requests.ReadTimeout):
            track()
    assert applied(world) == 1


@pytest.mark.parametrize(("seconds", "arrives"), [(10, True), (3600, False)])
def test_a_slow_drip_runs_into_a_timeout_between_two_bytes(
    world: World, seconds: float, arrives: bool
) -> None:
    break_calls(world, "slow_drip", seconds=seconds)
    headers = {"Authorization": f"Bearer {KEY}"}

    def export() -> requests.Response:
        return world.session.post(
            "http://x/users/export/ids", json={"external_ids": ["a"]}, headers=headers, timeout=1
        )

    if arrives:
        assert export().json()["message"] == "success"
    else:
        with pytest.raises(requests.ConnectionError, match="Read timed out"):
            export()


MATCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({"method": "get"}, ["get"]),
    ({"path": "/users/*"}, ["track", "export"]),
    ({"path": "/users/track"}, ["track"]),
    ({"path": "*/status/*"}, ["get", "set"]),
    ({"path": "/users/tr?ck"}, ["track"]),
    ({"path": "/users/merge"}, []),
    ({"api_key": KEY}, ["track", "export", "get", "set"]),
    ({"api_key": "other"}, []),
    ({"identifier": "Anna@Example.com"}, ["track", "export"]),
    ({"identifier": PHONE}, ["get", "set"]),
    ({"identifier": "cart-17"}, ["track"]),
    ({"identifier": "4711"}, ["track"]),
    ({"identifier": "subscribed"}, ["set"]),
    ({"identifier": "anna"}, []),
    ({"identifier": PHONE, "method": "POST"}, ["set"]),
]


def test_a_slash_too_many_escapes_no_rule(world: World) -> None:
    break_calls(world, "status", status=500, match={"path": "/users/track"})

    assert world.post("/users/track/", {"attributes": [{"external_id": "a"}]}).status_code == 500


@pytest.mark.parametrize(("match", "hit"), MATCHES)
def test_a_rule_hits_the_calls_it_matches(
    world: World, match: dict[str, Any], hit: list[str]
) -> None:
    break_calls(world, "status", status=500, match=match)

    items = [{"user_alias": alias_json("cart-17")}, {"external_id": 4711, "email": EMAIL}]
    answers = {
        "track": world.track(*items),
        "export": world.export(email_address=EMAIL),
        "get": world.status("phone=+13135550171"),
        "set": world.set_status(phone=PHONE),
    }  # fmt: skip

    assert [name for name, answer in answers.items() if answer.status_code == 500] == hit


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        ({}, [500, 500, 500, 500, 500]),
        ({"times": 2}, [500, 500, 201, 201, 201]),
        ({"match": {"nth": 3}}, [201, 201, 500, 201, 201]),
        ({"match": {"nth": 1}}, [500, 201, 201, 201, 201]),
        ({"match": {"nth": 2}, "times": 2}, [201, 500, 500, 201, 201]),
    ],
)
def test_a_rule_may_hit_some_of_its_calls_only(
    world: World, rule: dict[str, Any], statuses: list[int]
) -> None:
    break_calls(world, "status", status=500, **rule)

    assert [world.track(ITEM).status_code for _ in range(5)] == statuses


def test_chance_is_seeded() -> None:
    def statuses(seed: int) -> list[int]:
        world = World(seed=seed)
        break_calls(world, "status", status=500, probability=0.5)
        return [world.track(ITEM).status_code for _ in range(40)]

    assert statuses(1) == statuses(1) != statuses(2)
    assert 8 < statuses(1).count(500) < 32


def test_rules_that_hit_by_chance_leave_all_other_chance_as_it_is() -> None:
    world, calm = World(seed=4), World(seed=4)
    break_calls(world, "malformed_body", probability=0.01)

    ids = [[each.track(ITEM).headers["X-Request-Id"] for _ in range(5)] for each in (world, calm)]

    assert ids[0] == ids[1]


def test_the_first_rule_that_hits_wins(world: World) -> None:
    break_calls(world, "status", status=500, times=1)
    break_calls(world, "status", status=503)

    assert [world.track(ITEM).status_code for _ in range(2)] == [500, 503]
    told = world.control("GET", "/faults").json()["faults"]
    assert [(each["seen"], each["fired"]) for each in told] == [(2, 1), (1, 1)]


def test_a_reset_workspace_has_no_faults(world: World) -> None:
    break_calls(world, "status", status=500)

    world.control("POST", "/reset")

    assert world.track(ITEM).status_code == 201


def test_a_workspace_breaks_its_own_calls_only(world: World) -> None:
    _, key = world.workspaces.create("other")
    break_calls(world, "status", status=500)
    headers = {"Authorization": f"Bearer {key.value}"}

    answer = world.post("/users/track", {"attributes": [ITEM]}, headers=headers)

    assert answer.status_code == 201


@pytest.mark.parametrize("kind", ["connection_reset", "truncated_body", "malformed_body"])
def test_faults_are_the_same_behind_flask(kind: str) -> None:
    def outcome(*, dispatch_directly: bool) -> str:
        world = World(dispatch_directly=dispatch_directly)
        break_calls(world, kind)
        try:
            return world.track(ITEM).text
        except requests.RequestException as error:
            return type(error).__name__

    assert outcome(dispatch_directly=True) == outcome(dispatch_directly=False)


def test_without_a_wire_an_answer_goes_out_undisturbed(world: World) -> None:
    """A rule that was set in-process, and a call by a server without its connections in hand."""
    break_calls(world, "connection_reset", times=1)
    break_calls(world, "truncated_body", times=1)
    client = create_app(world.workspaces).test_client()

    answers = [
        client.post(
            "/users/track", json={"attributes": [ITEM]}, headers={"Authorization": f"Bearer {KEY}"}
        )
        for _ in range(2)
    ]

    assert [each.status_code for each in answers] == [502, 201]
    assert answers[1].json == {"attributes_processed": 1, "message": "success"}
