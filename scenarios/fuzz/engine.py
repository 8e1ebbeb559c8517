"""A search in parts: one after the other, on all cores, or on a Dask cluster; and its merging.

Each part goes by its own seed, and there are as many whatever runs them, so the same search finds
the same on one core and on many.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial

from scenarios.fuzz.hunt import Hunt, Search, hunt
from scenarios.fuzz.targets import integration
from scenarios.stories import Story, written

# Stories of one part. More parts are spread better, and each begins by finding the easy ones.
EXAMPLES_AT_ONCE = 100

# Performs the parts of a search, in any order, and gives what each came to in theirs.
Engine = Callable[[str, Sequence[Search]], Iterable[Hunt]]


def run(target: str, searches: Iterable[Search], engine: Engine) -> Hunt:
    """Search an integration (see `targets`) in parts, and merge what they come to.

    Raises:
        BadTarget, DriverFailed: the integration cannot be used.
    """
    return merged(engine(target, [part for search in searches for part in parts(search)]))


def parts(search: Search) -> Iterator[Search]:
    """The same search in pieces, each with a seed of its own."""
    for number, start in enumerate(range(0, search.examples, EXAMPLES_AT_ONCE)):
        examples = min(EXAMPLES_AT_ONCE, search.examples - start)
        yield replace(search, seed=search.seed * 1_000_003 + number, examples=examples)


def merged(hunts: Iterable[Hunt]) -> Hunt:
    """Everything that was found, each first invariant once with its shortest story."""
    whole, shortest = Hunt(), dict[str, Story]()
    for each in hunts:
        whole.statistics.add(each.statistics)
        for story in each.findings:
            invariant = story.breaks[0]
            shortest[invariant] = min(shortest.get(invariant, story), story, key=_length)
    whole.findings = [shortest[invariant] for invariant in sorted(shortest)]
    return whole


def one_by_one(target: str, searches: Sequence[Search]) -> Iterator[Hunt]:
    """All parts in this process."""
    with integration(target) as make:
        for search in searches:
            yield hunt(make, search)


def in_processes(jobs: int) -> Engine:
    """An engine of so many processes on this machine."""

    def engine(target: str, searches: Sequence[Search]) -> Iterator[Hunt]:
        # Forked processes would inherit locks that threads of this one hold.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(searches)), mp_context=context) as pool:
            yield from pool.map(partial(search_one, target), searches)

    return engine


def on_dask(scheduler: str) -> Engine:
    """An engine on the Dask cluster behind an address such as `tcp://10.0.0.5:8786`."""

    def engine(target: str, searches: Sequence[Search]) -> Iterator[Hunt]:
        from distributed import Client

        with Client(scheduler, timeout="10s") as client:  # type: ignore[no-untyped-call]
            yield from client.gather(client.map(partial(search_one, target), searches, pure=False))

    return engine


def search_one(target: str, search: Search) -> Hunt:
    """One part, wherever it runs."""
    (done,) = one_by_one(target, [search])
    return done


def _length(story: Story) -> tuple[int, str]:
    return len(story.steps), written(story)
