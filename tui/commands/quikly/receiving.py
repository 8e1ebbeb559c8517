"""What a worker of a server does: receive webhooks, draw in time, and write claims back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from quikly_client.activations import Activation
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.configuration import Configuration
from quikly_client.errors import BadStore
from quikly_client.journeys import cascade
from quikly_client.journeys.participation import Workflow
from quikly_client.metrics import Metrics
from quikly_client.outcomes import Outcomes
from quikly_client.rate_limits import shared_among
from quikly_client.runner import keep_up
from quikly_client.store.claim_store import ClaimStore
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.transport import Transport
from quikly_client.webhook import Receiver, create_receiver_app, metrics_blueprint
from quikly_client.worker import Worker
from tui.commands.quikly.activation_options import clock_from

if TYPE_CHECKING:
    from flask import Flask

# A clock may be set, so a long wait is looked at again.
LONGEST_WAIT_SECONDS = 60.0
logger = logging.getLogger("quikly_client.draw")


@dataclass(frozen=True, slots=True)
class ReceiverOptions:
    """What each worker needs. Without a store, claims last as long as the one worker.

    Without a `configuration` nothing is written back to Braze.
    """

    activations: tuple[Activation, ...]
    store: str | None
    authorization: str
    start: datetime | None = None
    host: str = "127.0.0.1"
    port: int = 8090
    workers: int = 1
    threads: int = 8
    configuration: Configuration | None = None


def desk_of(options: ReceiverOptions) -> ClaimDesk:
    """The desk that these options describe, at this time.

    Raises:
        BadSettings, BadStore: it cannot be made.
    """
    claims: ClaimStore = MemoryClaims() if options.store is None else SqliteClaims(options.store)
    return ClaimDesk(options.activations, claims, clock_from(options.start))


def receiver_app(options: ReceiverOptions, desk: ClaimDesk, *more: Metrics) -> "Flask":
    """The application that receives for a desk, and shows what this process has counted.

    Raises:
        BadSettings: the authorization could never be sent.
    """
    receiver = Receiver(desk, options.authorization)
    app = create_receiver_app(receiver)
    app.register_blueprint(metrics_blueprint(receiver, [receiver.metrics, *more]))
    return app


def load(options: ReceiverOptions, *_: object) -> "Flask":
    """What a worker serves; it draws winners, too, when it is time."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    desk = desk_of(options)
    for activation in desk.activations.values():
        if activation.drawn_at is not None:
            Thread(target=draw_in_time, args=(desk, activation, Event().wait), daemon=True).start()
    if options.configuration is None:
        return receiver_app(options, desk)
    writer = writer_of(options, options.configuration, desk)
    arguments = (writer, clock_from(options.start), Event())
    Thread(target=keep_up, args=arguments, daemon=True).start()
    return receiver_app(options, desk, writer.metrics)


def writer_of(options: ReceiverOptions, configuration: Configuration, desk: ClaimDesk) -> Worker:
    """Who tells Braze what comes of claims, and leaves alone whoever takes part in a run with the
    same store.
    """
    claims = desk.claims
    store: Store = (
        SqliteStore(claims.database) if isinstance(claims, SqliteClaims) else MemoryStore()
    )
    return Worker(
        store,
        BrazeClient(Transport(configuration.braze)),
        configuration.journey,
        shared_among(options.workers, configuration.limits),
        {Workflow.CASCADE: cascade.JOURNEY},
        Outcomes(desk),
    )


def draw_in_time(desk: ClaimDesk, activation: Activation, wait: Callable[[float], object]) -> None:
    """Wait for the draw of an activation, and draw; whichever worker is first does it."""
    while (seconds := desk.seconds_to_draw(activation)) > 0:
        wait(min(seconds, LONGEST_WAIT_SECONDS))
    try:
        if desk.draw(activation):
            logger.info("drawn q_scope=%s", activation.q_scope)
    except BadStore as bad:
        logger.error("not drawn q_scope=%s problem=%r", activation.q_scope, str(bad))
