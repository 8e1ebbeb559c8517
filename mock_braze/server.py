"""The WSGI servers around the fake: granian for real use, a threaded one inside a process."""

import gc
import logging
import multiprocessing
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from mock_braze.app import create_app
from mock_braze.control.calls import WORKSPACES
from mock_braze.domain.clock import Clock, ManualClock, ScaledClock, SystemClock
from mock_braze.domain.dials.values import preset
from mock_braze.domain.workspaces import Workspaces
from mock_braze.webhooks.waking import keep_awake

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Blueprint, Flask


# The variables by which WSGI tells an application of a request.
OF_A_REQUEST = ("HTTP_", "CONTENT_TYPE", "CONTENT_LENGTH")
# Who moves the clock waits for receivers of webhooks, which may call this server meanwhile.
THREADS = 8


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where the fake listens and how its default workspace begins.

    `start` is the time of its clock at the beginning (None: now). A client over a port looks at
    its own watch, unless it is told to share the clock: `rate_limit_epoch="simulated"`. `world` is
    the text of a file that says what the default workspace begins as. `pages` make what is served
    beside the calls.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    api_key: str = "braze-lab"
    seed: int = 0
    clock: str = "manual"
    factor: float = 1.0
    start: datetime | None = None
    control_token: str = ""
    preset: str = "documented"
    rate_limit_epoch: str = "wall"
    world: bytes = b""
    server: str = "granian"
    pages: "tuple[Callable[[], Blueprint], ...]" = ()


class BadWorld(ValueError):
    """A world that cannot be made; `problems` holds every reason with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def new_token() -> str:
    """A token for the control plane of a server that other machines can reach."""
    return secrets.token_urlsafe(24)


def app_of(options: ServerOptions) -> "Flask":
    """The application that these options describe.

    Raises:
        BadWorld: the world to begin with cannot be made.
    """
    return furnished_app(options)[0]


def furnished_app(options: ServerOptions) -> "tuple[Flask, Workspaces]":
    """The application that these options describe, and the workspaces behind it.

    Raises:
        BadWorld: the world to begin with cannot be made.
    """
    workspaces = workspaces_of(options)
    pages = [make() for make in options.pages]
    app = create_app(workspaces, control_token=options.control_token, pages=pages)
    if options.world:
        headers = {"Authorization": f"Bearer {options.control_token}"}
        answer = app.test_client().post("/control/world", data=options.world, headers=headers)
        if answer.status_code != 200:
            raise BadWorld(answer.get_json()["problems"])
    return app, workspaces


def workspaces_of(options: ServerOptions) -> Workspaces:
    """The workspaces that these options describe, without their world."""
    dials = replace(preset(options.preset), rate_limit_epoch=options.rate_limit_epoch)
    return Workspaces(_clock(options), seed=options.seed, api_key=options.api_key, dials=dials)


def _clock(options: ServerOptions) -> Clock:
    start = options.start or SystemClock().now().replace(microsecond=0)
    match options.clock:
        case "manual":
            return ManualClock(start)
        case "scaled":
            return ScaledClock(options.factor, start)
        case _:
            return SystemClock()


def serve(options: ServerOptions) -> None:
    """Serve until interrupted; granian has one worker, so that there is one world."""
    if options.server == "granian":
        run_granian(partial(_load, options), options.host, options.port)
        return
    from mock_braze.threaded_server import threaded_server

    threaded_server(_awake(app_of(options)), options.host, options.port).serve_forever()


def run_granian(
    load: "Callable[..., WSGIApplication]",
    host: str,
    port: int,
    *,
    workers: int = 1,
    threads: int = THREADS,
) -> None:
    """Serve what `load` gives, in each of `workers` processes of granian, until interrupted.

    `load` runs in the worker: it must be importable there, and ignore its arguments.
    """
    from granian import Granian
    from granian.constants import Interfaces

    logging.getLogger("granian").setLevel(logging.WARNING)
    server = Granian(
        "braze-lab",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_enabled=False,
    )
    server.serve(target_loader=load, wrap_loader=False)


def _load(options: ServerOptions, *_: object) -> "WSGIApplication":
    _leave_headers_to_requests()
    _collect_rarely()
    return _awake(app_of(options)).wsgi_app


def _awake(app: "Flask") -> "Flask":
    keep_awake(app.config[WORKSPACES])
    return app


def _leave_headers_to_requests() -> None:
    """granian adds the variables of its process to those of a request, of which some are headers:
    HTTP_AUTHORIZATION in a shell would be a key for everybody.
    """
    for name in [each for each in os.environ if each.startswith(OF_A_REQUEST)]:
        del os.environ[name]


def _collect_rarely() -> None:
    """Garbage here is hardly ever cyclic, and what is kept, the world, is dear to walk through."""
    gc.freeze()
    gc.set_threshold(500_000, 500, 1_000)


@contextmanager
def served(options: ServerOptions) -> Iterator[str]:
    """A granian process beside this one, as long as the block lasts; gives its base URL.

    It may still be starting: a client's connection attempts must be patient for some seconds.
    """
    with process(partial(serve, options)):
        yield f"http://{options.host}:{options.port}"


@contextmanager
def process(work: Callable[[], None]) -> Iterator[None]:
    """Another process that does `work`, ended with the block."""
    process = multiprocessing.get_context("spawn").Process(target=work)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def threaded(app: "WSGIApplication") -> Iterator[str]:
    """The application on a loopback port of this process; starts and stops in milliseconds."""
    from mock_braze.threaded_server import threaded_server

    server = threaded_server(app, "127.0.0.1", 0)
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
