"""StoryGateway: a story as the window tells it, step by step; it gives typed rows to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from scenarios.fuzz import OURS
from scenarios.integration import MakeIntegration
from scenarios.lab import InProcessFake
from scenarios.our_integration import our_integration
from scenarios.stories import Story, Telling, bundled_stories, read_story
from scenarios.timeline import Kind, Side, moments
from tui.addresses import shorten_addresses
from tui.gateway import ClockRow, Gateway

# Begins to tell a story, in a lab of its own.
Tell = Callable[[Story], Telling]
THE_REST = "everything settles"


class Place(Enum):
    """How far a story has come with a step."""

    TAKEN = "taken"
    NEXT = "next"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the story; what settles after the last one is the row after it."""

    number: int
    says: str
    place: Place


@dataclass(frozen=True, slots=True)
class MomentRow:
    """Something that happened on one side. What came with the latest step is new."""

    at: datetime
    side: Side
    kind: Kind
    says: str
    answer: str
    again: str
    advice: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """How the story ended: what broke, and what nobody was told; neither if it went as told."""

    broken: tuple[str, ...]
    surprises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story to choose."""

    name: str
    says: str


def stories_to_choose() -> list[StoryRow]:
    """Those that come with the lab."""
    stories = (read_story(file) for file in bundled_stories().values())
    return [StoryRow(each.name, each.says) for each in stories]


def telling_to(make_integration: MakeIntegration) -> Tell:
    """Tells stories to integrations of this kind, each in a lab of its own."""
    return partial(Telling, make_integration=make_integration, fake=InProcessFake())


class StoryGateway:
    """One story, from its first step to the moment at which all has settled."""

    def __init__(self, story: Story, tell: Tell | None = None, target: str = OURS) -> None:
        self.target = target  # the integration that the story is told to
        self._tell = tell or telling_to(our_integration)
        self._telling = self._tell(story)
        self._shown = 0
        self._shown_before = 0
        self.shows_addresses = False

    @property
    def name(self) -> str:
        return self._telling.story.name

    @property
    def heading(self) -> str:
        """The story's name, who it is told to unless that is our own client, and what it says."""
        told_to = "" if self.target == OURS else f" ({self.target})"
        return f"{self.name}{told_to}: {self._telling.story.says}".strip(": ")

    @property
    def is_over(self) -> bool:
        return self._telling.played is not None

    def choose(self, story: Story) -> None:
        """Tell another story from its beginning."""
        self._telling.lab.close()
        self._telling = self._tell(story)
        self._shown = self._shown_before = 0

    def begin_again(self) -> None:
        """Tell the same story from its beginning."""
        self.choose(self._telling.story)

    def step(self) -> bool:
        """Let the next step happen, after the last one all the rest; False when it is over."""
        if self.is_over:
            return False
        self._shown_before = self._shown
        if not self._telling.take():
            self._telling.settle()
        return True

    def close(self) -> None:
        """Stop where the story is."""
        self._telling.lab.close()

    def clock(self) -> ClockRow:
        return Gateway(self._telling.lab).clock()

    def steps(self) -> list[StepRow]:
        """Every step of the story, and that everything settles."""
        says = [str(each) for each in self._telling.story.steps] + [THE_REST]
        return [StepRow(n, self._text(each), self._place(n)) for n, each in enumerate(says, 1)]

    def _place(self, number: int) -> Place:
        taken, steps = self._telling.taken, len(self._telling.story.steps)
        played = self._telling.played
        if number <= taken or (played is not None and played.broke_after is None):
            return Place.TAKEN
        is_next = played is None and number == taken + 1 <= steps + 1
        return Place.NEXT if is_next else Place.TO_COME

    def moments(self) -> list[MomentRow]:
        """What has happened so far, on both sides."""
        happened = moments(self._telling.lab)
        self._shown = len(happened)
        return [
            MomentRow(
                each.at, each.side, each.kind, self._text(each.says), self._text(each.answer),
                each.again, each.advice, is_new=number >= self._shown_before,
            )
            for number, each in enumerate(happened)
        ]  # fmt: skip

    def verdict(self) -> VerdictRow | None:
        """How it ended; None before the end."""
        played = self._telling.played
        if played is None:
            return None
        return VerdictRow(
            self._texts([each.with_fact for each in played.breaches]),
            self._texts(played.surprises),
        )

    def _texts(self, texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(self._text, texts))

    def _text(self, text: str) -> str:
        return text if self.shows_addresses else shorten_addresses(text)
