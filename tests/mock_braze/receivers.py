"""Receivers of webhooks: tiny HTTP servers on this machine that keep what they are sent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from mock_braze.domain.messages.webhook_requests import ComposedRequest

JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass(slots=True)
class Receiver:
    """Answers with `answers` one after the other, and with the last one ever after: a status, or
    a status with headers, or a function of the request that gives one of these.
    """

    answers: list[Any]
    url: str = ""
    received: list[Received] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)

    def answer(self, received: Received) -> tuple[int, Mapping[str, str]]:
        self.received.append(received)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(received)
        return answer if isinstance(answer, tuple) else (answer, {})

    def hang(self, _: Received) -> int:
        """An answer that comes when the test is over."""
        self.stopped.wait(30)
        return 200


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, receiver: Receiver, *of_server: Any) -> None:
        self.receiver = receiver
        super().__init__(*of_server)

    def handle_one_call(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        names = {name.lower(): value for name, value in self.headers.items()}
        status, headers = self.receiver.answer(Received(self.command, self.path, names, body))
        self.send_response_only(status)
        for name, value in {"Content-Length": "2", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = do_PUT = do_DELETE = handle_one_call

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Who called has gone; it was not patient."""


@contextmanager
def receiver(
    *answers: int | tuple[int, Mapping[str, str]] | Callable[..., Any],
) -> Iterator[Receiver]:
    """A receiver with these answers, or 200, as long as the block lasts."""
    kept = Receiver(list(answers or (200,)))
    server = _Server(("127.0.0.1", 0), partial(_Handler, kept))
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def a_request(url: str, body: str = '{"event": "login"}', **members: Any) -> ComposedRequest:
    return ComposedRequest(
        **{"method": "POST", "url": url, "headers": JSON, "body": body, **members}
    )
