"""A launch: many participants at once, from the first call to the last, in simulated time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import requests

from quikly_client.braze import BrazeClient
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.sqlite import SqliteStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.agreed import START
from scenarios.integration import Integration
from scenarios.lab import in_process_lab
from scenarios.our_integration import OurIntegration
from scenarios.scratch import scratch_directory

PARTICIPANTS = 10_000
ARRIVING_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LaunchFigures:
    """How long it took in real seconds and in simulated time, and what it came to."""

    participants: int
    settled: int
    credited: int
    requests: int
    rate_limited: int
    seconds: float
    simulated: timedelta


def measure_launch(participants: int = PARTICIPANTS) -> LaunchFigures:
    """Half by email and half by SMS, on a SQLite file, against the fake without a server."""
    with scratch_directory() as directory:
        store = SqliteStore(Path(directory) / "launch.sqlite")
        workers: list[Worker] = []

        def make(braze: BrazeSettings, session: requests.Session, group_id: str) -> Integration:
            def work(reaching: requests.Session) -> Worker:
                client = BrazeClient(Transport(braze, reaching))
                workers.append(Worker(store, client, JourneySettings(group_id)))
                return workers[-1]

            return OurIntegration(session, work)

        lab = in_process_lab(make_integration=make)
        lab.expect(_people(participants))
        started = perf_counter()
        lab.run()
        seconds = perf_counter() - started
        kept, written = store.participations(), store.credits()
        store.close()
    metrics = workers[0].metrics
    return LaunchFigures(
        participants=participants,
        settled=sum(each.due is None for each in kept),
        credited=len(written),
        requests=int(metrics.total("quikly_calls_total")),
        rate_limited=int(metrics.total("quikly_rate_limited_total")),
        seconds=seconds,
        simulated=lab.now - START,
    )


def _people(participants: int) -> Iterator[Participant]:
    for number in range(participants):
        phone = f"+1313{2_000_000 + number}" if number % 2 else None
        arrives = START + ARRIVING_FOR * (number / participants)
        yield Participant(number + 2, f"user{number}@example.com", phone, "launch", arrives)
