import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from scripted_braze import API_KEY, BASE_URL, ScriptedBraze

from quikly_client.errors import (
    BrazeError,
    BrazeUnavailable,
    NoAnswer,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)
from quikly_client.settings import BrazeSettings
from quikly_client.transport import Exchange, Transport


def test_a_post_goes_out_with_exactly_these_bytes_and_headers(
    transport: Transport, scripted: ScriptedBraze
) -> None:
    scripted.answers({"message": "success"})

    transport.send("POST", "/users/track", body={"email": "ä@example.com", "n": [1, True, None]})

    (call,) = scripted.calls
    assert (call.method, call.path, call.query) == ("POST", "/users/track", "")
    assert call.content == '{"email":"ä@example.com","n":[1,true,null]}'.encode()
    assert call.headers["Authorization"] == f"Bearer {API_KEY}"
    assert call.headers["Content-Type"] == "application/json"
    assert call.headers["User-Agent"].startswith("braze-lab-quikly/")
    assert call.timeout == (5, 30)


def test_a_query_keeps_the_plus_of_a_phone(transport: Transport, scripted: ScriptedBraze) -> None:
    scripted.answers({"message": "success"}, status=200)

    transport.send("GET", "/subscription/status/get", query={"phone": "+13135550171", "g": "a b&c"})

    (call,) = scripted.calls
    assert call.query == "phone=%2B13135550171&g=a+b%26c"
    assert call.content == b""


def test_a_success_brings_the_parsed_body_and_headers_of_any_case(
    transport: Transport, scripted: ScriptedBraze
) -> None:
    scripted.answers({"message": "success"}, status=201, X_Request_Id="r-1")

    answer = transport.send("POST", "/users/track", body={})

    assert (answer.status, answer.body) == (201, {"message": "success"})
    assert answer.headers["x-request-id"] == "r-1"


def test_a_slash_behind_the_base_url_does_not_double(scripted: ScriptedBraze) -> None:
    scripted.answers({"message": "success"})
    transport = Transport(BrazeSettings(BASE_URL + "/", API_KEY), scripted.session())

    transport.send("POST", "/users/track", body={})

    assert scripted.called == ["POST /users/track"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectTimeout("c"), "connecting took too long"),
        (requests.ReadTimeout("r"), "the answer took too long"),
        (requests.ConnectionError("c"), "the connection was refused or broken off"),
        (requests.exceptions.ChunkedEncodingError("c"), "ChunkedEncodingError"),
    ],
)
def test_when_nothing_comes_back_the_outcome_is_unknown(
    transport: Transport, scripted: ScriptedBraze, error: Exception, words: str
) -> None:
    scripted.fails(error)

    with pytest.raises(NoAnswer) as caught:
        transport.send("POST", "/users/track", body={})

    assert str(caught.value) == f"no answer to POST /users/track ({words})"
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize(
    "content", [b"", b"<html>Bad Gateway</html>", b'{"message":"no"}', b"\xff"]
)
def test_every_5xx_is_unavailable_whatever_its_body(
    transport: Transport, scripted: ScriptedBraze, status: int, content: bytes
) -> None:
    scripted.answers_bytes(content, status)

    with pytest.raises(BrazeUnavailable) as caught:
        transport.send("POST", "/users/track", body={})

    assert caught.value.status == status


def test_a_429_keeps_the_headers_that_tell_the_wait(
    transport: Transport, scripted: ScriptedBraze
) -> None:
    scripted.answers_bytes(b"slow down", 429, X_Ratelimit_Retry_After="9")

    with pytest.raises(RateLimited) as caught:
        transport.send("POST", "/users/track", body={})

    assert caught.value.headers == {"x-ratelimit-retry-after": "9"}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415, 451])
def test_any_other_4xx_is_a_refusal_in_brazes_words(
    transport: Transport, scripted: ScriptedBraze, status: int
) -> None:
    item = {"type": "EMAIL_BAD_FORMAT", "input_array": "attributes", "index": 0}
    scripted.answers({"message": "Valid data", "errors": [item, "and more"]}, status=status)

    with pytest.raises(Refused) as caught:
        transport.send("POST", "/users/track", body={})

    refused = caught.value
    assert (refused.status, refused.message) == (status, "Valid data")
    assert refused.errors == (
        '{"type":"EMAIL_BAD_FORMAT","input_array":"attributes","index":0}',
        "and more",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>Forbidden</html>", "<html>Forbidden</html>"),
        (b"x" * 1000, "x" * 200),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", "no reason given"),
        (b'["a list"]', '["a list"]'),
        (b"{}", "no message given"),
        (b'{"message":null,"errors":"one text"}', "no message given"),
    ],
)
def test_a_refusal_without_the_documented_json_still_says_something(
    transport: Transport, scripted: ScriptedBraze, content: bytes, message: str
) -> None:
    scripted.answers_bytes(content, 403)

    with pytest.raises(Refused) as caught:
        transport.send("POST", "/users/track", body={})

    assert caught.value.message == message


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"attributes_proc', b"\xff"])
def test_a_success_without_json_is_unexpected(
    transport: Transport, scripted: ScriptedBraze, content: bytes
) -> None:
    scripted.answers_bytes(content, 201)

    with pytest.raises(UnexpectedAnswer, match="201 without JSON"):
        transport.send("POST", "/users/track", body={})


def test_a_redirect_is_not_followed(transport: Transport, scripted: ScriptedBraze) -> None:
    scripted.answers({}, status=302, Location=f"{BASE_URL}/elsewhere")

    with pytest.raises(UnexpectedAnswer, match="302"):
        transport.send("GET", "/subscription/status/get")

    assert len(scripted.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"message": f"Invalid API key: {API_KEY}", "errors": [{"key": API_KEY}, API_KEY]}),
        (401, {"message": {"text": API_KEY}}),
        (404, [API_KEY]),
    ],
)
def test_the_key_that_braze_repeats_is_in_no_message(
    transport: Transport, scripted: ScriptedBraze, answer: tuple[int, Any]
) -> None:
    status, body = answer
    scripted.answers(body, status=status)

    with pytest.raises(BrazeError) as caught:
        transport.send("POST", "/users/track", body={})

    assert API_KEY not in str(caught.value)
    assert API_KEY not in repr(caught.value)
    assert API_KEY not in repr(vars(caught.value))


def test_a_listener_is_told_of_every_call_before_its_outcome(
    transport: Transport, scripted: ScriptedBraze
) -> None:
    told: list[Exchange] = []
    transport.listen(told.append)
    scripted.answers({"message": "success"}, X_Request_Id="r-1").answers({}, status=404)
    scripted.fails(requests.ReadTimeout("r"))

    transport.send("POST", "/a", body={})
    for error in (Refused, NoAnswer):
        with pytest.raises(error):
            transport.send("GET", "/b", query={"phone": "+13135550171"})

    assert [(each.method, each.path, each.status, each.failure) for each in told] == [
        ("POST", "/a", 201, ""),
        ("GET", "/b", 404, ""),
        ("GET", "/b", None, "the answer took too long"),
    ]
    assert [each.is_success for each in told] == [True, False, False]
    assert told[0].headers == {"x-request-id": "r-1"}
    assert [each.seconds is None for each in told] == [False, False, True]


def test_a_netrc_file_does_not_replace_the_key(
    scripted: ScriptedBraze, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine braze.example login anna password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    scripted.answers({"message": "success"})
    session = requests.Session()
    session.mount(BASE_URL, scripted)

    Transport(BrazeSettings(BASE_URL, API_KEY), session).send("POST", "/users/track", body={})

    assert scripted.calls[0].headers["Authorization"] == f"Bearer {API_KEY}"


@pytest.fixture
def raw_server() -> Iterator[tuple[str, list[bytes]]]:
    """A loopback server that answers one request with the bytes put into the list, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(2)  # when the call goes elsewhere, the test fails instead of hanging
    answers: list[bytes] = []

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65_536)
            connection.sendall(answers[0])

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", answers
    thread.join(timeout=5)
    listener.close()


def test_an_answer_cut_off_on_the_way_has_an_unknown_outcome(
    raw_server: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = raw_server
    answers.append(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"message":')
    # A proxy named in the environment must not get the call; this one would fail it otherwise.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with pytest.raises(NoAnswer):
        Transport(BrazeSettings(url, API_KEY)).send("POST", "/users/track", body={})


def test_the_own_session_passes_by_the_proxies_of_the_environment(
    raw_server: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = raw_server
    answers.append(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    answer = Transport(BrazeSettings(url, API_KEY)).send("POST", "/users/track", body={})

    assert answer.body == {}


def test_calls_go_over_one_connection() -> None:
    answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(2)
        answered: list[int] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while connection.recv(65_536):
                    connection.sendall(answer)
                    answered.append(1)

        thread = threading.Thread(target=serve)
        thread.start()
        session = requests.Session()
        session.trust_env = False
        transport = Transport(
            BrazeSettings(f"http://127.0.0.1:{listener.getsockname()[1]}", API_KEY), session
        )
        for _ in range(3):
            transport.send("GET", "/anything")
        session.close()
        thread.join(timeout=5)

    assert len(answered) == 3


def test_a_refused_connection_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NoAnswer, match="refused"):
        Transport(BrazeSettings(f"http://127.0.0.1:{port}", API_KEY)).send("GET", "/anything")
