"""Runs a worker until everything is settled or somebody stops it."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from quikly_client.braze import BrazeClient
from quikly_client.clock import Clock
from quikly_client.errors import AccessRefused, BadStore, Refused
from quikly_client.journeys.participation import Participation
from quikly_client.log_lines import line
from quikly_client.worker import Worker

# Nobody has this address: `invalid` is reserved, so no mail ever reaches it.
NOBODY = "nobody@quikly.invalid"
# How long after something is due it is begun, at most.
LOOK_AGAIN_SECONDS = 1.0

logger = logging.getLogger("quikly_client.outcomes")
logger.addHandler(logging.NullHandler())  # silent until the program that uses us wants a log


def check_access(braze: BrazeClient) -> None:
    """Make one call that changes nothing, before anybody's journey depends on it.

    Raises:
        AccessRefused: Braze does not take the key, or not for this call.
        BrazeError: it cannot be reached, or is not what answers there.
    """
    try:
        braze.export_by_email(NOBODY)
    except Refused as error:
        if error.is_about_the_key:
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
        AccessRefused: Braze no longer takes the key, or not for some call. Nobody is failed for it:
            whoever waits for that call goes on in a run with a better key.
    """
    worker.refused = None
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


def keep_up(worker: Worker, now: Callable[[], datetime], stop: threading.Event) -> None:
    """Perform what is due as it comes, until `stop` is set.

    What cannot be done is logged and tried again: others go on meanwhile.
    """
    told: str | None = None
    while not stop.is_set():
        problem = None
        try:
            while not stop.is_set() and worker.perform_next(now()) is not None:
                pass
            if worker.refused is not None:
                problem, worker.refused = str(AccessRefused(worker.refused)), None
        except BadStore as bad:
            problem = str(bad)
        if problem is not None and problem != told:
            logger.error(line({"problem": problem}))
        told = problem or told
        stop.wait(LOOK_AGAIN_SECONDS)
