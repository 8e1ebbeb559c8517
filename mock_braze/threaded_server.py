"""Werkzeug's server, a thread for each connection, which plays every fault on its sockets."""

import logging
import os
import socket
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from mock_braze.domain.clock import pass_time
from mock_braze.domain.faults import WIRE
from mock_braze.rest.exchange import Disturbance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# A body drips in at most so many pieces.
MOST_DROPS = 1_000


def threaded_server(app: "WSGIApplication", host: str, port: int) -> BaseWSGIServer:
    """A server that is bound and not yet serving."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server(host, port, app, threaded=True, request_handler=DisturbingHandler)


def play(disturbance: Disturbance, body: bytes) -> Iterator[bytes]:
    """The pieces of a body as they are to be written, with the waits between them.

    Raises:
        ConnectionResetError: instead of the first piece; there is to be no answer.
        ConnectionAbortedError: in the middle of the body.
    """
    if disturbance.is_reset:
        raise ConnectionResetError("a fault resets this connection")
    if disturbance.delay:
        pass_time(disturbance.delay)
    if disturbance.is_cut:
        yield body[: len(body) // 2]
        raise ConnectionAbortedError("a fault cuts this answer")
    if not disturbance.drip:
        yield body
        return
    size = -(-len(body) // MOST_DROPS) or 1
    for start in range(0, len(body), size):
        pass_time(disturbance.drip * size / len(body))
        yield body[start : start + size]


class DisturbingHandler(WSGIRequestHandler):
    """Offers the wire to the application, and breaks the connection off when told."""

    # What is no HTTP is answered before the application sees it; not in HTML either.
    error_content_type = "application/json"
    error_message_format = '{"message":"%(message)s"}'

    def send_error(self, code: int, *_: object) -> None:
        """With the name of the status; the library's own text repeats what was sent."""
        if self.request_version == "HTTP/0.9":  # so far; it would get neither status nor headers
            self.request_version = "HTTP/1.0"
        super().send_error(code)

    def make_environ(self) -> "WSGIEnvironment":
        environ = super().make_environ()
        environ[WIRE] = play
        return environ

    def connection_dropped(
        self, error: BaseException, environ: "WSGIEnvironment | None" = None
    ) -> None:
        """Ended in the usual way a connection would be closed in good order; this resets it."""
        self.close_connection = True
        if isinstance(error, ConnectionResetError) and environ is not None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
