"""What the fake sends out by itself."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from worlds import World

from mock_braze import webhooks

REQUEST = {"segment_id": "all", "fields_to_export": ["email"]}


def a_world() -> World:
    world = World()
    everybody = {"attribute": "created_at", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    return world


@contextmanager
def receiver(status: int = 200, *, until: Event | None = None) -> Iterator[tuple[str, list[Any]]]:
    """A server that keeps what it is sent; it answers when `until` is set, if given."""
    received: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Content-Type"], json.loads(body)))
            if until is not None:
                until.wait(30)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        if until is not None:
            until.set()
        server.shutdown()
        thread.join()
        server.server_close()


def outcomes(world: World) -> list[str]:
    return [each["outcome"] for each in world.control("GET", "/webhooks").json()["webhooks"]]


@pytest.mark.parametrize("moved_by", ["clock", "control", "call"])
def test_a_receiver_on_this_machine_is_called(moved_by: str) -> None:
    world = a_world()
    with receiver(204) as (url, received):
        callback = {"callback_endpoint": f"{url}/done?a=1"}
        export = world.post("/users/export/segment", {**REQUEST, **callback}).json()
        if moved_by == "clock":
            world.control("POST", "/clock/advance", {"seconds": 60})
        else:
            world.workspace.clock.advance(world.workspace.state.dials.segment_export_lag)  # type: ignore[attr-defined]
        if moved_by == "control":
            world.control("POST", "/campaigns", {"name": "x"})
        if moved_by == "call":
            world.get("/events/list")

    sent = {"success": True, "url": export["url"]}
    assert received == [("/done?a=1", "application/json", sent)]
    assert outcomes(world) == ["answered 204"]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://127.0.0.1/", "not sent: only http to this machine is"),
        ("http://192.0.2.1/", "not sent: only http to this machine is"),
        ("http://example.com/", "not sent: only http to this machine is"),
        ("http://127.0.0.1:{closed}/", "failed: ConnectionRefusedError"),
        ("http://localhost:{closed}/\u00e4", "failed: UnicodeEncodeError"),
    ],
)
def test_nobody_else_is_called_and_a_failure_is_told(url: str, outcome: str) -> None:
    world = a_world()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    target = url.replace("{closed}", str(closed))

    world.post("/users/export/segment", {**REQUEST, "callback_endpoint": target})
    world.control("POST", "/clock/advance", {"seconds": 60})

    assert outcomes(world) == [outcome]


def test_a_slow_receiver_does_not_hold_a_request_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.05)
    world = a_world()
    release = Event()
    with receiver(until=release) as (url, _):
        world.post("/users/export/segment", {**REQUEST, "callback_endpoint": url})
        world.control("POST", "/clock/advance", {"seconds": 60})

        assert outcomes(world) == ["waiting"]
