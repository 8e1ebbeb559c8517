import pytest
import requests
from worlds import EMAIL, KEY, START, World

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import in_process_session


@pytest.fixture
def session() -> requests.Session:
    session = in_process_session(create_app(Workspaces(ManualClock(START), api_key=KEY)))
    session.headers["Authorization"] = f"Bearer {KEY}"
    return session


def test_every_url_leads_to_the_application(session: requests.Session) -> None:
    for base in ("http://braze.lab", "https://rest.iad-01.braze.com", "http://127.0.0.1:1"):
        assert session.get(f"{base}/control/health").json()["ready"] is True


def test_an_answer_looks_as_it_would_over_a_network(session: requests.Session) -> None:
    sent = {"email_address": EMAIL}

    answer = session.post("https://rest.iad-01.braze.com/users/export/ids?x=1", json=sent)

    assert (answer.status_code, answer.reason, answer.ok) == (201, "Created", True)
    assert answer.headers["content-type"] == answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Encoding"] == "gzip"  # requests accepts it by default
    assert answer.json() == {"users": [], "message": "success"}
    assert answer.url == "https://rest.iad-01.braze.com/users/export/ids?x=1"
    assert answer.request.body == b'{"email_address": "anna@example.com"}'
    assert answer.history == []


def test_a_refusal_raises_when_it_is_asked_to(session: requests.Session) -> None:
    answer = session.post("http://x/users/track", json={})

    with pytest.raises(requests.HTTPError, match="400 Client Error: Bad Request"):
        answer.raise_for_status()


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_the_answer_to_head_has_a_length_and_no_body(
    session: requests.Session, accepted: str
) -> None:
    answer = session.head("http://x/subscription/status/get", headers={"Accept-Encoding": accepted})

    assert (answer.status_code, answer.content) == (400, b"")
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize("body", [b'{"email_address":"x"}', '{"email_address":"x"}'])
def test_bodies_are_bytes_or_text(session: requests.Session, body: bytes | str) -> None:
    headers = {"Content-Type": "application/json"}

    assert session.post("http://x/users/export/ids", data=body, headers=headers).status_code == 201


def test_a_stream_is_read_in_pieces(session: requests.Session) -> None:
    answer = session.get("http://x/control/dials", stream=True)

    assert b"".join(answer.iter_content(7)) == session.get("http://x/control/dials").content


def test_proxies_and_netrc_of_the_machine_are_not_read(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert session.get("http://x/control/health").status_code == 200


def test_two_sessions_on_one_application_share_its_world(world: World) -> None:
    app = create_app(world.workspaces)

    in_process_session(app).post("http://x/control/clock/advance", json={"seconds": 60})

    assert world.control("GET", "/clock").json()["now"] == "2026-01-05T09:01:00+00:00"
