"""What the receiver answers, delivery by delivery."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from quikly_client.activations import activation_in
from quikly_client.claim_desk import ClaimDesk
from quikly_client.errors import BadSettings
from quikly_client.store.database import Database
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.webhook import (
    LARGEST_BODY,
    PATH,
    Receiver,
    create_receiver_app,
    metrics_blueprint,
)

# A busy machine is no reason to fail.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPRING = activation_in("""
name: spring-drop
q_scope: spring-2026
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{rank: 1, description: 50 % off, quantity: 1}]
events: [login, push_on]
""")
SWAP = activation_in("""
name: summer-swap
q_scope: swap-2026
kind: swap
award: time
opens: 2026-03-02T09:00:00Z
falling_offer: {description: "{value} % off", from: 40, to: 10, by: 10, every: 60}
events: [signed_up]
""")
HYPE = activation_in("""
name: winter-hype
q_scope: winter-2026
kind: hype
award: rank
opens: 2026-03-02T09:00:00Z
drops: 2026-03-03T09:00:00Z
incentive_tiers: [{rank: 1, description: Skis, quantity: 1}]
opt_in_events: [notify_me]
events: [unlock]
""")
SECRET = "partner-secret"
WON = {
    "outcome": "won", "q_scope": "spring-2026", "event": "login", "rank": 1,
    "incentive": "50 % off", "qid": "spring-2026:1",
}  # fmt: skip


class Braze:
    """Delivers webhooks to a receiver, at a time that it says itself."""

    def __init__(self) -> None:
        self.now = OPENS
        desk = ClaimDesk([SPRING, SWAP, HYPE], MemoryClaims(), lambda: self.now)
        self.receiver = Receiver(desk, SECRET)
        self.app = create_receiver_app(self.receiver)

    def send(self, body: object, authorization: str | None = f"Bearer {SECRET}") -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if authorization is None else {"Authorization": authorization}
        return self.app.test_client().post(PATH, data=raw, headers=headers)

    def deliver(self, **members: Any) -> TestResponse:
        return self.send(a_delivery(**members))


def a_delivery(**members: Any) -> dict[str, Any]:
    whole = {"q_scope": "spring-2026", "event": "login", "email": "ana@example.com"}
    return whole | members


@pytest.fixture
def braze() -> Braze:
    return Braze()


def test_an_act_is_answered_with_its_outcome(braze: Braze) -> None:
    """Facts: quikly-webhook, claim-makes-an-order"""
    first = braze.deliver()
    second = braze.deliver(email="ben@example.com")

    assert (first.status_code, first.content_type) == (200, "application/json")
    assert first.json == WON
    assert second.status_code == 200
    assert second.json == {"outcome": "missed", "q_scope": "spring-2026", "event": "login"}


@pytest.mark.parametrize("email", ["ana@example.com", "ANA@Example.com", " ana@example.com\n"])
def test_a_repetition_gets_the_first_answer_and_grants_nothing(braze: Braze, email: str) -> None:
    """Facts: webhook-repeats-get-the-first-outcome, email-stored-lower-case"""
    first = braze.deliver()
    braze.deliver(email="ben@example.com")
    braze.now += timedelta(days=3)

    again = braze.deliver(email=email)

    assert (again.status_code, again.data) == (first.status_code, first.data)


def test_another_event_of_the_same_person_grants_nothing_either(braze: Braze) -> None:
    """Facts: one-claim-for-each-person"""
    braze.deliver()

    assert braze.deliver(event="push_on").json == WON


def test_an_offer_falls_while_nobody_takes_it(braze: Braze) -> None:
    """Facts: swap-scarcity"""
    taken = []
    for seconds in (0, 60, 61, 500):
        braze.now = OPENS + timedelta(seconds=seconds)
        answer = braze.deliver(q_scope="swap-2026", event="signed_up", email=f"{seconds}@x.com")
        taken.append(answer.json and answer.json["incentive"])

    assert taken == ["40 % off", "40 % off", "30 % off", "10 % off"]


def test_a_hype_takes_opt_ins_and_then_claims(braze: Braze) -> None:
    """Facts: activation-kinds"""

    def outcome(event: str, name: str) -> object:
        answer = braze.deliver(q_scope="winter-2026", event=event, email=f"{name}@example.com")
        return answer.json and answer.json["outcome"]

    before = [outcome("notify_me", "ana"), outcome("unlock", "ana")]
    braze.now += timedelta(days=1)
    after = [outcome("notify_me", "ben"), outcome("unlock", "ben"), outcome("unlock", "ana")]

    assert before == ["opted_in", "not_open"]
    assert after == ["closed", "not_opted_in", "won"]


@pytest.mark.parametrize(
    "authorization",
    [
        None, "", "Bearer", "Bearer ", SECRET, f"bearer {SECRET}", f"Bearer {SECRET}x",
        f"Bearer  {SECRET}", f"Bearer {SECRET[:-1]}", "Basic cGFydG5lcg==", "Bearer schlüssel",
        f"Bearer {SECRET}, Bearer {SECRET}", "Bearer \udcff",
    ],
)  # fmt: skip
def test_without_the_partners_authorization_nothing_is_taken(
    braze: Braze, authorization: str | None
) -> None:
    """Facts: webhook-answers"""
    environ = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}

    answer = braze.app.test_client().post(PATH, data=b"", environ_overrides=environ)

    assert answer.status_code == 401
    assert answer.json == {"message": "the Authorization header is missing or wrong"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (b"\xff\xfe", "the body is no JSON"),
        (b'{"email": "\\ud800"}', "the body is no JSON"),
        (b"[" * 60_000, "the body is no JSON"),
        ([], "the body is no JSON object"),
        (None, "the body is no JSON object"),
        ({}, "'q_scope' and 'event' and 'email' must be there, as text"),
        (a_delivery(email=None), "'email' must be there, as text"),
        (a_delivery(event=5, q_scope=["a"]), "'q_scope' and 'event' must be there, as text"),
        (a_delivery(email=""), "'email' is empty: the profile in Braze has no email address"),
        (a_delivery(email=" \n"), "'email' is empty: the profile in Braze has no email address"),
        (a_delivery(email="ana"), "'email' is no email address"),
        (a_delivery(email="ana@"), "'email' is no email address"),
        (a_delivery(email="{{${email_address}}"), "'email' is no email address"),
        (a_delivery(email="ana berg@example.com"), "'email' is no email address"),
        (a_delivery(email="ana\0@example.com"), "'email' is no email address"),
        (a_delivery(email="a" * 243 + "@example.com"), "'email' is no email address"),
    ],
)  # fmt: skip
def test_a_body_that_says_nothing_is_refused(braze: Braze, body: object, message: str) -> None:
    """Facts: webhook-answers, webhook-blank-attribute"""
    answer = braze.send(body)

    assert (answer.status_code, answer.json) == (400, {"message": message})


def test_a_body_that_does_not_end_is_cut_off(braze: Braze) -> None:
    answer = braze.send(b" " * (LARGEST_BODY + 1))

    assert answer.status_code == 413
    assert answer.json == {"message": "the body is larger than 65536 bytes"}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"q_scope": "autumn"}, "no activation has this q_scope"),
        ({"q_scope": ""}, "no activation has this q_scope"),
        ({"event": "logout"}, "activation spring-2026 has no such event"),
        ({"event": "LOGIN"}, "activation spring-2026 has no such event"),
        ({"event": "notify_me"}, "activation spring-2026 has no such event"),
    ],
)
def test_an_unknown_scope_or_event_is_not_found(
    braze: Braze, members: dict[str, str], message: str
) -> None:
    """Facts: webhook-answers"""
    answer = braze.deliver(**members)

    assert (answer.status_code, answer.json) == (404, {"message": message})


def test_members_that_nobody_knows_are_passed_over(braze: Braze) -> None:
    assert braze.deliver(campaign="spring").json == WON


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "post"]
)
def test_other_methods_are_refused(braze: Braze, method: str) -> None:
    answer = braze.app.test_client().open(PATH, method=method, data=b"{}")

    if method == "post":  # the test client writes it in capitals
        assert answer.status_code == 401
        return
    assert answer.status_code == 405
    assert answer.content_type == "application/json"
    assert answer.headers["Allow"] == "POST" or method == "BREW"


@pytest.mark.parametrize(
    "path", ["/", "/webhook", f"{PATH}/", f"/{PATH}", "//webhook//braze", "/%ff"]
)
def test_other_paths_are_not_found(braze: Braze, path: str) -> None:
    answer = braze.app.test_client().post(path, data=b"{}")

    assert (answer.status_code, answer.json) == (404, {"message": "Not Found"})


HEADERS = st.dictionaries(
    st.sampled_from(
        ("HTTP_AUTHORIZATION", "CONTENT_TYPE", "HTTP_CONTENT_ENCODING", "HTTP_COOKIE",
         "HTTP_HOST", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_RANGE", "HTTP_ACCEPT")
    ),
    st.text(st.characters(max_codepoint=255), max_size=12) | st.just(f"Bearer {SECRET}"),
)  # fmt: skip
DELIVERIES = st.fixed_dictionaries(
    {},
    optional={
        "q_scope": st.sampled_from(("spring-2026", "swap-2026", "")) | st.text(max_size=5),
        "event": st.sampled_from(("login", "signed_up", "")) | st.text(max_size=5),
        "email": st.sampled_from(("ana@example.com", "")) | st.text(max_size=9) | st.integers(),
    },
).map(lambda told: json.dumps(told).encode())


@PATIENT
@given(
    method=st.sampled_from(("POST", "POST", "GET", "OPTIONS", "BREW")),
    path=st.just(PATH) | st.text(max_size=9).map(lambda text: f"/{text}"),
    headers=HEADERS,
    body=DELIVERIES | st.binary(max_size=40),
)
def test_nothing_anybody_sends_is_answered_by_a_failure_or_a_page(
    method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), **headers}

    answer = Braze().app.test_client().post(data=body, environ_overrides=environ)

    assert answer.status_code in {200, 400, 401, 404, 405}
    assert answer.content_type == "application/json"
    assert isinstance(answer.json, dict)


def test_a_store_that_cannot_keep_anything_makes_braze_come_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Facts: webhook-answers"""
    database = Database(tmp_path / "store.sqlite", busy_timeout_seconds=0.05)
    locking = Database(tmp_path / "store.sqlite")
    desk = ClaimDesk([SPRING], SqliteClaims(database), lambda: OPENS)
    client = create_receiver_app(Receiver(desk, SECRET)).test_client()
    headers = {"Authorization": f"Bearer {SECRET}"}

    with locking.transaction():
        busy = client.post(PATH, json=a_delivery(), headers=headers)
    later = client.post(PATH, json=a_delivery(), headers=headers)

    database.close()
    locking.close()
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    assert busy.json == {
        "message": "this cannot be kept at the moment, and nothing was decided; please try again"
    }
    assert (later.status_code, later.json) == (200, WON)
    assert "is kept locked by another process" in caplog.text


def test_a_fault_of_our_own_is_no_page_either(
    braze: Braze, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ClaimDesk, "act", lambda *_: 1 / 0)

    answer = braze.deliver()

    assert answer.status_code == 500
    assert answer.json == {"message": "the receiver failed; please try again"}
    assert "ZeroDivisionError" in caplog.text


def test_the_log_tells_what_happened_and_nobodys_address(
    braze: Braze, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        braze.deliver()
        braze.deliver()
        braze.deliver(email="x")
        braze.send(a_delivery(), "Bearer wrong-secret")

    told = [record.getMessage() for record in caplog.records if "webhook" in record.name]
    assert told == [
        "status=200 outcome=won q_scope=spring-2026 event=login participant=an…@example.com "
        "number=1 repeated=false",
        "status=200 outcome=won q_scope=spring-2026 event=login participant=an…@example.com "
        "number=1 repeated=true",
        "status=400 message=\"'email' is no email address\"",
        'status=401 message="the Authorization header is missing or wrong"',
    ]


@pytest.mark.parametrize(
    ("authorization", "problem"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("secret ", "holds outer spaces"),
        ("schlüssel", "or what no header can carry"),
        ("a\nb", "holds line breaks"),
        (f"Bearer {SECRET}", "begins with the word Bearer"),
    ],
)
def test_an_authorization_that_nobody_could_send_is_refused(
    authorization: str, problem: str
) -> None:
    desk = ClaimDesk([SPRING], MemoryClaims(), lambda: OPENS)

    with pytest.raises(BadSettings, match=f"the webhook authorization .*{problem}") as bad:
        Receiver(desk, authorization)

    assert SECRET not in str(bad.value)


def test_the_receiver_fits_into_another_application() -> None:
    from quikly_client.webhook import webhook_blueprint

    app = Flask("brand")
    desk = ClaimDesk([SPRING], MemoryClaims(), lambda: OPENS)
    app.register_blueprint(webhook_blueprint(Receiver(desk, SECRET)), url_prefix="/quikly")

    answer = app.test_client().post(
        f"/quikly{PATH}", json=a_delivery(), headers={"Authorization": f"Bearer {SECRET}"}
    )

    assert answer.json == WON
    assert app.test_client().options(f"/quikly{PATH}").status_code == 405


def test_the_authorization_is_compared_in_constant_time(
    braze: Braze, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare: Callable[[bytes, bytes], bool] = lambda a, b: compared.append((a, b)) or False  # type: ignore[func-returns-value]  # noqa: E731
    monkeypatch.setattr("quikly_client.webhook.hmac.compare_digest", compare)

    answer = braze.deliver()

    assert answer.status_code == 401
    assert compared == [(f"Bearer {SECRET}".encode(), f"Bearer {SECRET}".encode())]


def test_what_came_of_the_calls_is_counted(braze: Braze) -> None:
    braze.deliver()
    braze.deliver()
    braze.deliver(email="ben@example.com")
    braze.deliver(event="no such")
    braze.deliver(email="")
    braze.send(a_delivery(), None)
    braze.send(b"x" * (LARGEST_BODY + 1))
    braze.app.test_client().get(PATH)

    assert list(braze.receiver.metrics.lines()) == [
        'quikly_webhooks_total{result="malformed"} 3',
        'quikly_webhooks_total{result="missed"} 1',
        'quikly_webhooks_total{result="repeated"} 1',
        'quikly_webhooks_total{result="unauthorized"} 1',
        'quikly_webhooks_total{result="unknown"} 1',
        'quikly_webhooks_total{result="won"} 1',
        'quikly_wins_total{q_scope="spring-2026",rank="1"} 1',
    ]


def test_the_counters_are_shown_to_the_partner_alone(braze: Braze) -> None:
    braze.app.register_blueprint(metrics_blueprint(braze.receiver, [braze.receiver.metrics]))
    braze.deliver()
    client = braze.app.test_client()

    shown = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"})

    assert (shown.status_code, shown.mimetype) == (200, "text/plain")
    assert shown.text.splitlines() == list(braze.receiver.metrics.lines())
    assert client.get("/metrics").status_code == 401
