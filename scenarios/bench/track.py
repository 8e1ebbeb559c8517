"""How fast the stateful `POST /users/track` is, beside empty Flask views on the same server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

import orjson

from mock_braze.server import ServerOptions, free_port, process, run_granian, served
from scenarios.bench.load import post, requests_per_second, send_all
from scenarios.bench.people import person
from scenarios.control import Control
from scenarios.lab import patient_session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATH = "/users/track"
KEY = "bench"
SMALL, LARGE = 1_000, 200_000
AT_ONCE = 75  # objects in a request that fills a workspace
DIFFERENT = 4_096  # requests, which are then repeated
INGESTION_SECONDS = 2.2  # from a write's answer to its settling, and a little


@dataclass(frozen=True, slots=True)
class TrackFigures:
    """Answers a second: medians over rounds in which all servers took turns."""

    empty_view: float
    reading_view: float
    small: float
    large: float

    @property
    def slower(self) -> float:
        """What the fake does with few profiles or with many, whichever is less."""
        return min(self.small, self.large)

    @property
    def spread(self) -> float:
        """How much more the faster of the two does than the slower."""
        return max(self.small, self.large) / min(self.small, self.large)


def measure_track(rounds: int = 5, seconds: float = 2.0) -> TrackFigures:
    """Four servers of one process each, under load in turns, so that noise hits all alike.

    A turn is counted once writes come true as fast as they come in, and the next one begins when
    all have: nobody pays for the writes of another.
    """
    with ExitStack() as stack:
        views = [stack.enter_context(flask_view(work)) for work in (_nothing, _read_body)]
        fakes = [stack.enter_context(filled(profiles)) for profiles in (SMALL, LARGE)]
        urls = [*views, *fakes]
        sizes = (SMALL, SMALL, SMALL, LARGE)
        loads = [_load(url, size) for url, size in zip(urls, sizes, strict=True)]
        rates: list[list[float]] = [[] for _ in urls]
        for _ in range(rounds):
            for each, url, load in zip(rates, urls, loads, strict=True):
                requests_per_second(url, load, INGESTION_SECONDS)
                each.append(requests_per_second(url, load, seconds))
                if url in fakes:
                    Control(patient_session(), url).advance(INGESTION_SECONDS)
    return TrackFigures(*(median(each) for each in rates))


@contextmanager
def flask_view(work: Callable[[], object]) -> Iterator[str]:
    """A Flask application with one view that does hardly anything, on granian."""
    port = free_port()
    with process(partial(run_granian, partial(_load_view, work), "127.0.0.1", port)):
        url = f"http://127.0.0.1:{port}"
        patient_session().post(url + PATH)
        yield url


def _load_view(work: Callable[[], object], *_: object) -> "WSGIApplication":
    from flask import Flask

    def view() -> tuple[dict[str, str], int]:
        work()
        return {"message": "success"}, 201

    app = Flask("empty")
    app.add_url_rule(PATH, view_func=view, methods=["POST"])
    return app.wsgi_app


def _nothing() -> None:
    """An empty view leaves even the body unread."""


def _read_body() -> None:
    from flask import request

    request.get_data()


@contextmanager
def filled(profiles: int) -> Iterator[str]:
    """A fake with so many finished profiles, whose clock runs in the end.

    So each write of the load becomes true 2 s later, while the load goes on.
    """
    options = ServerOptions(port=free_port(), api_key=KEY, start=datetime(2026, 1, 1, tzinfo=UTC))
    with served(options) as url:
        control = Control(patient_session(), url)
        control.limit(track=10_000_000)
        send_all(url, [_creation(url, start, profiles) for start in range(0, profiles, AT_ONCE)])
        control.advance(600)
        control.let_clock_run()
        yield url


def _creation(url: str, start: int, profiles: int) -> bytes:
    people = [person(number) for number in range(start, min(start + AT_ONCE, profiles))]
    return post(url, PATH, orjson.dumps({"attributes": people}), KEY)


def _load(url: str, profiles: int) -> Sequence[bytes]:
    """Updates of profiles all over the workspace, as a participation writes them."""
    step = max(profiles // DIFFERENT, 1)
    people = [person(number) for number in range(0, profiles, step)]
    return [
        post(url, PATH, orjson.dumps({"attributes": [{**person, "quikly_level": level}]}), KEY)
        for level, person in enumerate(people)
    ]
