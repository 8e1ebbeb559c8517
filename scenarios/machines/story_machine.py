"""What machines whose stories are made of steps have in common."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from scenarios import strategies
from scenarios.foreign_integration import IntegrationRaised
from scenarios.integration import MakeIntegration
from scenarios.invariants.breach import Breach
from scenarios.invariants.watch import ALWAYS, Watch
from scenarios.lab import InProcessFake, Lab
from scenarios.log_lines import LogLines
from scenarios.machines.statistics import Statistics
from scenarios.our_integration import our_integration
from scenarios.steps import Step
from scenarios.stories import Story, begin, end
from scenarios.timeline import moments


class InvariantBroken(AssertionError):
    """What broke, and what had happened on the wire until then, as a person would tell it."""

    def __init__(self, story: Story, lab: Lab, found: Sequence[Breach]) -> None:
        self.story, self.lab, self.found = story, lab, found
        told = "\n".join(f"  {each}" for each in moments(lab))
        broken = "\n".join(f"  {each} [{each.fact}]" for each in found)
        super().__init__(f"\nWhat happened:\n{told}\nWhat does not hold:\n{broken}")


class StoryMachine(RuleBasedStateMachine):
    """Every rule lets one step happen; the invariants are checked after each, and at the end. What
    the integration raises is told as what broke, too.

    Subclasses may name another integration, invariants to be passed over (`known`), and a `fake`
    that is there already.
    """

    make_integration: MakeIntegration = staticmethod(our_integration)
    known: Collection[str] = ()
    statistics = Statistics()
    fake: Callable[[], InProcessFake] = InProcessFake

    def __init__(self) -> None:
        super().__init__()
        self._is_running = False
        self._log: LogLines | None = None
        self._taken: list[Step] = []

    @initialize(dials=strategies.dials(), seed=st.integers(0, 3), longest=strategies.lengths())
    def begin(self, dials: dict[str, Any], seed: int, longest: int) -> None:
        self._longest = longest
        self._story = Story(name="found", seed=seed, dials=dials)
        self.lab = begin(self._story, self.make_integration, self.fake())
        self._watch = Watch(self.lab.evidence(), ALWAYS)
        self._log = LogLines(self.lab.log_lines)
        self._log.start()
        self._is_running = True
        self.statistics.examples += 1
        self.statistics.dials.update(f"{name}={value}" for name, value in dials.items())

    def take(self, step: Step) -> None:
        """Let a step happen, unless the story is to be a short one, and over."""
        if len(self._taken) >= self._longest:
            return
        self._taken.append(step)
        self.statistics.steps += 1
        self.statistics.rules[type(step).__name__] += 1
        try:
            step.happen(self.lab)
        except IntegrationRaised as raised:
            self._judge([raised.breach(self.lab.now)])

    @invariant()
    def holds(self) -> None:
        if self._is_running:
            self.lab.evidence()
            self._judge(self._watch.breaches())

    def teardown(self) -> None:
        try:
            if self._is_running:
                self._judge(end(self.lab, self._watch))
                states = {f"{each.workflow}: {each.reason}" for each in self.lab.settled()}
                self.statistics.states.update(states)
        except IntegrationRaised as raised:
            self._judge([raised.breach(self.lab.now)])
        finally:
            if self._log is not None:
                self._log.stop()

    def _judge(self, found: Sequence[Breach]) -> None:
        new = [each for each in found if each.invariant not in self.known]
        if new:
            self._is_running = False  # one failure is told once, not again while tearing down
            raise InvariantBroken(self._told(new), self.lab, new)

    def _told(self, found: Sequence[Breach]) -> Story:
        breaks = tuple(dict.fromkeys(each.invariant for each in found))
        return Story(
            name=breaks[0], says=str(found[0]), seed=self._story.seed, dials=self._story.dials,
            steps=tuple(self._taken), breaks=breaks,
        )  # fmt: skip
