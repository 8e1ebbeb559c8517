"""Send Test of a saved webhook: really called, once, and its answer shown."""

import json
from typing import Any

import pytest
from receivers import Received, Receiver, receiver
from worlds import EMAIL, KEY, START, World, hazards

from mock_braze.domain.clock import ManualClock, ScaledClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.replay import read_steps, replay

QUIKLY = "https://api.quikly.com/webhook/braze"


def a_world(there: Receiver) -> World:
    """With the partner's template, whose host is a receiver on this machine."""
    world = World()
    world.workspace.reset()
    template = {
        "name": "quikly",
        "url": QUIKLY,
        "headers": {"Authorization": "Bearer partner", "Content-Type": "application/json"},
        "pairs": {"q_scope": "s-1", "event": "login", "email": "{{${email_address}}}"},
    }
    assert world.control("POST", "/webhook_templates", template).status_code == 201
    targets = {"targets": {"api.quikly.com": there.url}, "patience": 0.2}
    assert world.control("PUT", "/webhook_targets", targets).status_code == 200
    return world


def send_test(world: World, **members: Any) -> Any:
    return world.control("POST", "/webhook_templates/quikly/test", members).json()


@pytest.mark.parametrize(
    "user", [{"external_id": "a"}, {"email": EMAIL}, {"custom_user": {"email_address": EMAIL}}, {}]
)
def test_a_test_is_sent_as_any_user_and_its_answer_shown(user: dict[str, Any]) -> None:
    """Facts: webhook-send-test, webhook-preview-users"""
    with receiver((200, {"X-Outcome": "granted"})) as there:
        world = a_world(there)
        world.tracked({"external_id": "a", "email": EMAIL})
        told = send_test(world, **user)
        previewed = world.control("POST", "/webhook_templates/quikly/preview", user).json()

    (received,) = there.received
    body = {"q_scope": "s-1", "event": "login", "email": EMAIL}
    assert (received.path, json.loads(received.body)) == ("/webhook/braze", body)
    assert received.headers["authorization"] == "Bearer partner"
    webhook = told.pop("webhook")
    assert told == previewed
    assert (webhook["is_test"], webhook["outcome"], webhook["next_attempt"]) == (
        True, "delivered", None,
    )  # fmt: skip
    assert [each["answer"] for each in webhook["attempts"]] == [
        {
            "status": 200,
            "headers": [["Content-Length", "2"], ["X-Outcome", "granted"]],
            "body": "ok",
            "failure": None,
            "reason": "",
        }
    ]
    assert world.control("GET", "/webhooks").json()["webhooks"] == [webhook]


def test_a_test_that_fails_is_not_repeated() -> None:
    with receiver(500) as there:
        world = a_world(there)
        told = send_test(world, custom_user={})
        world.control("POST", "/clock/advance", {"seconds": 3600})

    assert (told["webhook"]["outcome"], len(there.received)) == ("failed", 1)
    assert hazards(world.workspace) == []


@pytest.mark.parametrize("clock", [ManualClock(START), ScaledClock(10, START)])
def test_a_test_is_waited_for_whatever_the_clock(clock: Any) -> None:
    with receiver() as there:
        world = a_world(there)
        world.workspace.set_clock(clock)
        there.answers[:] = [there.hang]
        told = send_test(world, custom_user={})

    (attempt,) = told["webhook"]["attempts"]
    assert attempt["answer"]["failure"] == "timed_out"


def test_a_receiver_of_a_test_may_call_the_fake() -> None:
    def call_back(_: Received) -> int:
        return world.track({"external_id": "a"}).status_code

    with receiver(call_back) as there:
        world = a_world(there)
        told = send_test(world, custom_user={})

    assert told["webhook"]["attempts"][0]["answer"]["status"] == 201


def test_what_is_not_rendered_is_not_sent() -> None:
    with receiver() as there:
        world = a_world(there)
        aborting = {"name": "quikly", "url": "{% abort_message('no') %}"}
        world.control("POST", "/webhook_templates", aborting)
        told = send_test(world, custom_user={"email_address": EMAIL})

    assert (told["outcome"], told["reason"]) == ("aborted", "no")
    assert "webhook" not in told
    assert (there.received, world.workspace.state.deliveries.all) == ([], [])


def test_a_host_without_a_target_is_not_called() -> None:
    with receiver() as there:
        world = a_world(there)
        world.control("PUT", "/webhook_targets", {"targets": {}})
        told = send_test(world, custom_user={})

    assert (told["webhook"]["outcome"], there.received) == ("not_sent", [])


def test_a_test_of_nothing_is_refused() -> None:
    with receiver() as there:
        world = a_world(there)
        answer = world.control("POST", "/webhook_templates/x/test", {})
        nobody = world.control("POST", "/webhook_templates/quikly/test", {"external_id": "a"})

    problem = "there is no webhook template 'x'; there are quikly"
    assert (answer.status_code, answer.json()) == (404, {"problems": [problem]})
    assert nobody.status_code == 404
    assert there.received == []


def test_a_replay_does_not_send_a_test_again() -> None:
    with receiver(500, (302, {"Location": "/"})) as there:
        world = a_world(there)
        send_test(world, custom_user={})
        send_test(world, custom_user={})
        world.control("PUT", "/webhook_targets", {"targets": {}})
        send_test(world, custom_user={})
        journal = world.journal().splitlines()

        workspaces = Workspaces(ManualClock(START), api_key=KEY)
        replay(read_steps(journal), workspaces)

    assert len(there.received) == 2
    other = World()
    other.workspace.state = workspaces.default.state
    assert other.journal().splitlines() == journal
    kinds = [json.loads(each)["kind"] for each in journal]
    assert kinds == ["control", "control", *["control", "webhook"] * 2, "control", *kinds[-2:]]
    assert kinds[-2:] == ["control", "webhook"]
