"""A `requests` adapter that calls a WSGI application directly: no socket, no server, no waiting.

session = in_process_session(create_app(workspaces))
session.get("http://braze.lab/control/health")
"""

import errno
import io
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from mock_braze.domain.faults import WIRE
from mock_braze.rest.exchange import Disturbance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

BASE_URL = "http://braze.lab"


def in_process_session(app: "WSGIApplication") -> requests.Session:
    """A session in which every URL leads to `app`. Proxies and .netrc of the machine are not
    read: they must not divert a test's traffic, and reading them costs more than the call.
    """
    session = requests.Session()
    session.trust_env = False
    adapter = WSGIAdapter(app)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def app_behind(session: requests.Session, url: str) -> "WSGIApplication | None":
    """The application that a session calls directly for a URL; None if it goes to a server."""
    adapter = session.get_adapter(url)
    return adapter.app if isinstance(adapter, WSGIAdapter) else None


class WSGIAdapter(BaseAdapter):
    """Sends prepared requests to a WSGI application."""

    def __init__(self, app: "WSGIApplication") -> None:
        super().__init__()
        self.app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One call of the application. Nothing is waited for: what a fault does to a connection
        is raised as it would have been over a network.

        Raises:
            ConnectionError, ReadTimeout, ChunkedEncodingError: a fault asked for it.
        """
        started: list[Any] = []
        disturbed: list[Disturbance] = []

        def wire(disturbance: Disturbance, body: bytes) -> list[bytes]:
            disturbed.append(disturbance)
            return [body]

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            started[:] = [status, headers]

        environ = _environ(request)
        environ[WIRE] = wire
        chunks = self.app(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        if disturbed:
            body = _arriving(request, disturbed[0], body, _read_timeout(timeout))
        return _response(request, started[0], started[1], body)

    def close(self) -> None:
        """There is nothing to close."""


def _read_timeout(timeout: Any) -> float | None:
    """The seconds between two reads that a caller of requests allows; None is for ever."""
    seconds: float | None = timeout[1] if isinstance(timeout, tuple) else timeout
    return seconds


def _arriving(
    request: requests.PreparedRequest, disturbance: Disturbance, body: bytes, patience: float | None
) -> bytes:
    """What arrives of a body over a disturbed connection."""
    if disturbance.is_reset:
        reset = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        raise requests.ConnectionError(ProtocolError("Connection aborted.", reset), request=request)
    if patience is not None and disturbance.delay > patience:
        raise requests.ReadTimeout(f"Read timed out. (read timeout={patience})", request=request)
    if patience is not None and disturbance.drip / max(len(body), 1) > patience:
        # As requests says it once the headers are there.
        raise requests.ConnectionError("Read timed out.", request=request)
    return body[: len(body) // 2] if disturbance.is_cut else body


def _environ(request: requests.PreparedRequest) -> "WSGIEnvironment":
    url = urlsplit(request.url or BASE_URL)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "braze.lab",
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(bytes(body)),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[_environ_name(name)] = text
    return environ


def _environ_name(header: str) -> str:
    name = header.replace("-", "_").upper()
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _response(
    request: requests.PreparedRequest,
    status: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.raw = HTTPResponse(
        io.BytesIO(body),
        headers=dict(headers),
        status=int(code),
        preload_content=False,
        request_method=request.method,  # the answer to HEAD has a length and no body
    )
    response.request = request
    response.url = request.url or ""
    return response
