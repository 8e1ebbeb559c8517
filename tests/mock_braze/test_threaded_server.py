"""Faults of the connection, over a real port: what a client of any language meets."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from worlds import KEY, START, World

from mock_braze import threaded_server
from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.exchange import Disturbance
from mock_braze.server import threaded

BEARER = {"Authorization": f"Bearer {KEY}", "Accept-Encoding": "identity"}
ITEM = {"attributes": [{"external_id": "a"}]}
BODY = b'{"attributes_processed":1,"message":"success"}'


@pytest.fixture
def url() -> Iterator[str]:
    with threaded(create_app(Workspaces(ManualClock(START), api_key=KEY))) as url:
        yield url


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the server would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(threaded_server, "pass_time", waited.append)
    return waited


def break_calls(url: str, kind: str, **members: Any) -> None:
    effect = {"kind": kind, **members}
    made = requests.post(f"{url}/control/faults", json={"effect": effect}, timeout=5)
    assert made.status_code == 201, made.text


def track(url: str) -> requests.Response:
    return requests.post(f"{url}/users/track", json=ITEM, headers=BEARER, timeout=5)


def was_applied(url: str) -> bool:
    requests.post(f"{url}/control/clock/advance", json={"seconds": 200}, timeout=5)
    return bool(requests.get(f"{url}/control/profiles", timeout=5).json()["profiles"])


@pytest.mark.parametrize(
    ("kind", "members", "applied"),
    [
        ("connection_reset", {}, False),
        ("applied_then_lost", {"answer": "reset"}, True),
    ],
)
def test_a_connection_is_reset_before_any_answer(
    url: str, kind: str, members: dict[str, Any], applied: bool
) -> None:
    break_calls(url, kind, **members)

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        track(url)

    assert was_applied(url) is applied


def test_a_body_is_cut_in_its_middle(url: str) -> None:
    break_calls(url, "truncated_body")

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="23 bytes read, 23 more"):
        track(url)

    assert was_applied(url)


def test_a_malformed_body_arrives_whole(url: str) -> None:
    break_calls(url, "malformed_body")

    answer = track(url)

    assert (answer.status_code, answer.content) == (201, BODY[:23])
    assert was_applied(url)


def test_latency_is_waited_for_before_the_answer(url: str, waits: list[float]) -> None:
    break_calls(url, "latency", seconds=0.5)

    assert track(url).content == BODY
    assert waits == [0.5]


def test_a_slow_drip_takes_its_time_over_the_body(url: str, waits: list[float]) -> None:
    break_calls(url, "slow_drip", seconds=2)

    assert track(url).content == BODY
    assert len(waits) == len(BODY)
    assert sum(waits) == pytest.approx(2)


def test_a_long_body_drips_in_a_bounded_number_of_pieces(waits: list[float]) -> None:
    body = bytes(range(256)) * 100

    pieces = list(threaded_server.play(Disturbance(drip=3), body))

    assert b"".join(pieces) == body
    assert len(pieces) <= threaded_server.MOST_DROPS
    assert sum(waits) == pytest.approx(3, rel=0.01)


@pytest.mark.parametrize("body", [b"", b"x"])
def test_the_shortest_bodies_can_be_disturbed_too(waits: list[float], body: bytes) -> None:
    assert b"".join(threaded_server.play(Disturbance(drip=1), body)) == body
    assert b"".join(threaded_server.play(Disturbance(delay=1), body)) == body


@pytest.mark.parametrize(
    ("kind", "members", "status", "text"),
    [
        ("status", {"status": 429}, 429, '{"message":"Rate Limited"}'),
        ("status", {"status": 503, "body": "empty"}, 503, ""),
        ("applied_then_lost", {"answer": 502, "body": "json"}, 502, '{"message":"Bad Gateway"}'),
        ("accepted_but_lost", {}, 201, BODY.decode()),
        ("duplicate_processing", {}, 201, BODY.decode()),
    ],
)
def test_other_faults_need_no_socket(
    url: str, kind: str, members: dict[str, Any], status: int, text: str
) -> None:
    break_calls(url, kind, **members)

    answer = track(url)

    assert (answer.status_code, answer.text) == (status, text)


def test_the_server_goes_on_after_every_fault(url: str) -> None:
    for kind in ("connection_reset", "truncated_body", "connection_reset"):
        break_calls(url, kind)
        with pytest.raises(requests.RequestException):
            track(url)
        requests.delete(f"{url}/control/faults", timeout=5)

    assert track(url).status_code == 201


def test_a_server_without_its_connections_in_hand_says_so(world: World) -> None:
    app = create_app(world.workspaces)

    answer = app.test_client().post(
        "/control/faults", json={"effect": {"kind": "slow_drip", "seconds": 1}}
    )

    assert (answer.status_code, answer.json) == (
        400,
        {
            "problems": [
                "this server cannot play slow_drip: it does not have its connections in hand; "
                "`braze-lab serve --server threaded` has, and so has a session in-process"
            ]
        },
    )


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", "400 Bad Request"),
        (b'"x" / HTTP/9.9\r\n\r\n', "505 HTTP Version Not Supported"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", "414 Request-URI Too Long"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", "431 Request Header Fields"),
    ],
)
def test_what_is_no_http_is_answered_in_json(url: str, sent: bytes, status: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as answer:
            head = answer.readline().decode()
            rest = answer.read().decode()

    assert head.split(" ", 1)[1].startswith(status)
    assert "Content-Type: application/json" in rest
    assert json.loads(rest.split("\r\n\r\n")[1])["message"].startswith(status.split(" ", 1)[1])
