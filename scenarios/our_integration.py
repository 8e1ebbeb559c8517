"""Quikly's own client behind the seam, with processes that end and workers that overlap."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import requests

from quikly_client.activations import Activation, activation_in
from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Stage
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings
from quikly_client.store.claim_store import ClaimStore, Decision, Kept
from quikly_client.store.memory import MemoryStore
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.transport import Transport
from quikly_client.webhook import Receiver
from quikly_client.worker import Worker
from scenarios.agreed import OFFERS, WEBHOOK_VALUE, journey_settings
from scenarios.integration import WebhookAnswer

# Makes a worker whose calls go through a session; on the store of those it made before.
MakeWorker = Callable[[requests.Session], Worker]
# Makes a receiver on the claims of those it made before; the other is what tells it the time.
MakeReceiver = Callable[[ClaimStore, Callable[[], datetime]], Receiver]


def our_receiver(claims: ClaimStore, now: Callable[[], datetime]) -> Receiver:
    """The receiver of the activations that were agreed on."""
    return Receiver(ClaimDesk(activations(), claims, now), WEBHOOK_VALUE)


class OurIntegration:
    """Workers made by `make_worker`, one at a time but for a moment of overlap, and a receiver."""

    def __init__(
        self,
        session: requests.Session,
        make_worker: MakeWorker,
        make_receiver: MakeReceiver = our_receiver,
    ) -> None:
        self._plain = session
        self._session = _InterruptedSession(session)
        self._make_worker, self._make_receiver = make_worker, make_receiver
        self._worker = make_worker(self._session)
        self._moment: datetime | None = None
        self._claims = _InterruptedClaims()
        self._receiver = make_receiver(self._claims, self._now)

    def participate(self, participant: Participant, now: datetime) -> bool:
        return self._worker.participate(participant, now)

    def next_due(self) -> datetime | None:
        return self._worker.next_due()

    def perform_next(self, now: datetime) -> object | None:
        try:
            return self._worker.perform_next(now)
        except _Killed as killed:
            self.restart()
            return killed

    def run_due(self, now: datetime) -> int:
        try:
            return self._worker.run_due(now)
        except _Killed:
            self.restart()
            return 1

    def credits(self) -> Sequence[Credit]:
        return self._worker.credits()

    def participations(self) -> Sequence[Participation]:
        return self._worker.participations()

    def restart(self) -> None:
        self._worker = self._make_worker(self._session)
        self._receiver = self._make_receiver(self._claims, self._now)

    def crash(self) -> None:
        self._session.is_cut = True

    def overlap(self, now: datetime) -> None:
        self._session.before_next = lambda: self._make_worker(self._plain).run_due(now)

    def receive_webhook(self, authorization: str, body: bytes, now: datetime) -> WebhookAnswer:
        self._moment = now
        answer = self._receiver.answer(authorization.encode(), body)
        return WebhookAnswer(answer.status, answer.body)

    def receive_together(
        self, authorization: str, bodies: Sequence[bytes], now: datetime
    ) -> Sequence[WebhookAnswer]:
        """All but the first come while the first is between two of its calls of the store, if
        it makes several.
        """
        answers: list[WebhookAnswer] = []

        def others() -> None:
            answers.extend(self.receive_webhook(authorization, body, now) for body in bodies[1:])

        self._claims.interrupt(after_first=others)
        first = self.receive_webhook(authorization, bodies[0], now)
        if self._claims.after_first is not None:
            self._claims.after_first = None
            others()
        return [first, *answers]

    def _now(self) -> datetime:
        if self._moment is None:
            raise RuntimeError("the receiver was asked before any webhook came")
        return self._moment


def our_integration(
    braze: BrazeSettings, session: requests.Session, group_id: str, **changes: Any
) -> OurIntegration:
    """Quikly's client as it would run for a brand, with some of its settings changed."""
    store, settings = MemoryStore(), journey_settings(group_id, **changes)

    def make_worker(reaching: requests.Session) -> Worker:
        return Worker(store, BrazeClient(Transport(braze, reaching)), settings)

    return OurIntegration(session, make_worker)


@cache
def activations() -> Sequence[Activation]:
    """The offers that were agreed on, as our client takes them."""
    return [activation_in(orjson.dumps(each).decode()) for each in OFFERS]


class _Killed(BaseException):
    """The process has ended; no handler of the client's sees it."""


class _InterruptedSession(requests.Session):
    """The same way to Braze as another session, on which something may come before a call, or the
    process may end before the answer.
    """

    def __init__(self, like: requests.Session) -> None:
        super().__init__()
        self.trust_env = like.trust_env
        self.adapters = like.adapters
        self.before_next: Callable[[], object] | None = None
        self.is_cut = False

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request, when what comes before it has been done."""
        before, self.before_next = self.before_next, None
        if before is not None:
            before()
        try:
            return super().send(request, **options)
        finally:
            if self.is_cut:
                self.is_cut = False
                raise _Killed


class _InterruptedClaims(MemoryClaims):
    """Claims of which one call is one transaction; between two calls, something may come."""

    def __init__(self) -> None:
        super().__init__()
        self.after_first: Callable[[], object] | None = None
        self._is_first = True

    def interrupt(self, after_first: Callable[[], object]) -> None:
        """From now on the first call is left alone, and the second is not made before this."""
        self.after_first, self._is_first = after_first, True

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        self._come_between()
        return super().decide(begun, q_scope, stage, email, decision)

    def standing(self, q_scope: str) -> Standing | None:
        self._come_between()
        return super().standing(q_scope)

    def _come_between(self) -> None:
        if self._is_first:
            self._is_first = False
            return
        interruption, self.after_first = self.after_first, None
        if interruption is not None:
            interruption()
