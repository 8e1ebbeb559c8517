"""A story, step by step: one key for each step, and what it does on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer, Static

from scenarios.stories import bundled_stories, read_story
from tui.screens.stories import StoriesScreen
from tui.story_gateway import StoryGateway
from tui.widgets.clock_bar import ClockBar
from tui.widgets.story_panes import MomentsPane, StepsPane, VerdictLine

BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]


class StoryScreen(Screen[None]):
    """Keys tell the story; the panes show how far it is and what has come of it."""

    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "MomentsPane"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,space", "step", "Step", key_display="s"),
        Binding("r", "tell_all", "Tell all"),
        Binding("b", "begin_again", "Begin again"),
        Binding("o", "choose", "Stories"),
        Binding("p", "toggle_addresses", "Addresses"),
        Binding("tab", "app.focus_next", "Next pane"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, gateway: StoryGateway) -> None:
        super().__init__()
        self._gateway = gateway

    def compose(self) -> ComposeResult:
        yield ClockBar()
        yield Static(id="story", markup=False)
        with Container(id="telling"):
            yield StepsPane()
            yield MomentsPane()
        yield VerdictLine()
        yield Footer()

    def on_mount(self) -> None:
        self._paint()

    def on_unmount(self) -> None:
        self._gateway.close()

    def action_step(self) -> None:
        """Let the next step happen; after the last one, all that is left."""
        with self._errors_told():
            if not self._gateway.step():
                self.notify("The story is told: press b to begin again, o for another one.")
        self._paint()

    def action_tell_all(self) -> None:
        """Let all steps happen that are left."""
        with self._errors_told():
            while self._gateway.step():
                pass
        self._paint()

    def action_begin_again(self) -> None:
        """Tell the same story from its beginning."""
        with self._errors_told():
            self._gateway.begin_again()
        self._paint()

    def action_choose(self) -> None:
        """Choose another story."""
        self.app.push_screen(StoriesScreen(self._gateway.name), self._tell)

    def _tell(self, name: str | None) -> None:
        if name is not None:
            with self._errors_told():
                self._gateway.choose(read_story(bundled_stories()[name]))
            self._paint()

    def action_toggle_addresses(self) -> None:
        """Show emails and phone numbers in full, or shorten them again."""
        self._gateway.shows_addresses = not self._gateway.shows_addresses
        self._paint()

    def _paint(self) -> None:
        with self._errors_told():
            gateway = self._gateway
            self.query_one(ClockBar).show(gateway.clock())
            self.query_one("#story", Static).update(gateway.heading)
            self.query_one(StepsPane).show(gateway.steps())
            self.query_one(MomentsPane).show(gateway.moments())
            self.query_one(VerdictLine).show(gateway.verdict())

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Show what goes wrong in the story or in an integration under test, and go on."""
        try:
            yield
        except Exception as error:
            self.notify(
                str(error) or "It gave no reason.",
                title=type(error).__name__, severity="error", markup=False,
            )  # fmt: skip
