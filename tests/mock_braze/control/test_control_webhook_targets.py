from typing import Any

import pytest
from receivers import a_request, receiver
from worlds import World

from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.webhooks.delivering import queue_delivery

QUIKLY = "https://api.quikly.com/webhook/braze"


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        (QUIKLY, "", "/webhook/braze"),
        (f"{QUIKLY}?a=1#there", "/", "/webhook/braze?a=1"),
        ("https://api.quikly.com", "/lab", "/lab"),
        ("https://API.quikly.com:443?a=1", "/lab/", "/lab?a=1"),
        ("http://api.quikly.com/", "", "/"),
    ],
)
def test_a_host_with_a_target_is_called_there(world: World, url: str, base: str, path: str) -> None:
    with receiver() as there:
        told = {"targets": {"api.quikly.com": f"{there.url}{base}"}}
        answer = world.control("PUT", "/webhook_targets", told)
        now = world.workspace.clock.now()
        queue_delivery(world.workspace.state, a_request(url), now, MessageSource(0))
        (webhook,) = world.control("GET", "/webhooks").json()["webhooks"]

    assert (answer.status_code, answer.json()) == (200, {**told, "patience": 2.0})
    assert [each.path for each in there.received] == [path]
    assert (webhook["sent"]["url"], webhook["outcome"]) == (url, "delivered")
    assert webhook["attempts"][0]["called"] == there.url + (path if path != "/lab" else "/lab")


def test_the_targets_are_the_ones_put_last(world: World) -> None:
    first = {"targets": {"a.example": "http://localhost:1"}, "patience": 0.5}
    for told in (first, {"targets": {}, "patience": 2.0}):
        assert world.control("PUT", "/webhook_targets", told).json() == told
        assert world.control("GET", "/webhook_targets").json() == told


@pytest.mark.parametrize("base", ["https://127.0.0.1", "http://example.com", "x", 5, "http://[x",
    "http://127.0.0.1:99999", "http://127.0.0.1/?a", "http://127.0.0.1/#a", None])  # fmt: skip
def test_a_target_is_on_this_machine(world: World, base: Any) -> None:
    answer = world.control("PUT", "/webhook_targets", {"targets": {"api.quikly.com": base}})

    problem = (
        "the target of 'api.quikly.com' must be http to this machine, such as "
        f"http://127.0.0.1:9000, without a query, not {base!r}"
    )
    assert (answer.status_code, answer.json()) == (400, {"problems": [problem]})


def test_every_problem_is_told(world: World) -> None:
    told = {"targets": {"https://a": 1, "A.example": "http://[::1]:1"}, "patience": 0, "x": 1}

    answer = world.control("PUT", "/webhook_targets", told)

    bare = "must be the bare name of a host in lower case, such as api.quikly.com"
    assert answer.json()["problems"] == [
        "there is no member 'x'; there are targets, patience",
        f"'https://a' {bare}",
        f"'A.example' {bare}",
        "'patience' must be over 0 and at most 90 seconds, not 0",
    ]
    for patience in (91, -1, 1e300):
        answer = world.control("PUT", "/webhook_targets", {"targets": {}, "patience": patience})
        assert answer.status_code == 400
    assert world.workspace.state.targets.by_host == {}
