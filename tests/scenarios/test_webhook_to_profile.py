"""From an event on the brand's side to a webhook, a win, and what the profile says of it.

The fake delivers over real HTTP to the real receiver, and the worker writes back to the fake.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import EMAIL, NOON
from werkzeug.test import run_wsgi_app

from mock_braze.in_process import BASE_URL
from mock_braze.threaded_server import threaded_server
from quikly_client.activations import activation_in
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.outcomes import Outcomes
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.database import Database
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.transport import Transport
from quikly_client.webhook import Receiver, create_receiver_app
from quikly_client.worker import Worker
from scenarios.agreed import BRAND_KEY, GROUP_ID, PARTNER_KEY
from scenarios.lab import Lab, in_process_lab

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "partner-secret"
SPRING = activation_in("""
name: spring-drop
q_scope: spring-2026
kind: drop
award: rank
opens: 2025-01-01T00:00:00Z
incentive_tiers:
  - {rank: 1, description: 50 % off, quantity: 1, level: gold}
  - {rank: 2, description: 20 % off, quantity: 1, level: silver}
events: [login]
cascade:
  attributes: {quikly_level: level, quikly_incentive: incentive}
  events: [{name: quikly_won, properties: {order: qid}}]
""")
# The body of the partner's page, with the brace and the commas that its sample lacks.
PAIRS = {"q_scope": "spring-2026", "event": "login", "email": "{{${email_address}}}"}


@dataclass
class Stage:
    """The fake with the brand's campaign, and the integration that it calls."""

    lab: Lab
    receiver: Receiver
    worker: Worker
    lost_answers: int = 0

    def lose_answers(self, app: "WSGIApplication") -> "WSGIApplication":
        """The receiver behind a gateway, which loses as many answers as it is told to."""

        def gateway(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            if not self.lost_answers:
                return app(environ, start_response)
            self.lost_answers -= 1
            run_wsgi_app(app, environ)
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []

        return gateway

    def log_in(self, external_id: str = "crm-1") -> None:
        """Somebody does what the campaign is triggered by, and all that follows happens."""
        at = self.lab.now.isoformat().replace("+00:00", "Z")
        self.lab.calls(
            BRAND_KEY,
            "/users/track",
            {"events": [{"external_id": external_id, "name": "logged_in", "time": at}]},
        )
        self.lab.move_to(self.lab.now + timedelta(minutes=1))
        while (due := self.worker.next_due()) is not None:
            if due > self.lab.now:
                self.lab.move_to(due)
            self.worker.run_due(self.lab.now)
        self.lab.move_to(self.lab.now + timedelta(minutes=1))  # what was written is readable

    def exported(self, email: str = EMAIL) -> dict[str, Any]:
        fields = ["custom_attributes", "custom_events"]
        response = self.lab.session.post(
            f"{BASE_URL}/users/export/ids",
            json={"email_address": email, "fields_to_export": fields},
            headers={"Authorization": f"Bearer {BRAND_KEY}"},
        )
        (user,) = response.json()["users"]
        return dict(user)

    def webhooks(self) -> list[dict[str, Any]]:
        answer = self.lab.session.get(f"{BASE_URL}/control/webhooks")
        return list(answer.json()["webhooks"])


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    server = threaded_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def control(lab: Lab, method: str, path: str, body: Any) -> None:
    answer = lab.session.request(method, f"{BASE_URL}/control{path}", json=body)
    assert answer.ok, answer.text


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    lab = in_process_lab(start=NOON)
    database = Database(tmp_path / "store.sqlite")
    desk = ClaimDesk([SPRING], SqliteClaims(database), lambda: lab.now)
    receiver = Receiver(desk, SECRET)
    client = BrazeClient(Transport(BrazeSettings(BASE_URL, PARTNER_KEY), lab.session))
    worker = Worker(
        SqliteStore(database), client, JourneySettings(GROUP_ID), outcomes=Outcomes(desk)
    )
    stage = Stage(lab, receiver, worker)
    with served(stage.lose_answers(create_receiver_app(receiver))) as url:
        control(lab, "PUT", "/webhook_targets", {"targets": {"api.quikly.com": url}})
        webhook = {
            "channel": "webhook",
            "url": "https://api.quikly.com/webhook/braze",
            "method": "POST",
            "headers": {
                "Authorization": f"Bearer {SECRET}",
                "Content-Type": "application/json",
            },
            "pairs": PAIRS,
        }
        campaign = {
            "name": "Tell Quikly of a login",
            "trigger": {"kind": "custom_event", "name": "logged_in"},
            "re_eligible_after_seconds": 0,
            "messages": [webhook],
        }
        control(lab, "POST", "/campaigns", campaign)
        lab.brand.track(
            [
                {"external_id": "crm-1", "email": EMAIL},
                {"external_id": "crm-2", "email": "second@example.com"},
            ]
        )
        lab.move_to(NOON + timedelta(minutes=10))
        yield stage
    database.close()


def test_a_login_wins_and_the_profile_says_so(stage: Stage) -> None:
    """Facts: quikly-webhook, outcomes-cascade"""
    stage.log_in()

    (webhook,) = stage.webhooks()
    assert webhook["outcome"] == "delivered"
    assert json.loads(webhook["sent"]["body"])["email"] == EMAIL
    user = stage.exported()
    assert user["custom_attributes"] == {"quikly_level": "gold", "quikly_incentive": "50 % off"}
    assert {each["name"]: each["count"] for each in user["custom_events"]} == {
        "logged_in": 1,
        "quikly_won": 1,
    }


def test_what_braze_repeats_since_an_answer_was_lost_wins_once(stage: Stage) -> None:
    """Facts: webhook-repeats-get-the-first-outcome"""
    stage.lost_answers = 2

    stage.log_in()
    stage.lab.move_to(stage.lab.now + timedelta(minutes=30))

    (webhook,) = stage.webhooks()
    assert [each["answer"]["status"] for each in webhook["attempts"]] == [503, 503, 200]
    user = stage.exported()
    assert user["custom_attributes"]["quikly_level"] == "gold"
    assert {each["name"]: each["count"] for each in user["custom_events"]}["quikly_won"] == 1
    assert stage.receiver.metrics.by("quikly_webhooks_total", "result") == {
        "repeated": 2,
        "won": 1,
    }


def test_a_second_delivery_changes_nothing_and_others_get_what_is_left(stage: Stage) -> None:
    """Facts: webhook-repeats-get-the-first-outcome, one-claim-for-each-person"""
    stage.log_in()
    first = stage.exported()

    stage.log_in()
    stage.log_in("crm-2")

    again = stage.exported()
    assert again["custom_attributes"] == first["custom_attributes"]
    counts = {each["name"]: each["count"] for each in again["custom_events"]}
    assert counts == {"logged_in": 2, "quikly_won": 1}
    second = stage.exported("second@example.com")["custom_attributes"]
    assert second == {"quikly_level": "silver", "quikly_incentive": "20 % off"}
    assert list(stage.receiver.metrics.lines()) == [
        'quikly_webhooks_total{result="repeated"} 1',
        'quikly_webhooks_total{result="won"} 2',
        'quikly_wins_total{q_scope="spring-2026",rank="1"} 1',
        'quikly_wins_total{q_scope="spring-2026",rank="2"} 1',
    ]
