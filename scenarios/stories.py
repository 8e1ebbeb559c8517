"""Story: a fixed sequence of steps that a person can read, run and show; as a value and a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from scenarios.foreign_integration import IntegrationRaised
from scenarios.integration import MakeIntegration
from scenarios.invariants.breach import Breach
from scenarios.invariants.endings import no_credit_withheld
from scenarios.invariants.watch import ALWAYS, ONLY_AT_THE_END, Watch, breaches
from scenarios.lab import InProcessFake, Lab
from scenarios.log_lines import heard
from scenarios.our_integration import our_integration
from scenarios.steps import Step

# Nobody waits longer than this, in simulated time, to be credited or told why not: Braze takes the
# confirmation of a double opt-in for 30 days.
LONGEST = timedelta(days=32)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens, in which Braze (its `dials` and `seed`), and what is expected to come of it.

    `breaks` names the invariants that do not hold, `hazards` those of the fake that it shows, and
    `credits` the emails of who is credited. `answers`, if told, are what the receiver of webhooks
    says, in order: an outcome with its incentive, or a status.
    """

    name: str
    says: str = ""
    seed: int = 0
    dials: dict[str, Any] = {}
    steps: tuple[Step, ...] = ()
    breaks: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    answers: tuple[str, ...] | None = None


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
    def surprises(self) -> list[str]:
        """What the story expects and has not come, and what has come and it does not expect.

        Credits are told only by a story in which all holds.
        """
        story, evidence = self.story, self.lab.evidence()
        broken = {each.invariant for each in self.breaches}
        hazards = {each.hazard for each in evidence.all_hazards}
        owed = Counter(story.credits)
        owed.subtract(each.participant for each in evidence.credits)
        return [
            *(f"{each} was to break, and holds" for each in story.breaks if each not in broken),
            *(str(each) for each in self.breaches if each.invariant not in story.breaks),
            *(f"the hazard {each} did not come" for each in story.hazards if each not in hazards),
            *(f"{each} was not credited" for each, left in owed.items() if left > 0),
            *(f"{each} was credited" for each, left in owed.items() if left < 0 and not broken),
            *_unexpected_answers(story, self.lab),
        ]

    @property
    def is_as_told(self) -> bool:
        """Whether what the story expects has come, and nothing else."""
        return not self.surprises


def _unexpected_answers(story: Story, lab: Lab) -> list[str]:
    answers = tuple(str(answer) for *_, answer in lab.webhooks)
    if story.answers is None or answers == story.answers:
        return []
    told, came = (", ".join(each) or "nothing" for each in (story.answers, answers))
    return [f"the receiver was to say {told}, and said {came}"]


class Telling:
    """A story that is being told to an integration, step by step.

    It is over where all that it is to break has broken, or where anything breaks if it tells of
    none; and when all has settled after the last step. Whoever stops before that closes the lab.
    """

    def __init__(
        self,
        story: Story,
        make_integration: MakeIntegration = our_integration,
        fake: InProcessFake | None = None,
    ) -> None:
        self.story = story
        self.lab = begin(story, make_integration, fake or InProcessFake())
        self._watch = Watch(self.lab.evidence(), ALWAYS)
        self._found: list[Breach] = []
        self.taken = 0  # steps
        self.played: Played | None = None

    @property
    def next_step(self) -> Step | None:
        """What happens next; None when there is only the rest to settle, or nothing."""
        if self.played is not None or self.taken == len(self.story.steps):
            return None
        return self.story.steps[self.taken]

    def take(self) -> bool:
        """Let the next step happen; False when there is none."""
        step = self.next_step
        if step is None:
            return False
        self.taken += 1
        try:
            step.happen(self.lab)
        except IntegrationRaised as raised:
            self._found.append(raised.breach(self.lab.now))
        self.lab.evidence()
        self._found += self._watch.breaches()
        if self._found and {each.invariant for each in self._found}.issuperset(self.story.breaks):
            self._end(self.taken)
        return True

    def settle(self) -> None:
        """Once no step is left, go on until all has settled."""
        if self.played is None:
            try:
                self._found += end(self.lab, self._watch)
            except IntegrationRaised as raised:
                self._found.append(raised.breach(self.lab.now))
            self._end(None)

    def _end(self, broke_after: int | None) -> None:
        self.lab.close()
        self.played = Played(self.story, self.lab, self._found, broke_after)


def play(
    story: Story,
    make_integration: MakeIntegration = our_integration,
    fake: InProcessFake | None = None,
) -> Played:
    """Let a story happen to an integration, in simulated time, until everything has settled.

    It ends early where the invariants break that it is to break, or any if it tells of none.
    """
    telling = Telling(story, make_integration, fake)
    try:
        with heard(telling.lab.log_lines):
            while telling.take():
                pass
            telling.settle()
    finally:
        telling.lab.close()
    assert telling.played is not None
    return telling.played


def begin(story: Story, make_integration: MakeIntegration, fake: InProcessFake) -> Lab:
    """The lab of a story, before its first step."""
    lab = fake.lab(seed=story.seed, make_integration=make_integration)
    if story.dials:
        lab.control.turn_dials(story.dials)
    return lab


def end(lab: Lab, watch: Watch) -> list[Breach]:
    """Go on until all must have settled; what of what came since the last look does not hold then.

    Where the brand has merged or deleted a profile, nobody's credit is owed.
    """
    lab.run(until=lab.now + LONGEST)
    is_owed = not lab.may_withhold
    owed = [each for each in ONLY_AT_THE_END if is_owed or each is not no_credit_withheld]
    evidence = lab.evidence()
    return watch.breaches() + breaches(evidence, owed)


def bundled_stories() -> Mapping[str, Path]:
    """The files of the stories that come with the lab, by name."""
    folder = Path(str(files("scenarios").joinpath("samples", "stories")))
    return {each.stem: each for each in sorted(folder.glob("*.yaml"))}


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
