"""An integration behind the driver protocol is searched as ours is, in whatever language it is."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from mock_braze.server import free_port, threaded
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings
from scenarios.agreed import GROUP_ID, PARTNER_KEY
from scenarios.fuzz.engine import one_by_one, run
from scenarios.fuzz.hunt import Search
from scenarios.fuzz.targets import integration
from scenarios.http_integration import DriverFailed
from scenarios.lab import InProcessFake, in_process_lab, patient_session
from scenarios.our_integration import OurIntegration, our_integration
from scenarios.steps import BrazeFails, Participate, Restart, WebhookComes
from scenarios.stories import Story, begin, bundled_stories, play, read_story

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PERSON = Participate(email="ana@example.com", activation="spring-drop", phone="+13135551201")

Answers = Mapping[str, Callable[[Any], Any]]


class Driver:
    """A driver that answers as it is told, and keeps what it was sent."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.sent: list[tuple[str, Any]] = []

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterator[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        text = environ["wsgi.input"].read(size)
        said = json.loads(text) if text else None
        path = environ["PATH_INFO"]
        self.sent.append((path, said))
        if path not in self.answers:
            start_response("404 Not Found", [("Content-Length", "0")])
            yield b""
            return
        answer = self.answers[path](said)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        yield body


def nothing_due(_: Any) -> Any:
    return {"next_due": None}


SILENT: Answers = {
    "/begin": nothing_due, "/participate": nothing_due, "/run_due": nothing_due,
    "/credits": lambda _: {"credits": []},
}  # fmt: skip


@contextmanager
def a_driver(**changed: Callable[[Any], Any]) -> Iterator[tuple[str, Driver]]:
    driver = Driver({**SILENT, **{f"/{path}": answer for path, answer in changed.items()}})
    with threaded(driver) as url:
        yield url, driver


def test_the_driver_is_told_where_braze_is_and_who_takes_part() -> None:
    with a_driver() as (url, driver), integration(url) as make:
        lab = in_process_lab(make_integration=make)
        PERSON.happen(lab)

    began, took_part = driver.sent[0], driver.sent[1]
    assert began[0] == "/begin"
    assert began[1]["api_key"] == PARTNER_KEY
    assert began[1]["subscription_group_id"] == GROUP_ID
    assert began[1]["base_url"].startswith("http://127.0.0.1:")
    assert took_part == (
        "/participate",
        {
            "now": "2026-01-05T09:00:00Z",
            "email": "ana@example.com",
            "phone": "+13135551201",
            "activation": "spring-drop",
        },
    )


def test_it_is_called_when_it_said_that_something_is_due() -> None:
    due = {"next_due": "2026-01-05T09:02:00Z"}
    with a_driver(participate=lambda _: due) as (url, driver), integration(url) as make:
        play(Story(name="one", steps=(PERSON,)), make)

    assert ("/run_due", {"now": "2026-01-05T09:02:00Z"}) in driver.sent


def test_each_lab_is_another_braze_at_the_same_port() -> None:
    with a_driver() as (url, driver), integration(url) as make:
        seen = []
        for name in ("first", "second"):
            lab = begin(Story(name=name), make, InProcessFake())
            lab.brand.track([{"external_id": name, "email": f"{name}@example.com"}])
            lab.move_to(lab.now.replace(hour=10))
            base_url = driver.sent[-1][1]["base_url"]
            answer = patient_session().post(
                f"{base_url}/users/export/ids",
                json={"external_ids": ["first", "second"], "fields_to_export": ["external_id"]},
                headers={"Authorization": f"Bearer {PARTNER_KEY}"},
            )
            seen.append([user["external_id"] for user in answer.json()["users"]])

    assert seen == [["first"], ["second"]]


def test_a_webhook_and_a_restart_reach_it() -> None:
    answers = {
        "webhook": lambda _: {"next_due": None, "status": 401, "body": {"message": "no"}},
        "restart": nothing_due,
    }
    with a_driver(**answers) as (url, driver), integration(url) as make:
        lab = in_process_lab(make_integration=make)
        WebhookComes(email="ana@example.com", q_scope="falling", credential="missing").happen(lab)
        Restart().happen(lab)

    assert lab.webhooks[0][3] == (401, {"message": "no"})
    assert [path for path, _ in driver.sent] == ["/begin", "/webhook", "/restart"]
    assert driver.sent[1][1]["authorization"] == ""


def test_what_is_optional_may_be_missing() -> None:
    with a_driver() as (url, _), integration(url) as make:
        lab = in_process_lab(make_integration=make)
        WebhookComes(email="ana@example.com", q_scope="falling").happen(lab)
        Restart().happen(lab)

    assert lab.webhooks[0][3] == (404, None)


def test_a_fault_that_would_take_real_time_is_passed_over() -> None:
    with a_driver() as (url, _), integration(url) as make:
        lab = in_process_lab(make_integration=make)
        BrazeFails(effect={"kind": "latency", "seconds": 60}, path="/users/track").happen(lab)

    assert not lab.may_withhold


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [
        ("begin", b"<html>", "/begin answered no JSON: '<html>'"),
        ("begin", [1], "which is no object"),
        ("participate", {"next_due": "soon"}, "/participate answered next_due 'soon'"),
        ("credits", {"credits": [{"activation": "x"}]}, "/credits answered"),
        ("run_due", {"next_due": "2026-01-05T09:00:00Z"}, "it would never end"),
    ],
)
def test_a_driver_that_says_something_else_is_named(path: str, answer: Any, says: str) -> None:
    changed = {"participate": lambda _: {"next_due": "2026-01-05T09:00:00Z"}}
    changed[path] = lambda _: answer
    with (
        a_driver(**changed) as (url, _),
        integration(url) as make,
        pytest.raises(DriverFailed, match=says),
    ):
        play(Story(name="one", steps=(PERSON,)), make)


def test_a_driver_that_fails_is_named_with_its_status() -> None:
    with (
        threaded(Driver({})) as url,
        integration(url) as make,
        pytest.raises(DriverFailed, match="/begin answered 404"),
    ):
        in_process_lab(make_integration=make)


def test_a_driver_that_does_not_run_is_named() -> None:
    with (
        integration(f"http://127.0.0.1:{free_port()}") as make,
        pytest.raises(DriverFailed, match="is the driver running"),
    ):
        in_process_lab(make_integration=make)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_naive_client_in_node_is_found_at_fault() -> None:
    sample = files("scenarios").joinpath("samples", "drivers", "naive.mjs")
    port = free_port()
    node = subprocess.Popen(["node", str(sample), str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert node.stdout is not None
        url = node.stdout.readline().split()[-1]
        hunted = run(url, [Search(examples=30, steps=6, most=1)], one_by_one)
    finally:
        node.terminate()
        node.communicate()

    (story,) = hunted.findings
    assert story.breaks[0] in (
        "email_credit_only_for_a_readable_profile", "sms_credit_only_after_verified_subscribed"
    )  # fmt: skip
    assert [type(step) for step in story.steps] == [Participate]


class OursBehindADriver:
    """Our client as the protocol asks for it, in the place of somebody's in another language."""

    def __init__(self) -> None:
        self.ours: OurIntegration | None = None

    def answers(self) -> Answers:
        return {
            "/begin": self.begin,
            "/participate": self.participate,
            "/run_due": lambda told: self.done(self.known.run_due(read(told["now"]))),
            "/credits": lambda _: {"credits": [told_credit(each) for each in self.known.credits()]},
            "/restart": lambda _: self.done(self.known.restart()),
        }

    @property
    def known(self) -> OurIntegration:
        assert self.ours is not None, "nothing was begun"
        return self.ours

    def begin(self, world: Any) -> Any:
        braze = BrazeSettings(world["base_url"], world["api_key"])
        self.ours = our_integration(braze, patient_session(), world["subscription_group_id"])
        return {"next_due": None}

    def participate(self, told: Any) -> Any:
        now = read(told["now"])
        person = Participant(0, told["email"], told["phone"], told["activation"], now)
        return self.done(self.known.participate(person, now))

    def done(self, _: object) -> Any:
        due = self.known.next_due()
        return {"next_due": None if due is None else due.isoformat()}


def read(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def told_credit(credit: Credit) -> dict[str, str]:
    return {
        "activation": credit.activation, "participant": credit.participant,
        "at": credit.at.isoformat(), "reason": credit.reason,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["email-new", "sms-new", "double-opt-in", "rate-limited"])
def test_a_careful_client_behind_a_driver_plays_stories_as_they_are_told(name: str) -> None:
    with (
        threaded(Driver(OursBehindADriver().answers())) as url,
        integration(url) as make,
    ):
        surprises = play(read_story(bundled_stories()[name]), make).surprises

    assert surprises == []
