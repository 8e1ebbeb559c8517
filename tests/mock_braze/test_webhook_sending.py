"""What the fake sends out by itself."""

import json
import re
import socket

import pytest
from receivers import Received, a_request, receiver
from worlds import START, World, advance

from mock_braze.domain.clock import ScaledClock
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.webhooks.delivering import queue_delivery

EXPORT = {"segment_id": "all", "fields_to_export": ["email"]}


def a_world() -> World:
    world = World()
    everybody = {"attribute": "created_at", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    return world


def queue(world: World, url: str, **members: object) -> None:
    """A webhook from nowhere, due now."""
    request = a_request(url, **members)  # type: ignore[arg-type]
    queue_delivery(world.workspace.state, request, world.workspace.clock.now(), MessageSource(0))


def webhooks(world: World) -> list[dict[str, object]]:
    told: list[dict[str, object]] = world.control("GET", "/webhooks").json()["webhooks"]
    return told


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
            world.control("POST", "/clock/advance", {"seconds": 60})
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


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://192.0.2.1/", "http://example.com/"])
def test_nobody_else_is_called(world: World, url: str) -> None:
    queue(world, url)

    assert webhooks(world) == [
        {
            "number": 1,
            "at": "2026-01-05T09:00:00.000Z",
            "source": {"request": 0, "campaign_id": None, "dispatch_id": "", "send_id": None},
            "request": {
                "method": "POST",
                "url": url,
                "headers": {"Content-Type": "application/json"},
                "body": '{"event": "login"}',
            },
            "notes": [],
            "outcome": "not_sent",
            "reason": "only http to this machine is called",
            "attempts": [],
            "next_attempt": None,
        }
    ]


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
    """Facts: webhook-20x-is-delivered"""
    with receiver((202, {"Content-Length": "99"})) as there:
        queue(world, there.url)
        (told,) = webhooks(world)

    answer = {"status": 202, "failure": None, "reason": "", "headers": {"Content-Length": "99"}}
    attempt = {"at": "2026-01-05T09:00:00.000Z", "url": there.url, **answer, "body": "ok"}
    assert (told["outcome"], told["next_attempt"]) == ("delivered", None)
    assert told["attempts"] == [attempt]


def test_a_slow_receiver_holds_nobody_up_beside_a_clock_that_runs(world: World) -> None:
    world.workspace.set_clock(ScaledClock(1, START))
    with receiver() as there:
        there.answers[:] = [there.hang]
        queue(world, there.url)

        assert [each["outcome"] for each in webhooks(world)] == ["waiting"]
