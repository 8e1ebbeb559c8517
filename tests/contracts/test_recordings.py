"""Recorded traffic is read from HTTP Archives and from journals."""

import base64
from typing import Any

import orjson
import pytest
from exchanges import EXPORT, STATUS_GET, TRACK

from contracts.recordings import BadRecording, Recorded, read_recording
from contracts.traffic import Exchange


def as_entry(exchange: Exchange) -> dict[str, Any]:
    query = "&".join(f"{name}={value}".replace("+", "%2B") for name, value in exchange.query)
    headers = [{"name": name, "value": value} for name, value in exchange.request_headers.items()]
    sent: dict[str, Any] = {
        "method": exchange.method,
        "url": f"https://rest.iad-01.braze.com{exchange.path}?{query}",
        "headers": headers,
    }
    if exchange.request_body:
        sent["postData"] = {"text": exchange.request_body.decode()}
    answered = {
        "status": exchange.status,
        "headers": [
            {"name": name, "value": value} for name, value in exchange.response_headers.items()
        ],
        "content": {
            "text": base64.b64encode(exchange.response_body).decode(),
            "encoding": "base64",
        },
    }
    return {"request": sent, "response": answered}


def archive(*entries: object) -> bytes:
    return orjson.dumps({"log": {"version": "1.2", "entries": entries}})


def test_an_archive_holds_the_exchanges_as_they_were() -> None:
    exchanges = [TRACK, EXPORT, STATUS_GET]

    recorded = read_recording(archive(*map(as_entry, exchanges)))

    host = "rest.iad-01.braze.com"
    assert recorded == [
        Recorded(exchange, host, entry=number) for number, exchange in enumerate(exchanges, 1)
    ]


def test_a_journal_holds_its_requests_and_their_lines() -> None:
    request = {
        "kind": "request",
        "request": {
            "method": "GET", "path": "/subscription/status/get", "query": "phone=%2B1&a=&b=2",
            "headers": {"authorization": "Bearer k"},
        },
        "response": {
            "status": 200, "headers": {}, "body_base64": base64.b64encode(b"\xff").decode(),
        },
    }  # fmt: skip
    lines = b'{"kind": "clock"}\n\n' + orjson.dumps(request) + b"\n"

    (recorded,) = read_recording(lines)

    assert (recorded.line, recorded.entry, recorded.host) == (3, 0, "")
    assert recorded.exchange == Exchange(
        "GET",
        "/subscription/status/get",
        (("phone", "+1"), ("a", ""), ("b", "2")),
        {"authorization": "Bearer k"},
        b"",
        200,
        {},
        b"\xff",
    )


def test_a_journal_of_one_line_is_a_journal_too() -> None:
    assert read_recording(b'{"kind": "clock"}') == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not json", "line 1, column 1, near 'not json': "),
        (b'{"kind": "clock"}\n{"kind": }\n', "line 2, column 10: "),
        (b'{"colour": "red"}', "line 1: no entry of a journal: it needs a "),
        (b"[1, 2]", "line 1: no entry of a journal: it needs a "),
        (b'{"kind": "request"}', "line 1: the request lacks 'request'"),
        (b'{"log": {}}', "log.entries is no array"),
        (archive({}), "entry 1 has no 'request'"),
        (archive(as_entry(TRACK), {"request": 1, "response": 2}), "entry 2 is no exchange: "),
        (archive(as_entry(TRACK) | {"response": {"status": "x"}}), "entry 1 is no exchange: "),
    ],
)
def test_what_is_no_recording_is_refused_with_its_place(data: bytes, says: str) -> None:
    with pytest.raises(BadRecording) as refused:
        read_recording(data)

    assert str(refused.value).startswith(says)
