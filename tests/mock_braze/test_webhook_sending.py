"""What the fake sends out by itself, over real HTTP to receivers on this machine."""

import json
import re
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
import requests
from receivers import Received, Receiver, a_request, receiver
from worlds import EMAIL, KEY, START, World, advance, hazards

from mock_braze.domain.clock import ManualClock, ScaledClock
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.webhooks.delivering import queue_delivery
from mock_braze.domain.webhooks.hosts import Host
from mock_braze.domain.webhooks.targets import Targets
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import app_behind
from mock_braze.server import threaded
from mock_braze.webhooks.sending import deliver

EXPORT = {"segment_id": "all", "fields_to_export": ["email"]}
HALF_AN_HOUR = 1800


def a_world(**dials: Any) -> World:
    world = World(**dials)
    everybody = {"attribute": "created_at", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    return world


def queue(world: World, url: str, *, after: float = 0, **members: Any) -> None:
    """A webhook from nowhere, due now or later."""
    due = world.workspace.clock.now() + timedelta(seconds=after)
    queue_delivery(world.workspace.state, a_request(url, **members), due, MessageSource(0))


def move(world: World, seconds: float) -> None:
    assert world.control("POST", "/clock/advance", {"seconds": seconds}).status_code == 200


def webhooks(world: World) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = world.control("GET", "/webhooks").json()["webhooks"]
    return told


def statuses(world: World) -> list[int]:
    """Of every attempt at the only webhook."""
    (webhook,) = webhooks(world)
    return [each["answer"]["status"] for each in webhook["attempts"]]


def moments(world: World) -> list[float]:
    """Of every attempt at the only webhook, in seconds from the start."""
    (webhook,) = webhooks(world)
    made = [datetime.fromisoformat(each["made_at"]) for each in webhook["attempts"]]
    return [(each - START).total_seconds() for each in made]


def impatient(world: World, seconds: float = 0.2) -> None:
    world.workspace.state.targets = Targets(patience=timedelta(seconds=seconds))


def a_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("moved_by", ["clock", "control", "call"])
def test_whoever_waits_for_an_export_is_called(moved_by: str) -> None:
    world = a_world()
    with receiver(204) as there:
        callback = {"callback_endpoint": f"{there.url}/done?a=1"}
        export = world.post("/users/export/segment", {**EXPORT, **callback}).json()
        if moved_by == "clock":
            move(world, 60)
        else:
            advance(world.workspace, 60)
        if moved_by == "control":
            world.control("POST", "/campaigns", {"name": "x"})
        if moved_by == "call":
            world.get("/events/list")

    (received,) = there.received
    assert (received.method, received.path) == ("POST", "/done?a=1")
    assert received.headers["content-type"] == "application/json"
    assert json.loads(received.body) == {"success": True, "url": export["url"]}
    assert [each["outcome"] for each in webhooks(world)] == ["delivered"]


def test_a_webhook_of_a_send_calls_once_for_each_recipient(world: World) -> None:
    world.tracked({"external_id": "a", "email": EMAIL}, {"external_id": "b"})
    with receiver(503, 200) as there:
        composed = {
            "url": f"{there.url}/hook",
            "request_method": "POST",
            "body": '{"email": "{{${email_address}}}"}',
        }
        send = {"external_user_ids": ["a", "b"], "messages": {"webhook": composed}}
        dispatch = world.post("/messages/send", send).json()["dispatch_id"]
        move(world, HALF_AN_HOUR)

    sent = [f'{{"email": "{each}"}}' for each in (EMAIL, "", EMAIL)]
    assert [each.body for each in there.received] == sent
    told = webhooks(world)
    assert [each["dispatch_id"] for each in told] == [dispatch, dispatch]
    assert [len(each["attempts"]) for each in told] == [2, 1]


def test_a_receiver_sees_what_was_composed_and_who_calls(world: World) -> None:
    """Facts: webhook-user-agent"""
    with receiver() as there:
        sent = (("authorization", "Bearer x"), ("x-name", "J\u00fcrgen"))
        queue(world, f"{there.url}/h\u00f6k?a=%20b", headers=sent, body="J\u00fc", method="PUT")
        world.get("/events/list")

    (received,) = there.received
    agent = received.headers["user-agent"]
    assert re.fullmatch("Braze Sender [0-9a-f]{40}", agent)
    assert received == Received(
        "PUT",
        "/h%C3%B6k?a=%20b",
        {
            "host": there.url.removeprefix("http://"),
            "user-agent": agent,
            "authorization": "Bearer x",
            "x-name": "J\u00fcrgen",
            "content-length": "3",
        },
        "J\u00fc",
    )


def test_an_answer_of_20x_is_a_delivery_and_its_body_means_nothing(world: World) -> None:
    """Facts: webhook-20x-is-delivered, webhook-activity-log"""
    with receiver((202, {"Content-Length": "99"})) as there:
        queue(world, there.url)
        (told,) = webhooks(world)

    now = "2026-01-05T09:00:00.000Z"
    assert told == {
        "number": 1,
        "at": now,
        "is_test": False,
        "request": 0,
        "campaign_id": None,
        "dispatch_id": "",
        "send_id": None,
        "sent": {
            "method": "POST",
            "url": there.url,
            "headers": [["Content-Type", "application/json"]],
            "body": '{"event": "login"}',
            "notes": [],
        },
        "outcome": "delivered",
        "next_attempt": None,
        "attempts": [
            {
                "made_at": now,
                "ended_at": now,
                "called": there.url,
                "answer": {
                    "status": 202,
                    "headers": [["Content-Length", "99"]],
                    "body": "ok",
                    "failure": None,
                    "reason": "",
                },
            }
        ],
    }


def test_a_receiver_that_fails_twice_gets_three_deliveries_at_their_moments(world: World) -> None:
    """Facts: webhook-retried-statuses, webhook-five-retries"""
    with receiver(500, 500, 200) as there:
        queue(world, there.url, after=10)
        move(world, 30 * 24 * 3600)

    assert len(there.received) == 3
    assert there.received[0] == there.received[1] == there.received[2]
    assert (statuses(world), moments(world)) == ([500, 500, 200], [10, 40, 100])
    assert world.workspace.clock.now() == START + timedelta(days=30)


@pytest.mark.parametrize("status", [404, 302])
def test_one_delivery_is_all_for_who_answers_otherwise(world: World, status: int) -> None:
    """Facts: webhook-4xx-is-lost, webhook-redirect-not-followed"""
    with receiver() as elsewhere, receiver((status, {"Location": elsewhere.url})) as there:
        queue(world, there.url)
        move(world, HALF_AN_HOUR)

    assert (len(there.received), elsewhere.received) == (1, [])
    assert hazards(world.workspace) == ["webhook_lost_at_once"]


def test_a_receiver_that_hangs_has_ninety_seconds_that_nobody_waits(world: World) -> None:
    """Facts: webhook-timeout"""
    impatient(world)
    with receiver() as there:
        there.answers[:] = [there.hang, 200]
        queue(world, there.url)
        move(world, HALF_AN_HOUR)
        (webhook,) = webhooks(world)

    first, second = webhook["attempts"]
    assert (first["made_at"], first["ended_at"], second["made_at"]) == (
        "2026-01-05T09:00:00.000Z", "2026-01-05T09:01:30.000Z", "2026-01-05T09:02:00.000Z",
    )  # fmt: skip
    assert first["answer"] == {
        "status": 599,
        "headers": [],
        "body": "",
        "failure": "timed_out",
        "reason": "no answer within 90 s",
    }
    assert hazards(world.workspace) == ["webhook_repeated"]


def test_so_has_one_whose_answer_never_ends(world: World) -> None:
    impatient(world, 0.1)
    with socket.create_server(("127.0.0.1", 0)) as there:
        queue(world, f"http://127.0.0.1:{there.getsockname()[1]}")
        dripping = Thread(target=drip, args=(there,), daemon=True)
        dripping.start()
        (webhook,) = webhooks(world)
        dripping.join(5)

    assert [each["answer"]["failure"] for each in webhook["attempts"]] == ["timed_out"]


def drip(there: socket.socket) -> None:
    """Answer with a header that goes on and on, as long as somebody might be patient."""
    caller, _ = there.accept()
    with caller, suppress(OSError):
        caller.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(100):
            caller.sendall(b"x" * 100)
            Event().wait(0.01)


def test_the_time_of_a_receiver_is_kept_where_a_wait_counts_from_it(world: World) -> None:
    date = {"Date": "Thu, 01 Jan 2026 12:00:00 GMT"}
    until = {**date, "Retry-After": "Thu, 01 Jan 2026 12:01:00 GMT"}
    with receiver((503, until), (200, date)) as there:
        queue(world, there.url)
        move(world, HALF_AN_HOUR)
        (webhook,) = webhooks(world)

    length = ["Content-Length", "2"]
    assert [each["answer"]["headers"] for each in webhook["attempts"]] == [
        [length, *map(list, until.items())],
        [length],
    ]
    assert moments(world) == [0, 60]


def test_a_wait_that_a_receiver_asks_for_is_kept(world: World) -> None:
    """Facts: webhook-retry-after"""
    with receiver((429, {"Retry-After": "77"}), 200) as there:
        queue(world, there.url)
        move(world, HALF_AN_HOUR)

    assert (statuses(world), moments(world)) == ([429, 200], [0, 77])


def test_who_cannot_be_reached_is_tried_again(world: World) -> None:
    """Facts: webhook-unreachable-is-retried, webhook-simulated-statuses"""
    queue(world, f"http://127.0.0.1:{a_closed_port()}")
    move(world, 24 * 3600)

    assert statuses(world) == [599] * 6
    (webhook,) = webhooks(world)
    assert {each["answer"]["failure"] for each in webhook["attempts"]} == {"unreachable"}
    assert hazards(world.workspace) == ["webhook_given_up"]


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_half_an_answer_is_none(world: World, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        queue(world, f"http://127.0.0.1:{there.getsockname()[1]}")
        answering = Thread(target=answer_once, args=(there, answer), daemon=True)
        answering.start()
        (webhook,) = webhooks(world)
        answering.join(5)

    assert [each["answer"]["failure"] for each in webhook["attempts"]] == ["unreachable"]


def answer_once(there: socket.socket, answer: bytes) -> None:
    caller, _ = there.accept()
    with caller:
        caller.recv(4096)
        caller.sendall(answer)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://192.0.2.1/", "http://[x", "nowhere"])
def test_nobody_else_is_called(world: World, url: str) -> None:
    queue(world, url)

    (webhook,) = webhooks(world)
    assert (webhook["outcome"], webhook["next_attempt"]) == ("not_sent", None)
    assert [(each["called"], each["answer"]["failure"]) for each in webhook["attempts"]] == [
        ("", "not_called")
    ]
    assert hazards(world.workspace) == []


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("x", "a\nb"), "the header x holds a line break"),
        (("x", "a\r\n b"), "the header x holds a line break"),
        (("x", "\u20ac"), "the header x holds a character that headers cannot hold"),
        (("x y", "a"), "'x y' cannot be the name of a header"),
        (("", "a"), "'' cannot be the name of a header"),
        (("\u00fc", "a"), "'\u00fc' cannot be the name of a header"),
    ],
)
def test_what_no_request_can_hold_is_a_failure(
    world: World, header: tuple[str, str], says: str
) -> None:
    with receiver() as there:
        queue(world, there.url, headers=(header,))
        (webhook,) = webhooks(world)

    assert there.received == []
    (attempt,) = webhook["attempts"]
    assert (webhook["outcome"], attempt["answer"]["reason"]) == ("failed", says)


def test_other_texts_are_sent_as_they_are(world: World) -> None:
    with receiver() as there:
        odd = (("Content-Length", "9999"), ("Transfer-Encoding", "chunked"), ("x", ""), ("x", "2"))
        queue(world, there.url, headers=odd, body="\ud800 \u20ac")
        queue(world, there.url, headers=(), body="", method="DELETE")

        assert [each["outcome"] for each in webhooks(world)] == ["delivered", "delivered"]
    assert [each.body for each in there.received] == ["? \u20ac", ""]
    assert "content-length" not in there.received[1].headers


def test_a_host_that_is_left_alone_is_not_called(world: World) -> None:
    """Facts: webhook-unhealthy-host"""
    halted = Host(halted_until=START + timedelta(seconds=60))
    world.workspace.state.deliveries.hosts["127.0.0.1"] = halted
    with receiver() as there:
        queue(world, there.url)
        move(world, HALF_AN_HOUR)

    assert (statuses(world), moments(world)) == ([598, 598, 200], [0, 30, 90])
    assert len(there.received) == 1


def test_a_receiver_may_call_the_fake_which_stands_at_that_moment() -> None:
    """Over a real port, in the same workspace."""
    world = World()

    def call_back(_: Received) -> int:
        headers = {"Authorization": f"Bearer {KEY}"}
        wrote = {"attributes": [{"external_id": "a", "email": EMAIL}]}
        answer = requests.post(f"{base}/users/track", json=wrote, headers=headers, timeout=5)
        told.append(requests.get(f"{base}/control/clock", timeout=5).json()["now"])
        return answer.status_code

    told: list[str] = []
    with threaded(app_behind(world.session, "http://")) as base, receiver(call_back) as there:
        queue(world, there.url, after=10)
        answer = requests.post(f"{base}/control/clock/advance", json={"seconds": 3600}, timeout=5)

    assert (told, statuses(world)) == (["2026-01-05T09:00:10+00:00"], [201])
    assert answer.json()["now"] == "2026-01-05T10:00:00+00:00"
    assert world.user("a")["email"] == EMAIL
    kinds = [json.loads(each)["kind"] for each in world.journal().splitlines()]
    assert kinds[:3] == ["clock", "request", "webhook"]


def test_a_webhook_may_go_to_braze_itself_as_any_other_client() -> None:
    """Facts: braze-to-braze-webhooks"""
    world = World()
    anonymous = world.control("POST", "/profiles", {"email": EMAIL}).json()["braze_id"]
    for key, networks in (("near", ["127.0.0.1"]), ("far", ["10.0.0.1"])):
        made = {"key": key, "permissions": ["users.track"], "ip_allowlist": networks}
        assert world.control("POST", "/api_keys", made).status_code == 201
    body = json.dumps({"attributes": [{"braze_id": anonymous, "level": 2}]})
    with threaded(app_behind(world.session, "http://")) as base:
        for key in ("near", "far"):
            headers = (("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"))
            queue(world, f"{base}/users/track", headers=headers, body=body)
        near, far = webhooks(world)
    move(world, 10)

    (ok,), (refused,) = near["attempts"], far["attempts"]
    assert (ok["answer"]["status"], refused["answer"]["status"]) == (201, 403)
    assert dict(ok["answer"]["headers"])["X-Ratelimit-Limit"] == "3000"
    (profile,) = world.control("GET", f"/profiles?email={EMAIL}").json()["profiles"]
    assert profile["custom_attributes"] == {"level": 2}


def test_a_receiver_may_even_move_the_clock(world: World) -> None:
    with receiver() as there:

        def move_on(_: Received) -> int:
            there.answers[:] = [200]
            move(world, 100)
            return 500

        there.answers[:] = [move_on]
        queue(world, there.url, after=10)
        move(world, 60)

    assert (statuses(world), moments(world)) == ([500, 200], [10, 140])
    assert world.workspace.clock.now() == START + timedelta(seconds=160)


def test_an_attempt_is_made_once_however_many_look(world: World) -> None:
    with receiver() as there:
        for _ in range(20):
            queue(world, there.url)
        lookers = [Thread(target=deliver, args=(world.workspace,)) for _ in range(8)]
        for each in lookers:
            each.start()
        for each in lookers:
            each.join()

        assert [each["outcome"] for each in webhooks(world)] == ["delivered"] * 20
    assert len(there.received) == 20


def test_an_answer_that_comes_after_a_reset_is_nobodys(world: World) -> None:
    """Not even that of the new webhook whose receiver is being called by somebody else."""
    arrived, answered = Event(), Event()
    caller = Thread(target=deliver, args=(world.workspace,))

    def reset(_: Received) -> int:
        world.control("POST", "/reset")
        queue(world, other.url)
        caller.start()
        arrived.wait(5)
        return 500

    def hold(_: Received) -> int:
        arrived.set()
        answered.wait(5)
        return 200

    with receiver(reset) as there, receiver(hold) as other:
        queue(world, there.url, after=10)
        move(world, 60)
        answered.set()
        caller.join()

    assert (len(there.received), len(other.received)) == (1, 1)
    assert statuses(world) == [200]


def test_a_slow_receiver_holds_nobody_up_beside_a_clock_that_runs(world: World) -> None:
    world.workspace.set_clock(ScaledClock(1, START))
    with receiver() as there:
        there.answers[:] = [there.hang]
        queue(world, there.url)

        assert [each["outcome"] for each in webhooks(world)] == ["waiting"]


# Snapshots and replays


def a_recorded_world(there: Receiver) -> World:
    """One in whose journal everything is: two exports that tell of themselves, and their calls."""
    world = World(seed=5)
    world.workspace.reset()
    everybody = {"attribute": "created_at", "operator": "exists"}
    for name in ("all", "every"):
        world.control("POST", "/segments", {"id": name, "name": name, "filter": everybody})
        callback = {"segment_id": name, "callback_endpoint": there.url}
        assert world.post("/users/export/segment", {**EXPORT, **callback}).status_code == 201
    return world


def snapshot(world: World) -> bytes:
    return world.control("GET", "/snapshot").content


def test_a_snapshot_amid_retries_goes_on_where_it_was() -> None:
    with receiver(500, 500, 503, 503, 200, 200) as there:
        world, other = a_recorded_world(there), World()
        move(world, 100)
        saved = snapshot(world)
        other.control("PUT", "/snapshot", raw=saved)
        move(other, HALF_AN_HOUR)

    assert len(there.received) == 6
    assert [len(each["attempts"]) for each in webhooks(other)] == [3, 3]
    assert snapshot(world) == saved


def test_a_replay_plays_the_answers_and_calls_nobody() -> None:
    with receiver(500, 302, (429, {"Retry-After": "9"}), 500, 500, 500, 500) as there:
        world = a_recorded_world(there)
        move(world, 61)
        world.track({"external_id": "a"})
        move(world, HALF_AN_HOUR)
        journal, calls = world.journal(), len(there.received)

        from mock_braze.replay import read_steps, replay

        workspaces = Workspaces(ManualClock(START), seed=5, api_key=KEY)
        replay(read_steps(journal.splitlines()), workspaces)

    assert (calls, len(there.received)) == (7, 7)
    other = World()
    other.workspace.state = workspaces.default.state
    assert other.journal().splitlines() == journal.splitlines()
    assert snapshot(other) == snapshot(world)


def test_equal_answers_make_an_equal_journal() -> None:
    def journal() -> list[bytes]:
        with receiver(503, 200) as there:
            world = a_recorded_world(there)
            move(world, HALF_AN_HOUR)
        return [each.replace(there.url.encode(), b"") for each in world.journal().splitlines()]

    assert journal() == journal()
