"""The gallery of mutants: each is hunted until it is found, and the table says what it took."""

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from time import perf_counter

from scenarios.fuzz.hunt import Search, hunt
from scenarios.mutants.mutant import Mutant
from scenarios.mutants.registry import MUTANTS
from scenarios.stories import Story


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What became of the hunt for one mutant: its shortest story, None if it survived.

    `seconds` are of real time, shortening the story included, and `steps` are all that were tried.
    """

    mutant: Mutant
    story: Story | None
    seconds: float
    steps: int

    @property
    def is_killed(self) -> bool:
        """Whether it was found out."""
        return self.story is not None

    @property
    def invariant(self) -> str:
        """The claim that it breaks; empty if it survived."""
        return "" if self.story is None else self.story.breaks[0]

    @property
    def length(self) -> int:
        """How many steps its story has."""
        return 0 if self.story is None else len(self.story.steps)


@dataclass(frozen=True, slots=True)
class Gallery:
    """All that were hunted, in the order of the registry."""

    exhibits: tuple[Exhibit, ...]

    @property
    def survivors(self) -> list[str]:
        """Those that no invariant found."""
        return [each.mutant.name for each in self.exhibits if not each.is_killed]

    @property
    def median_length(self) -> float:
        """Of the stories of those that were found."""
        return median([each.length for each in self.exhibits if each.is_killed] or [0])

    @property
    def median_seconds(self) -> float:
        """Of all hunts."""
        return median(each.seconds for each in self.exhibits)

    @property
    def worst_seconds(self) -> float:
        """Of the hunt that took longest."""
        return max(each.seconds for each in self.exhibits)


def run_gallery(search: Search, mutants: Iterable[Mutant] = MUTANTS.values()) -> Gallery:
    """Hunt every mutant with the same search, but for the machine, which is its own."""
    return Gallery(tuple(exhibits(search, mutants)))


def exhibits(search: Search, mutants: Iterable[Mutant] = MUTANTS.values()) -> Iterator[Exhibit]:
    """As `run_gallery`, one by one: the first thing that is found will do."""
    for mutant in mutants:
        began = perf_counter()
        hunted = hunt(mutant.make_integration, replace(search, machine=mutant.machine, most=1))
        story = next(iter(hunted.findings), None)
        yield Exhibit(mutant, story, perf_counter() - began, hunted.statistics.steps)


def run_gallery_in_processes(search: Search, jobs: int) -> Gallery:
    """As `run_gallery`, with so many hunts at a time; only the seconds differ."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        found = pool.map(partial(_hunted, search), MUTANTS)
        return Gallery(
            tuple(
                Exhibit(mutant, *each) for mutant, each in zip(MUTANTS.values(), found, strict=True)
            )
        )


def _hunted(search: Search, name: str) -> tuple[Story | None, float, int]:
    (exhibit,) = exhibits(search, [MUTANTS[name]])
    return exhibit.story, exhibit.seconds, exhibit.steps


def table(gallery: Gallery) -> Iterator[str]:
    """The gallery as lines of text."""
    row = "{:<34} {:<46} {:>7} {:>6} {:>5}".format
    yield row("mutant", "found by", "seconds", "steps", "story")
    for each in gallery.exhibits:
        found = each.invariant if each.is_killed else "SURVIVED"
        yield row(each.mutant.name, found, f"{each.seconds:.1f}", each.steps, each.length or "-")
    yield (
        f"{len(gallery.exhibits) - len(gallery.survivors)} of {len(gallery.exhibits)} found; "
        f"median {gallery.median_seconds:.1f} s and a story of {gallery.median_length:g} steps, "
        f"worst {gallery.worst_seconds:.1f} s"
    )
