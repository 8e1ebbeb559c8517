"""What a run of the client is about, would send, and came to, on the terminal."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quikly_client import shortened
from quikly_client.activations import Activation, Claim
from quikly_client.braze import BrazeClient
from quikly_client.claim_desk import ClaimDesk, as_compared
from quikly_client.clock import JumpingClock
from quikly_client.configuration import Configuration
from quikly_client.journeys.participation import Outcome, Participation, Workflow
from quikly_client.participants import Participant, ParticipantFile
from quikly_client.rehearsal import PlannedRequest, Rehearsal
from quikly_client.runner import run
from quikly_client.store.memory import MemoryStore
from quikly_client.worker import Worker

MOST_REASONS = 10
_GOOD = (Outcome.CREDITED, Outcome.WRITTEN_BACK)
MOST_REJECTED = 20


@dataclass(frozen=True, slots=True)
class Outset:
    """Who takes part: new in this run, or known from an earlier one."""

    new: int
    known: int


def print_outset(
    outset: Outset,
    others: Mapping[str, int],
    file: ParticipantFile,
    activation: str,
    console: Console,
) -> None:
    """Who takes part, and which rows do not count."""
    known = f", {outset.known:,} known from before" if outset.known else ""
    console.print(f"{activation}: {outset.new:,} new participants{known}", highlight=False)
    for name, rows in others.items():
        console.print(f"  left out: {rows:,} rows for the activation {name}", highlight=False)
    if file.repeated:
        console.print(f"  left out: {len(file.repeated):,} repeated rows", highlight=False)
    for row in file.rejected[:MOST_REJECTED]:
        said = f"{row.column} {row.problem}".lstrip()
        console.print(f"  left out: line {row.line}: {said}. {row.remedy}.", highlight=False)
    more = len(file.rejected) - MOST_REJECTED
    if more > 0:
        console.print(f"  and {more:,} more problems of this kind", highlight=False)


def print_what_would_be_sent(
    people: Sequence[Participant], configuration: Configuration, console: Console
) -> int:
    """Every request of a run in which Braze knows nobody; how many there are.

    One line each: how long after the start, and the request with its body, but without the key.
    """
    if not people:
        return 0
    clock = JumpingClock(max(each.consented_at for each in people))
    start, count = clock.now(), 0

    def show(request: PlannedRequest) -> None:
        nonlocal count
        count += 1
        after = f"+{(clock.now() - start).total_seconds():g}s"
        told = request.body if request.body is not None else request.query
        line = f"{after} {request.method} {request.path} {orjson.dumps(told).decode()}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    client = BrazeClient(Rehearsal(configuration.braze, show))
    worker = Worker(MemoryStore(), client, configuration.journey, configuration.limits)
    for participant in people:
        worker.participate(participant, start)
    run(worker, clock, threading.Event())
    return count


def print_summary(
    worker: Worker, activation: Activation, desk: ClaimDesk, console: Console
) -> None:
    """How everybody ended, why not with a credit, who won what, and what it took."""
    mine = [each for each in worker.participations() if each.activation == activation.name]
    claims = desk.claims.claims(activation.q_scope)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, said in _rows(worker, mine, activation, claims):
        table.add_row(name, Text(said))
    console.print(table)


def _rows(
    worker: Worker, mine: Sequence[Participation], activation: Activation, claims: Sequence[Claim]
) -> Iterator[tuple[str, str]]:
    outcomes = Counter(each.outcome for each in mine if each.due is None)
    people = sum(each.workflow is not Workflow.CASCADE for each in mine)
    yield "Participants", f"{people:,}"
    for outcome in Outcome:
        if outcomes[outcome]:
            yield _words(outcome), f"{outcomes[outcome]:,}"
    if left := sum(each.due is not None for each in mine):
        yield "Under way", f"{left:,}"
    yield from _won(activation, claims)
    if outside := _credited_outside(mine, claims):
        yield "No claim", f"{outside:,} x began before it opened or after it closed"
    yield from _counted("Why not", mine, _reason)
    yield from _counted("Notes", mine, lambda each: each.notes)
    metrics = worker.metrics
    calls = metrics.by("quikly_calls_total", "endpoint")
    told = ", ".join(f"{count:,.0f} {endpoint}" for endpoint, count in calls.items())
    yield "Requests", f"{sum(calls.values()):,.0f}" + (f": {told}" if told else "")
    yield "Repeated", f"{metrics.total('quikly_retries_total'):,.0f}"
    yield "Rate limited", f"{metrics.total('quikly_rate_limited_total'):,.0f}"


def _won(activation: Activation, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """Winners by tier, the best first, and how many there can be."""
    counts = Counter(claim.tier.rank for claim in claims if claim.tier is not None)
    name = "Won"
    for tier in activation.tiers:
        most = "" if tier.quantity is None else f" of {tier.quantity:,}"
        yield name, f"{counts[tier.rank]:,}{most} x {tier.rank}: {tier.description}"
        name = ""


def _credited_outside(mine: Sequence[Participation], claims: Sequence[Claim]) -> int:
    """How many were credited and took no part, since the activation was not open for them."""
    taken = {claim.email for claim in claims}
    return sum(
        each.outcome is Outcome.CREDITED and as_compared(each.email) not in taken for each in mine
    )


def _reason(participation: Participation) -> Sequence[str]:
    if participation.due is not None or participation.outcome in _GOOD:
        return ()
    return (participation.reason or "no reason given",)


def _counted(
    name: str, mine: Sequence[Participation], texts: Callable[[Participation], Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """The most frequent texts, each with how often it is there."""
    counts = Counter(shortened.text(text) for each in mine for text in texts(each))
    for text, count in counts.most_common(MOST_REASONS):
        yield name, f"{count:,} x {text}"
        name = ""
    if len(counts) > MOST_REASONS:
        yield "", f"and {len(counts) - MOST_REASONS:,} more"


def _words(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ").capitalize()
