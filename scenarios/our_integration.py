"""Quikly's own client behind the seam, with processes that end and workers that overlap."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import requests

from quikly_client.activations import Activation, activation_in
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.journeys.participation import Participation
from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings
from quikly_client.store.claim_store import ClaimStore
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
        self._claims = MemoryClaims()
        self._receiver = make_receiver(self._claims, self._now)

    def participate(self, participant: Participant, now: datetime) -> bool:
        return self._worker.participate(participant, now)

    def next_due(self) -> datetime | None:
        return self._worker.next_due()

    def perform_next(self, now: datetime) -> Participation | None:
        return self._worker.perform_next(now)

    def run_due(self, now: datetime) -> int:
        return self._worker.run_due(now)

    def credits(self) -> Sequence[Credit]:
        return self._worker.credits()

    def participations(self) -> Sequence[Participation]:
        return self._worker.participations()

    def restart(self) -> None:
        self._worker = self._make_worker(self._session)
        self._receiver = self._make_receiver(self._claims, self._now)

    def overlap(self, now: datetime) -> None:
        self._session.before_next = lambda: self._make_worker(self._plain).run_due(now)

    def receive_webhook(self, authorization: str, body: bytes, now: datetime) -> WebhookAnswer:
        self._moment = now
        answer = self._receiver.answer(authorization.encode(), body)
        return WebhookAnswer(answer.status, answer.body)

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


class _InterruptedSession(requests.Session):
    """The same way to Braze as another session, on which something may come before a call."""

    def __init__(self, like: requests.Session) -> None:
        super().__init__()
        self.trust_env = like.trust_env
        self.adapters = like.adapters
        self.before_next: Callable[[], object] | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request, when what comes before it has been done."""
        before, self.before_next = self.before_next, None
        if before is not None:
            before()
        return super().send(request, **options)
