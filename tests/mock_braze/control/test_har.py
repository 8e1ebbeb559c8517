"""The journal as an HTTP Archive opens in tools that read them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
from haralyzer import HarParser
from worlds import KEY, PHONE, World, advance

SCHEMA = json.loads((Path(__file__).parent / "har-1.2.schema.json").read_text())


def archive(world: World, query: str = "") -> dict[str, Any]:
    answer = world.control("GET", f"/journal?format=har{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    told: dict[str, Any] = answer.json()
    jsonschema.Draft6Validator(SCHEMA).validate(told)
    return told


def test_a_request_is_told_whole_at_its_simulated_time(world: World) -> None:
    advance(world.workspace, 1.5)
    world.set_status(phone=PHONE)

    (entry,) = archive(world)["log"]["entries"]

    headers = entry["response"].pop("headers")
    assert {"name": "x-ratelimit-limit", "value": "5000"} in headers
    wait = entry["time"]
    assert 1 <= wait <= 50
    body = (
        '{"subscription_group_id": "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", '
        '"subscription_state": "subscribed", "phone": "+13135550171"}'
    )
    assert entry == {
        "startedDateTime": "2026-01-05T09:00:01.500000+00:00",
        "time": wait,
        "request": {
            "method": "POST",
            "url": "http://braze.lab/subscription/status/set",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "accept-encoding", "value": "identity"},
                {"name": "authorization", "value": f"Bearer {KEY}"},
                {"name": "content-length", "value": str(len(body))},
                {"name": "content-type", "value": "application/json"},
            ],
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(body),
            "postData": {"mimeType": "application/json", "text": body},
        },
        "response": {
            "status": 201,
            "statusText": "Created",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "content": {
                "size": 21,
                "mimeType": "application/json",
                "text": '{"message":"success"}',
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 21,
        },
        "timings": {
            "send": 0, "wait": wait, "receive": 0,
            "blocked": -1, "dns": -1, "connect": -1, "ssl": -1,
        },
        "cache": {},
        "comment": "journal entry 2: orphan_subscription",
    }  # fmt: skip


def test_queries_and_bytes_of_any_kind_are_told(world: World) -> None:
    world.status("phone=%2B13135550171&phone=<ü>")
    world.post("/users/track", raw=b"\xff\x00")
    world.get("/no where/ü")

    status, track, unknown = (entry["request"] for entry in archive(world)["log"]["entries"])

    assert status["url"].endswith("&phone=%2B13135550171&phone=%3C%C3%BC%3E")
    assert status["queryString"][1:] == [
        {"name": "phone", "value": "+13135550171"},
        {"name": "phone", "value": "<ü>"},
    ]
    assert track["postData"] == {
        "mimeType": "application/json",
        "text": "/wA=",
        "comment": "base64",
    }
    assert unknown["url"] == "http://braze.lab/no%20where/%C3%BC"


def test_a_reader_of_archives_opens_it(world: World) -> None:
    world.tracked({"external_id": "a"})
    advance(world.workspace, 3600)
    world.export(external_ids=["a"])

    parser = HarParser(archive(world))

    first, last = parser.pages[0].entries
    assert parser.har_data["version"] == "1.2"
    assert parser.creator == {"name": "braze-lab", "version": "0.1.0"}
    assert first.startTime == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert (last.status, last.request.method) == (201, "POST")
    assert last.url == "http://braze.lab/users/export/ids"
    assert json.loads(last.response.text)["message"] == "success"


def test_an_archive_can_begin_at_a_number_and_be_empty(world: World) -> None:
    world.status("phone=1")
    world.status("phone=2")

    assert len(archive(world, "&since=1&kind=request")["log"]["entries"]) == 1
    assert archive(world, "&since=2")["log"]["entries"] == []
