"""braze-lab quikly run: participants of an activation, carried to Braze and kept in a store."""

import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType

import click
import requests
from rich.console import Console

from quikly_client.activations import Activation, read_activation
from quikly_client.activations.journey_terms import acquisition_rules
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk
from quikly_client.clock import Clock, SystemClock
from quikly_client.configuration import Configuration, read_configuration
from quikly_client.errors import (
    AccessRefused,
    BadActivation,
    BadParticipants,
    BadSettings,
    BadStore,
    BrazeError,
)
from quikly_client.journeys.participation import Workflow
from quikly_client.outcomes import Outcomes
from quikly_client.participants import Participant, ParticipantFile, read_participants
from quikly_client.runner import check_access, run
from quikly_client.store.sqlite import SqliteStore
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.control import Control, ControlRefused
from tui.commands.quikly.lab_clock import LabClock
from tui.quikly_progress import Progress
from tui.quikly_report import Outset, print_outset, print_summary, print_what_would_be_sent

INTERRUPTED = 130  # what shells expect of a command ended by Ctrl-C
_FILE = click.Path(path_type=Path)


@click.command(
    "run",
    epilog="Example:  QUIKLY_INSTANCE=US-01 QUIKLY_API_KEY=… braze-lab quikly run "
    "--activation drop.yaml --participants people.csv --store drop.db",
)
@click.option("--activation", required=True, type=_FILE, help="YAML or JSON file that defines it.")
@click.option(
    "--participants", required=True, type=_FILE,
    help="CSV with the columns email, phone, activation, consented_at, and one for each of "
    "the activation's user_attributes.",
)  # fmt: skip
@click.option("--store", required=True, type=_FILE, help="SQLite file; made if there is none.")
@click.option("--config", type=_FILE, help="TOML or YAML file with settings.")
@click.option("--base-url", help="Braze's REST endpoint, or that of a fake.")
@click.option("--instance", help="The brand's instance, such as US-01, instead of --base-url.")
@click.option(
    "--region", default="US", show_default=True,
    help="Country of phone numbers without a country code.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print the requests; send and store nothing.")
@click.option(
    "--lab", is_flag=True, help="The URL is a `braze-lab serve`: go by its clock, and move it if "
    "it stands.",
)  # fmt: skip
@click.option("--control-token", default="", help="Token that the fake's /control asks for.")
@click.option("--log", type=_FILE, help="Append a line for each call to this file.")
@click.option("--metrics", type=_FILE, help="Write the counters to this file at the end.")
def command(
    activation: Path,
    participants: Path,
    store: Path,
    config: Path | None,
    base_url: str | None,
    instance: str | None,
    region: str,
    dry_run: bool,
    lab: bool,
    control_token: str,
    log: Path | None,
    metrics: Path | None,
) -> None:
    """Carry everybody in a file through their journey, and keep all of it in a store.

    Settings come from the options, from the environment (QUIKLY_API_KEY, QUIKLY_INSTANCE, …) and
    from the file of --config, in that order. Stop with Ctrl-C, or by any other way; started again
    with the same store, it goes on where it was, and repeats nothing that would count twice.

    Exit status: 0 when everybody is settled, 1 when Braze refuses the key on the way, 2 when
    something given cannot be used, 130 when stopped.
    """
    terms = _activation(activation)
    file = _participants(participants, region, terms)
    people = [each for each in file.participants if each.activation == terms.name]
    _check_people(people, file, terms)
    given = {"base_url": base_url, "instance": instance}
    settings = _configuration(config, terms, people, given)
    if dry_run:
        print_what_would_be_sent(people, settings, Console())
        return
    with ExitStack() as opened:
        _log_to(log, opened)
        clock = _clock(settings.braze.base_url, control_token) if lab else SystemClock()
        run_to_the_end(people, file, terms, settings, clock, _store(store, opened), metrics)


def run_to_the_end(
    people: Sequence[Participant],
    file: ParticipantFile,
    terms: Activation,
    settings: Configuration,
    clock: Clock,
    store: SqliteStore,
    metrics: Path | None,
) -> None:
    """Let everybody in, run, and tell what came of it."""
    talk = Console(stderr=True)
    braze = BrazeClient(Transport(settings.braze))
    desk = ClaimDesk([terms], SqliteClaims(store.database), clock.now)
    worker = Worker(store, braze, settings.journey, settings.limits, outcomes=Outcomes(desk))
    _check_store(worker, terms, store)
    try:
        check_access(braze)
    except BrazeError as error:
        raise click.UsageError(f"Braze at {settings.braze.base_url}: {error}") from None
    outset = _let_in(worker, store, people, clock.now())
    others = Counter(each.activation for each in file.participants)
    del others[terms.name]
    print_outset(outset, others, file, terms.name, talk)
    try:
        with _stopping() as stop, Progress(worker, terms.name, talk) as progress:
            is_finished = run(worker, clock, stop, progress.happened)
    except AccessRefused as error:
        raise click.ClickException(
            f"{error}. Then start the same again: nobody was failed for it."
        ) from None
    finally:
        if metrics is not None:
            metrics.write_text("".join(f"{line}\n" for line in worker.metrics.lines()))
        print_summary(worker, terms, desk, Console())
    if not is_finished:
        talk.print("Stopped. The same command goes on where it was.")
        click.get_current_context().exit(INTERRUPTED)


def _activation(file: Path) -> Activation:
    try:
        return read_activation(file)
    except BadActivation as bad:
        raise click.UsageError(str(bad)) from None


def _participants(file: Path, region: str, terms: Activation) -> ParticipantFile:
    try:
        return read_participants(file, default_region=region, attributes=terms.user_attributes)
    except (BadParticipants, BadSettings) as bad:
        raise click.UsageError(str(bad)) from None


def _check_people(people: Sequence[Participant], file: ParticipantFile, terms: Activation) -> None:
    if people:
        return
    names = ", ".join(sorted({each.activation for each in file.participants})) or "none at all"
    raise click.UsageError(
        f"nobody in the participants file takes part in {terms.name!r}; its activations: {names}"
    )


def _configuration(
    config: Path | None,
    terms: Activation,
    people: Sequence[Participant],
    given: Mapping[str, str | None],
) -> Configuration:
    """Raises:
    click.UsageError: with every problem at once.
    """
    rules = acquisition_rules(terms)
    group = rules.subscription_group_id
    if rules.with_phone is Workflow.EMAIL or not any(each.phone for each in people):
        group = group or "no-group-for-emails"  # nobody is asked about it
    try:
        read = read_configuration(
            config,
            os.environ,
            given={name: value for name, value in given.items() if value is not None},
            group_id=group,
        )
    except BadSettings as bad:
        problems = "".join(f"\n  {problem}" for problem in bad.problems)
        raise click.UsageError(f"the settings cannot be used:{problems}") from None
    journey = replace(read.journey, activations={terms.name: rules})
    return replace(read, journey=journey)


def _store(file: Path, opened: ExitStack) -> SqliteStore:
    try:
        store = SqliteStore(file)
    except BadStore as bad:
        raise click.UsageError(str(bad)) from None
    opened.callback(store.close)
    return store


def _check_store(worker: Worker, terms: Activation, store: SqliteStore) -> None:
    """Whoever takes part in something else needs the terms of that."""
    left = Counter(
        each.activation
        for each in worker.participations()
        if each.due is not None and each.activation != terms.name
    )
    if left:
        told = ", ".join(f"{count:,} of {name}" for name, count in left.items())
        raise click.UsageError(
            f"{store.database.path} holds participants of other activations who are not settled: "
            f"{told}. Run those first, or give a store of its own"
        )


def _let_in(
    worker: Worker, store: SqliteStore, people: Sequence[Participant], now: datetime
) -> Outset:
    """Everybody at once, so that a run that is killed knows of all of them."""
    with store.database.transaction():
        new = sum(worker.participate(each, max(now, each.consented_at)) for each in people)
    return Outset(new, len(people) - new)


def _clock(base_url: str, control_token: str) -> Clock:
    """Raises:
    click.UsageError: nothing there is a fake.
    """
    session = requests.Session()
    session.trust_env = False
    if control_token:
        session.headers["Authorization"] = f"Bearer {control_token}"
    clock = LabClock(Control(session, base_url))
    try:
        clock.share()
    except (ControlRefused, requests.RequestException, KeyError) as error:
        raise click.UsageError(
            f"--lab: {base_url} has no clock of a `braze-lab serve` ({type(error).__name__}); "
            "start one, or leave --lab out"
        ) from None
    return clock


def _log_to(file: Path | None, opened: ExitStack) -> None:
    if file is None:
        return
    try:
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write the log to {file}: {error.strerror}") from None
    handler.setFormatter(logging.Formatter("time=%(asctime)s level=%(levelname)s %(message)s"))
    logger = logging.getLogger("quikly_client")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    opened.callback(logger.setLevel, logging.NOTSET)
    opened.callback(handler.close)
    opened.callback(logger.removeHandler, handler)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C (or SIGTERM) sets; the second ends the process at once."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
