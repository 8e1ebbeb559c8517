"""One call of a receiver over real HTTP, which takes no longer than somebody is patient."""

import io
import socket
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urlsplit

from mock_braze.domain.clock import Patience
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.webhooks.deliveries import Answer, Failure
from mock_braze.domain.webhooks.retries import ASKING

LONGEST_ANSWER = 64 * 1024  # bytes that are read of a body
KEPT_OF_BODY = 2_000  # characters
# What may stand in a request line as it is; anything else is sent as escaped UTF-8.
URL_CHARACTERS = "%/?:@!$&'()*+,;=-._~[]"
OWN_HEADERS = frozenset({"content-length", "transfer-encoding"})


def call_receiver(url: str, request: ComposedRequest, user_agent: str, patience: float) -> Answer:
    """Send a request to a URL on this machine; `patience` is in real seconds."""
    if problem := _unsendable(request):
        return Answer(failure=Failure.UNSENDABLE, reason=problem)
    waiting = Patience(patience)
    connection = _PatientConnection(url, waiting)
    try:
        _send(connection, url, request, user_agent)
        return _read(connection.getresponse())
    except TimeoutError:
        return Answer(599, failure=Failure.TIMED_OUT, reason="no answer within 90 s")
    except (OSError, HTTPException) as error:
        # Inferred: half an answer is as good as none (webhook-broken-answer)
        return Answer(599, failure=Failure.UNREACHABLE, reason=_named(error))
    except ValueError as error:
        return Answer(failure=Failure.UNSENDABLE, reason=_named(error))
    finally:
        connection.hang_up()


def _unsendable(request: ComposedRequest) -> str:
    """What no HTTP request can hold.

    Facts: webhook-unsendable
    """
    for name, value in request.headers:
        if not name or any(not "!" <= each <= "~" or each == ":" for each in name):
            return f"{name!r} cannot be the name of a header"
        if any(each in "\r\n\0" for each in value):
            return f"the header {name} holds a line break"
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            return f"the header {name} holds a character that headers cannot hold"
    return ""


def _send(connection: HTTPConnection, url: str, request: ComposedRequest, user_agent: str) -> None:
    headers = [each for each in request.headers if each[0].lower() not in OWN_HEADERS]
    given = {name.lower() for name, _ in headers}
    body = request.body.encode(errors="replace")
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(
        request.method,
        quote(target, safe=URL_CHARACTERS, errors="replace"),
        skip_host="host" in given,
        skip_accept_encoding=True,
    )
    if "user-agent" not in given:
        connection.putheader("User-Agent", user_agent)
    for name, value in headers:
        connection.putheader(name, value.encode("latin-1"))
    if body or request.method in ("POST", "PUT"):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)


def _read(response: HTTPResponse) -> Answer:
    try:
        body = response.read(LONGEST_ANSWER)
    except (OSError, HTTPException):
        body = b""  # what Braze goes by has arrived (webhook-20x-is-delivered)
    text = body.decode(errors="replace")[:KEPT_OF_BODY]
    return Answer(response.status, tuple(_kept(response.getheaders())), text)


def _kept(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without the time of the receiver, which is real and would make every journal a new one. It
    is kept where a wait may count from it.
    """
    names = {name.lower() for name, _ in headers}
    if names.isdisjoint(ASKING):
        return [each for each in headers if each[0].lower() != "date"]
    return headers


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


class _PatientConnection(HTTPConnection):
    """Its timeout is for the whole call, not for each step of it."""

    def __init__(self, url: str, patience: Patience) -> None:
        parts = urlsplit(url)
        super().__init__(parts.hostname or "", parts.port or 80)
        self._patience = patience
        self._reached: socket.socket | None = None

    def connect(self) -> None:
        self._reached = socket.create_connection((self.host, self.port), self._patience.left())
        self.sock: Any = _PatientSocket(self._reached, self._patience)

    def hang_up(self) -> None:
        if self._reached is not None:
            self._reached.close()


class _PatientSocket(io.RawIOBase):
    """As much of a socket as HTTP connections use. They close it before they have read it."""

    def __init__(self, reached: socket.socket, patience: Patience) -> None:
        self._reached, self._patience = reached, patience

    def sendall(self, data: bytes) -> None:
        self._reached.settimeout(self._patience.left())
        self._reached.sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._reached.settimeout(self._patience.left())
        return self._reached.recv_into(buffer)

    def close(self) -> None:
        """See `hang_up`."""
