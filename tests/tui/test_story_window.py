"""A story in the window: one key for each step, both sides, and another story to choose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from labs import a_busy_lab, hasty_integration
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import OptionList, Static

from scenarios.stories import Story, Telling, bundled_stories, read_story
from tui.app import LabApp
from tui.gateway import Gateway
from tui.screens.stories import StoriesScreen
from tui.screens.story import StoryScreen
from tui.story_gateway import StoryGateway
from tui.widgets.clock_bar import ClockBar
from tui.widgets.story_panes import MomentsPane, StepsPane, VerdictLine

SIZES = [(80, 24), (140, 45)]


class Window:
    """A running window, as a person at the keyboard knows it."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def lines(self, kind: type[Widget]) -> list[str]:
        """What a widget shows."""
        widget = self.pilot.app.screen.query_one(kind)
        parts = [widget] if isinstance(widget, Static) else widget.query(Static)
        return "\n".join(str(each.content) for each in parts if each.display).splitlines()

    @property
    def story(self) -> str:
        return str(self.pilot.app.screen.query_one("#story", Static).content)

    @property
    def notices(self) -> list[str]:
        return [str(each.render()) for each in self.pilot.app.screen.query("Toast")]


@pytest.fixture(params=SIZES, ids=["80x24", "140x45"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@asynccontextmanager
async def a_window(
    gateway: StoryGateway | Gateway, size: tuple[int, int] = SIZES[0]
) -> AsyncIterator[Window]:
    async with LabApp(gateway).run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Window(pilot)


def a_story(name: str) -> StoryGateway:
    return StoryGateway(read_story(bundled_stories()[name]))


async def test_a_story_begins_with_its_steps_and_nothing_has_happened(
    size: tuple[int, int],
) -> None:
    async with a_window(a_story("sms-new"), size) as window:
        assert window.story.startswith("sms-new: Somebody new joins by phone.")
        assert window.lines(StepsPane)[0].startswith("▸ 1 participate: email an…@example.com")
        assert window.lines(StepsPane)[-1].endswith("everything settles")
        assert window.lines(MomentsPane) == ["Nothing has happened yet: press s."]
        assert window.lines(ClockBar)[1] == "Mon 2026-01-05 09:00:00 UTC"
        assert not window.pilot.app.screen.query_one(VerdictLine).display


async def test_each_key_is_one_step_and_the_last_one_settles_the_rest(
    size: tuple[int, int],
) -> None:
    gateway = a_story("sms-new")
    steps = len(gateway.steps())
    async with a_window(gateway, size) as window:
        await window.press("s")

        assert window.lines(StepsPane)[0].startswith("✓ 1 ")
        assert window.lines(StepsPane)[1].startswith("▸ 2 ")
        shown = window.lines(MomentsPane)
        assert all(line.startswith("▸ 01-05 09:00:00 ") for line in shown)
        assert "POST /users/track attributes of an…@example.com" in "\n".join(shown)

        await window.press("s")

        assert window.lines(MomentsPane)[0].startswith("  01-05 09:00:00 ")
        await window.press(*["s"] * (steps - 2))
        assert "is credited in" in window.lines(MomentsPane)[-1]
        assert window.lines(VerdictLine) == ["It went as it is told."]
        assert all(line.startswith("✓") for line in window.lines(StepsPane))

        await window.press("s")

        assert window.notices == [
            "The story is told: press b to begin again, o for another one."
        ]  # fmt: skip


async def test_a_story_is_told_at_once_and_begun_again(size: tuple[int, int]) -> None:
    async with a_window(a_story("hazard-state-set-too-early"), size) as window:
        await window.press("r")

        told = "\n".join(window.lines(MomentsPane))
        assert "hazard subscription_before_creation_lag" in told
        assert "Wait about 2 minutes after creating the profile" in told

        await window.press("b")

        assert window.lines(MomentsPane) == ["Nothing has happened yet: press s."]
        assert window.lines(StepsPane)[0].startswith("▸ 1 ")


async def test_what_breaks_and_what_was_not_told_is_the_end() -> None:
    story = read_story(bundled_stories()["sms-new"])
    tell = partial(Telling, make_integration=hasty_integration)
    async with a_window(StoryGateway(story, tell)) as window:
        await window.press("r")

        broken, surprise = window.lines(VerdictLine)[:2]
        assert broken.startswith("broken: no_subscription_update_before_creation_lag: +1…")
        assert broken.endswith("[group-change-needs-a-finished-profile]")
        assert surprise.startswith("no_subscription_update_before_creation_lag")


async def test_addresses_are_shown_in_full_when_asked() -> None:
    async with a_window(a_story("email-new")) as window:
        await window.press("s", "p")

        assert "ana@example.com" in "\n".join(window.lines(MomentsPane))
        assert "ana@example.com" in window.lines(StepsPane)[0]


async def test_another_story_is_chosen_from_the_list(size: tuple[int, int]) -> None:
    names = list(bundled_stories())
    async with a_window(a_story(names[0]), size) as window:
        await window.press("s", "o")
        assert isinstance(window.pilot.app.screen, StoriesScreen)

        await window.press("down", "enter")

        assert window.story.startswith(f"{names[1]}: ")
        assert window.lines(MomentsPane) == ["Nothing has happened yet: press s."]


async def test_nothing_changes_when_no_story_is_chosen() -> None:
    async with a_window(a_story("sms-new")) as window:
        await window.press("s", "o")
        chooser = window.pilot.app.screen.query_one(OptionList)
        assert chooser.highlighted == list(bundled_stories()).index("sms-new")

        await window.press("escape")

        assert window.story.startswith("sms-new: ")
        assert window.lines(StepsPane)[0].startswith("✓ 1 ")


async def test_a_story_is_chosen_from_the_window_of_participants(size: tuple[int, int]) -> None:
    async with a_window(Gateway(a_busy_lab()), size) as window:
        await window.press("o", "enter")

        assert isinstance(window.pilot.app.screen, StoryScreen)
        assert window.story.startswith(f"{next(iter(bundled_stories()))}: ")


async def test_a_step_that_cannot_be_taken_is_told_and_the_window_goes_on() -> None:
    async with a_window(StoryGateway(bad_story())) as window:
        await window.press("s")

        assert len(window.notices) == 1
        assert "ControlRefused" in window.notices[0]


def bad_story() -> Story:
    from scenarios.steps import SetUp

    return Story(name="bad", steps=(SetUp(path="/no_such_call", body={}),))
