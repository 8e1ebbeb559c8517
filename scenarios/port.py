"""Port: where a client in another process finds the fake, one lab's after another's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mock_braze.server import threaded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Port:
    """A loopback port of this process; requests go to the application that was shown last."""

    def __init__(self) -> None:
        self.base_url = ""
        self._app: WSGIApplication | None = None

    def show(self, app: "WSGIApplication") -> None:
        """From now on requests go to this application."""
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self._app is None:
            raise RuntimeError("a request came before any fake was shown at the port")
        return self._app(environ, start_response)


@contextmanager
def open_port() -> Iterator[Port]:
    """A port that is open as long as the block lasts."""
    port = Port()
    with threaded(port) as port.base_url:
        yield port
