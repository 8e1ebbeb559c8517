"""The options of commands about activations, and what is wrong with what they are given."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import click

from mock_braze.domain.clock import ScaledClock, SystemClock
from mock_braze.domain.dates import read_time
from quikly_client.activations import Activation, read_activation
from quikly_client.errors import BadActivation, BadSettings, BadStore

Command = TypeVar("Command", bound=Callable[..., Any])
Now = Callable[[], datetime]


def existing_store(command: Command) -> Command:
    """`--store FILE`, for commands that need one with claims in it."""
    return click.option(
        "--store",
        required=True,
        type=click.Path(exists=True, dir_okay=False),
        help="SQLite file with the claims.",
    )(command)


def one_activation(command: Command) -> Command:
    """`--activation FILE`, once."""
    return click.option(
        "--activation",
        required=True,
        callback=lambda _ctx, _param, path: read_files([path])[0],
        help="YAML or JSON file of the activation.",
    )(command)


def starting_time(command: Command) -> Command:
    """`--start TIME`."""
    return click.option(
        "--start",
        callback=_read_moment,
        help="Pretend that it is this time at the start, ISO 8601.  [default: now]",
    )(command)


def clock_from(start: datetime | None) -> Now:
    """This machine's clock, or one that goes as fast from another time on."""
    return SystemClock().now if start is None else ScaledClock(1, start).now


def read_files(paths: Iterable[str]) -> list[Activation]:
    """Raises:
    click.UsageError: with every problem of every file.
    """
    activations, problems = [], []
    for path in paths:
        try:
            activations.append(read_activation(path))
        except BadActivation as bad:
            problems.append(str(bad))
    if problems:
        raise click.UsageError("\n".join(problems))
    return activations


@contextmanager
def wrong_usage() -> Iterator[None]:
    """What is wrong with settings or the store, said as wrong usage."""
    try:
        yield
    except (BadSettings, BadStore) as bad:
        raise click.UsageError(str(bad)) from None


def _read_moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | None:
    moment = None if text is None else read_time(text)
    if text is not None and moment is None:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time; write 2026-01-31T18:30:00Z")
    return moment
