"""One search by one seed: what breaks, each with its shortest story, and what was tried."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from hypothesis import Phase, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import get_state_machine_test

from contracts.reproducible import REPRODUCIBLE
from scenarios.budgets import QUICK
from scenarios.integration import MakeIntegration
from scenarios.lab import InProcessFake
from scenarios.machines.acquisition import Acquisition
from scenarios.machines.statistics import Statistics
from scenarios.machines.story_machine import InvariantBroken, StoryMachine
from scenarios.machines.webhooks import Webhooks
from scenarios.stories import Story, play

MACHINES: dict[str, type[StoryMachine]] = {"acquisition": Acquisition, "webhooks": Webhooks}


@dataclass(frozen=True, slots=True)
class Search:
    """How hard to look, and where: `examples` stories of at most `steps` steps, made from `seed`.

    `database` is a directory in which Hypothesis keeps the stories that broke something, to try
    them first the next time; without one, the same search finds the same. `most` findings are
    enough, and invariants that are `known` to break are passed over. Where nobody will read the
    story, `shorten` need not be.
    """

    machine: str = "acquisition"
    seed: int = 0
    examples: int = 100
    steps: int = 25
    database: Path | None = None
    most: int = 5
    known: Collection[str] = ()
    shorten: bool = True


@dataclass(slots=True)
class Hunt:
    """What a search came to: the shortest story for each first invariant that broke."""

    findings: list[Story] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)


def hunt(make_integration: MakeIntegration, search: Search) -> Hunt:
    """Look for a story that breaks an invariant; once one is found, for one that breaks another.

    Each look has all the examples of the search, and shortening what it finds takes more.
    """
    done, fake = Hunt(), InProcessFake()
    while len(done.findings) < search.most:
        known = {*search.known, *(each for story in done.findings for each in story.breaks)}
        found = _first(make_integration, replace(search, known=known), done.statistics, fake)
        if found is None:
            break
        done.findings.append(found)
    return done


def _first(
    make_integration: MakeIntegration, search: Search, statistics: Statistics, fake: InProcessFake
) -> Story | None:
    machine = type(
        MACHINES[search.machine].__name__,
        (MACHINES[search.machine],),
        {
            "make_integration": staticmethod(make_integration),
            "known": search.known,
            "statistics": statistics,
            "fake": staticmethod(lambda: fake),
        },
    )
    database = search.database
    budget = settings(
        QUICK,
        max_examples=search.examples,
        stateful_step_count=search.steps,
        derandomize=False,
        database=None if database is None else DirectoryBasedExampleDatabase(database),
        phases=(Phase.reuse, Phase.generate, *([Phase.shrink] if search.shorten else [])),
        backend=REPRODUCIBLE,
    )
    look = seed(search.seed)(get_state_machine_test(machine, settings=budget))
    try:
        look()
    except InvariantBroken as broken:
        return trimmed(broken.story, make_integration, fake) if search.shorten else broken.story
    return None


def trimmed(story: Story, make_integration: MakeIntegration, fake: InProcessFake) -> Story:
    """The same story without the steps and dials that it breaks the same invariant without.

    Hypothesis shortens well and not always to the end; what is left costs a play for each part.
    """
    for number in reversed(range(len(story.steps))):
        steps = story.steps[:number] + story.steps[number + 1 :]
        shorter = msgspec.structs.replace(story, steps=steps)
        story = _if_as_bad(shorter, make_integration, fake) or story
    for dial in story.dials:
        dials = {name: value for name, value in story.dials.items() if name != dial}
        plainer = msgspec.structs.replace(story, dials=dials)
        story = _if_as_bad(plainer, make_integration, fake) or story
    return story


def _if_as_bad(
    story: Story, make_integration: MakeIntegration, fake: InProcessFake
) -> Story | None:
    found = play(story, make_integration, fake).breaches
    first = next((each for each in found if each.invariant == story.breaks[0]), None)
    if first is None:
        return None
    breaks = tuple(dict.fromkeys(each.invariant for each in (first, *found)))
    return msgspec.structs.replace(story, breaks=breaks, says=str(first))
