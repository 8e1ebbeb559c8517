import multiprocessing
from datetime import datetime
from threading import Event
from typing import Any

import pytest
import requests
from receivers import Received, Receiver, receiver
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
from worlds import KEY, START

from mock_braze.domain.clock import ManualClock, ScaledClock, SystemClock
from mock_braze.domain.messages.webhook_requests import is_loopback
from mock_braze.in_process import in_process_session
from mock_braze.server import (
    ServerOptions,
    app_of,
    free_port,
    new_token,
    served,
    threaded,
)

ITEM = {"attributes": [{"external_id": "a"}]}
BEARER = {"Authorization": f"Bearer {KEY}"}


def options(**chosen: Any) -> ServerOptions:
    return ServerOptions(**{"api_key": KEY, "start": START, **chosen})


def a_patient_session() -> requests.Session:
    """Waits for a server that is still starting."""
    session = requests.Session()
    session.trust_env = False
    retry = Retry(total=None, connect=100, read=0, backoff_factor=0.05, backoff_max=0.2)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def test_a_threaded_server_serves_over_a_real_port_as_long_as_the_block_lasts() -> None:
    with threaded(app_of(options())) as url, a_patient_session() as session:
        accepted = session.post(f"{url}/users/track", json=ITEM, headers=BEARER)
        moved = session.post(f"{url}/control/clock/advance", json={"seconds": 2})
        found = session.post(
            f"{url}/users/export/ids", json={"external_ids": ["a"]}, headers=BEARER
        )

    assert (accepted.status_code, accepted.reason) == (201, "Created")
    assert moved.json()["now"] == "2026-01-05T09:00:02+00:00"
    assert [each["external_id"] for each in found.json()["users"]] == ["a"]
    assert found.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{url}/users/track", json=ITEM, headers=BEARER, timeout=5)


def test_the_granian_process_answers_and_is_gone_afterwards() -> None:
    port = free_port()

    with served(options(port=port)) as url, a_patient_session() as session:
        accepted = session.post(f"{url}/users/track", json=ITEM, headers=BEARER)
        head = session.head(f"{url}/subscription/status/get", headers=BEARER)
        unknown = session.get(f"{url}/nowhere", headers=BEARER)
        (process,) = multiprocessing.active_children()

    assert url == f"http://127.0.0.1:{port}"
    assert accepted.json() == {"attributes_processed": 1, "message": "success"}
    assert (head.status_code, head.content) == (400, b"")
    assert (unknown.status_code, unknown.json()) == (404, {"message": "Not Found"})
    assert not process.is_alive()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/control/health", timeout=5)


def test_a_variable_of_the_servers_process_is_no_header_of_a_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_AUTHORIZATION", f"Bearer {KEY}")
    monkeypatch.setenv("CONTENT_TYPE", "text/plain")

    with served(options(port=free_port())) as url, a_patient_session() as session:
        without_key = session.post(f"{url}/users/track", json=ITEM)

    assert without_key.status_code == 401


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        ({}, ManualClock),
        ({"clock": "scaled", "factor": 60}, ScaledClock),
        ({"clock": "system"}, SystemClock),
    ],
)
def test_the_default_workspace_begins_with_the_clock_it_is_given(
    chosen: dict[str, Any], kind: type
) -> None:
    app = app_of(options(**chosen))

    assert isinstance(app.config["WORKSPACES"].default.clock, kind)


def test_a_manual_clock_begins_at_a_whole_second_of_now_unless_told_otherwise() -> None:
    told = in_process_session(app_of(ServerOptions())).get("http://x/control/clock").json()

    now = datetime.fromisoformat(told["now"])
    assert now.microsecond == 0
    assert abs((SystemClock().now() - now).total_seconds()) < 60


def test_the_options_reach_the_application() -> None:
    session = in_process_session(app_of(options(control_token="secret", seed=7)))

    assert session.get("http://x/control/health").status_code == 401
    assert session.post("http://x/users/track", json=ITEM, headers=BEARER).status_code == 201


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_reaches_a_loopback_host(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own


def test_control_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32


def test_a_client_over_a_port_is_told_resets_by_its_own_watch() -> None:
    """Facts: rate-limit-epoch"""
    with threaded(app_of(options())) as url, a_patient_session() as session:
        answer = session.post(f"{url}/users/track", json=ITEM, headers=BEARER)
        reset = float(answer.headers["X-Ratelimit-Reset"])
        shared = threaded(app_of(options(rate_limit_epoch="simulated")))
        with shared as other_url:
            answer = session.post(f"{other_url}/users/track", json=ITEM, headers=BEARER)

    assert abs(reset - SystemClock().now().timestamp()) < 60
    assert answer.headers["X-Ratelimit-Reset"] == str(int(START.timestamp()) + 3)


@pytest.mark.parametrize(("server", "status"), [("granian", 400), ("threaded", 201)])
def test_each_server_says_whether_it_can_break_a_connection(server: str, status: int) -> None:
    effect = {"effect": {"kind": "connection_reset"}}
    with served(options(port=free_port(), server=server)) as url, a_patient_session() as session:
        made = session.post(f"{url}/control/faults", json=effect)
        failing = {"effect": {"kind": "status", "status": 503}, "match": {"nth": 1}}
        session.post(f"{url}/control/faults", json=failing)
        if server == "threaded":
            session.delete(f"{url}/control/faults?id=1")
        failed = session.post(f"{url}/users/track", json=ITEM, headers=BEARER)

    assert made.status_code == status
    assert (failed.status_code, failed.headers["Content-Type"]) == (503, "text/html")


@pytest.mark.parametrize("server", ["granian", "threaded"])
def test_a_receiver_calls_back_while_the_clock_waits_for_it(server: str) -> None:
    def call_back(_: Received) -> int:
        return session.post(f"{url}/users/track", json=ITEM, headers=BEARER).status_code

    chosen = options(port=free_port(), server=server, world=EVERYBODY)
    with served(chosen) as url, a_patient_session() as session, receiver(call_back) as there:
        session.post(f"{url}/users/export/segment", json=telling(there), headers=BEARER)
        session.post(f"{url}/control/clock/advance", json={"seconds": 60})
        (webhook,) = session.get(f"{url}/control/webhooks").json()["webhooks"]

    assert [each["answer"]["status"] for each in webhook["attempts"]] == [201]


@pytest.mark.parametrize("server", ["granian", "threaded"])
def test_what_is_due_goes_out_although_nobody_calls(server: str) -> None:
    arrived = Event()
    chosen = options(
        port=free_port(), server=server, world=EVERYBODY, clock="scaled", factor=3600.0
    )

    def note(_: Received) -> int:
        arrived.set()
        return 200

    with served(chosen) as url, a_patient_session() as session, receiver(note) as there:
        session.post(f"{url}/users/export/segment", json=telling(there), headers=BEARER)

        assert arrived.wait(10)


EVERYBODY = b"""
segments:
  - {id: all, name: All, filter: {attribute: created_at, operator: exists}}
"""


def telling(there: Receiver) -> dict[str, Any]:
    """An export that tells of itself a minute later."""
    return {"segment_id": "all", "fields_to_export": ["email"], "callback_endpoint": there.url}
