"""PartnersHost: where the webhooks of campaigns arrive, which the fake sends over real HTTP."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Literal

import orjson
from werkzeug.wrappers import Request, Response

from mock_braze.server import threaded
from scenarios.agreed import WEBHOOK_HOST
from scenarios.control import Control
from scenarios.integration import WebhookAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# A status, what the integration's receiver answers, or no answer within Braze's patience.
PartnersAnswer = int | Literal["integration", "nothing"]
# Gets the Authorization header and the body of a call.
Receive = Callable[[str, bytes], WebhookAnswer]

# How long the fake waits for an answer that comes, and for one that does not, in real seconds.
PATIENT, IMPATIENT = 20.0, 0.2


class PartnersHost:
    """A server on a loopback port that the fake calls in the place of the partner's host."""

    def __init__(
        self, answers: Sequence[PartnersAnswer], control: Control, receive: Receive
    ) -> None:
        self._answers, self._control, self._receive = list(answers), control, receive
        self._base_url = ""
        self._is_closed = Event()

    @contextmanager
    def is_open(self) -> Iterator[None]:
        """Webhooks arrive as long as the block lasts."""
        with threaded(self) as self._base_url:
            self._expect_next()
            try:
                yield
            finally:
                self._is_closed.set()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a call with the next answer."""
        request = Request(environ)
        body, authorization = request.get_data(), request.headers.get("Authorization", "")
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self._expect_next()
        return self._answered(answer, authorization, body)(environ, start_response)

    def _answered(self, answer: PartnersAnswer, authorization: str, body: bytes) -> Response:
        match answer:
            case "nothing":
                self._is_closed.wait()
                return Response(status=200)
            case "integration":
                status, told = self._receive(authorization, body)
                return Response(orjson.dumps(told), status, content_type="application/json")
            case int():
                return Response(status=answer)

    def _expect_next(self) -> None:
        patience = IMPATIENT if self._answers[0] == "nothing" else PATIENT
        self._control.send_webhooks_to({WEBHOOK_HOST: self._base_url}, patience)
