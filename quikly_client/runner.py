"""Runs a worker until everything is settled or somebody stops it."""

import threading
from collections.abc import Callable

from quikly_client.braze import BrazeClient
from quikly_client.clock import Clock
from quikly_client.errors import AccessRefused, Refused
from quikly_client.journeys.participation import Participation
from quikly_client.worker import Worker

# Nobody has this address: `invalid` is reserved, so no mail ever reaches it.
NOBODY = "nobody@quikly.invalid"


def check_access(braze: BrazeClient) -> None:
    """Make one call that changes nothing, before anybody's journey depends on it.

    Raises:
        AccessRefused: Braze does not take the key, or not for this call.
        BrazeError: it cannot be reached, or is not what answers there.
    """
    try:
        braze.export_by_email(NOBODY)
    except Refused as error:
        if error.status in AccessRefused.STATUSES:
            raise AccessRefused(error) from error
        raise


def run(
    worker: Worker,
    clock: Clock,
    stop: threading.Event,
    happened: Callable[[Participation], None] = lambda _: None,
) -> bool:
    """Perform what is due when it is due; True when all is settled, False when it was stopped.

    A call that was begun is ended before it stops. `happened` hears of each step.

    Raises:
        AccessRefused: Braze no longer takes the key; going on would fail everybody.
    """
    while not stop.is_set():
        performed = worker.perform_next(clock.now())
        if performed is not None:
            happened(performed)
            if worker.refused is not None:
                raise AccessRefused(worker.refused)
            continue
        due = worker.next_due()
        if due is None:
            return True
        clock.wait(due, stop)
    return False
