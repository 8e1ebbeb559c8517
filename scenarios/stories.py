"""Story: a fixed sequence of steps that a person can read, run and show; as a value and a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from scenarios.breach import Breach
from scenarios.integration import MakeIntegration
from scenarios.invariants import ALWAYS, AT_THE_END, breaches, everything_settles
from scenarios.lab import InProcessFake, Lab
from scenarios.our_integration import our_integration
from scenarios.steps import Step

# Nobody waits longer than this, in simulated time, to be credited or told why not: Braze takes the
# confirmation of a double opt-in for 30 days.
LONGEST = timedelta(days=32)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens, in which Braze (its `dials` and `seed`), and what is expected to come of it.

    `breaks` names the invariants that do not hold, and `hazards` those of the fake that it shows.
    """

    name: str
    says: str = ""
    seed: int = 0
    dials: dict[str, Any] = {}
    steps: tuple[Step, ...] = ()
    breaks: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()


class BadStory(ValueError):
    """A file that tells no story."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a story ended: after which step the first breach was seen (None: at the end, or none)."""

    story: Story
    lab: Lab
    breaches: Sequence[Breach]
    broke_after: int | None

    @property
    def is_as_told(self) -> bool:
        """Whether what the story expects has come, and nothing else has broken."""
        broken = {each.invariant for each in self.breaches}
        hazards = {each.hazard for each in self.lab.evidence().hazards}
        return broken == set(self.story.breaks) and hazards >= set(self.story.hazards)


def play(
    story: Story,
    make_integration: MakeIntegration = our_integration,
    fake: InProcessFake | None = None,
) -> Played:
    """Let a story happen to an integration, in simulated time, until everything has settled.

    It ends early where an invariant breaks.
    """
    lab = begin(story, make_integration, fake or InProcessFake())
    for number, step in enumerate(story.steps, start=1):
        step.happen(lab)
        found = breaches(lab.evidence(), ALWAYS)
        if found:
            return Played(story, lab, found, number)
    return Played(story, lab, end(lab), None)


def begin(story: Story, make_integration: MakeIntegration, fake: InProcessFake) -> Lab:
    """The lab of a story, before its first step."""
    lab = fake.lab(seed=story.seed, make_integration=make_integration)
    if story.dials:
        lab.control.turn_dials(story.dials)
    return lab


def end(lab: Lab) -> list[Breach]:
    """Go on until all must have settled; what does not hold then.

    What got lost without a word may well have cost somebody the credit, so where calls were made
    to go wrong nobody's credit is owed.
    """
    lab.run(until=lab.now + LONGEST)
    return breaches(lab.evidence(), [*ALWAYS, everything_settles] if lab.has_failed else AT_THE_END)


def read_story(path: Path) -> Story:
    """The story of a YAML or JSON file.

    Raises:
        BadStory: it tells none; which member is wrong, and how.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=Story)
    except OSError as error:
        raise BadStory(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadStory(f"{path}: {error}") from error


def written(story: Story) -> str:
    """The story as a YAML file, the same for the same story."""
    import yaml

    told = msgspec.to_builtins(story, builtin_types=())
    kept = {name: value for name, value in told.items() if value or name in ("name", "steps")}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=100)
