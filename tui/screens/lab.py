"""The lab, step by step: who takes part, what was asked last, and what it did to a profile."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import DataTable, Footer

from scenarios.stories import bundled_stories, read_story
from tui.gateway import Gateway
from tui.screens.stories import StoriesScreen
from tui.screens.story import StoryScreen
from tui.story_gateway import StoryGateway
from tui.widgets.clock_bar import ClockBar
from tui.widgets.exchange_pane import ExchangePane
from tui.widgets.nobody import Nobody
from tui.widgets.participant_line import ParticipantLine
from tui.widgets.participants_table import ParticipantsTable
from tui.widgets.profile_pane import ProfilePane
from tui.widgets.summary_line import SummaryLine

# A long run paints after so many things; after more when many take part, for a paint looks at all.
THINGS_BETWEEN_PAINTS = 20
PEOPLE_FOR_EACH_THING = 50
BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # width in cells, class of the screen
ADVANCES = frozenset({"step", "jump", "run_to_end", "choose_story"})


class LabScreen(Screen[None]):
    """Keys advance the lab; the panes show the participant under the cursor."""

    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "ParticipantsTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,space", "step", "Step", key_display="s"),
        Binding("j", "jump", "Jump to next due"),
        Binding("r", "run_to_end", "Run to end"),
        Binding("p", "toggle_addresses", "Addresses"),
        Binding("o", "choose_story", "Stories"),
        Binding("tab", "app.focus_next", "Next pane"),
        Binding("q", "app.quit", "Quit"),
    ]

    is_busy = reactive(False, init=False, bindings=True)

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway

    def compose(self) -> ComposeResult:
        yield ClockBar()
        yield SummaryLine()
        with Container(id="body"):
            with Vertical(id="people"):
                yield ParticipantsTable()
                yield ParticipantLine()
            with Container(id="details"):
                yield ExchangePane()
                yield ProfilePane()
        yield Nobody()
        yield Footer()

    def on_mount(self) -> None:
        with self._errors_told():
            has_people = bool(self._gateway.participants())
            self.query_one("#body").display = has_people
            self.query_one(Nobody).display = not has_people
            self._paint()

    def watch_is_busy(self, is_busy: bool) -> None:
        self.query_one(ClockBar).is_busy = is_busy

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  textual's signature
        """While the lab is running, the keys that advance it are greyed out and do nothing."""
        return None if self.is_busy and action in ADVANCES else True

    def action_step(self) -> None:
        """Do the one thing that is due next."""
        with self._errors_told():
            if self._gateway.step():
                self._follow()
            else:
                self._tell_that_nothing_is_left()

    def action_jump(self) -> None:
        """Go to the next moment at which anything is due."""
        self._advance(self._gateway.jump())

    def action_run_to_end(self) -> None:
        """Go on until everything is settled."""
        self._advance(self._gateway.run_to_end())

    def action_choose_story(self) -> None:
        """Choose a story, which has a lab of its own, and tell it in the place of this one."""
        self.app.push_screen(StoriesScreen(), self._tell)

    def _tell(self, name: str | None) -> None:
        if name is not None:
            with self._errors_told():
                story = read_story(bundled_stories()[name])
                self.app.switch_screen(StoryScreen(StoryGateway(story)))

    def action_toggle_addresses(self) -> None:
        """Show emails and phone numbers in full, or shorten them again."""
        with self._errors_told():
            self._gateway.shows_addresses = not self._gateway.shows_addresses
            self._paint()

    @on(DataTable.RowHighlighted)
    def show_selected(self) -> None:
        """Show the participant to whom the cursor has moved."""
        with self._errors_told():
            self._paint_details()

    def _advance(self, things: Iterator[None]) -> None:
        # At once, for the next key may be there before the run has begun.
        self.is_busy = True
        self._do_all(things)

    @work
    async def _do_all(self, things: Iterator[None]) -> None:
        """Do one thing after another, and let the window paint and hear keys in between.

        Not in a thread of its own: a lab, with its session and its store, belongs to one.
        """
        with self._errors_told():
            count = 0
            for count, _ in enumerate(things, 1):
                if count % self._things_between_paints() == 0:
                    self._paint()
                    await asyncio.sleep(0)
            if count == 0:
                self._tell_that_nothing_is_left()
        self.is_busy = False
        with self._errors_told():
            self._follow()

    def _things_between_paints(self) -> int:
        people = self.query_one(ParticipantsTable).row_count
        return max(THINGS_BETWEEN_PAINTS, people // PEOPLE_FOR_EACH_THING)

    def _follow(self) -> None:
        """Paint, with the cursor on whom the latest request was about."""
        self._paint_progress()
        touched = self._gateway.touched_participant()
        if touched is not None:
            self.query_one(ParticipantsTable).select(touched)
        self._paint_details()

    def _paint(self) -> None:
        self._paint_progress()
        self._paint_details()

    def _paint_progress(self) -> None:
        rows, clock = self._gateway.participants(), self._gateway.clock()
        self.query_one(ClockBar).show(clock)
        self.query_one(SummaryLine).show(rows, self._gateway.hazards())
        self.query_one(ParticipantsTable).show(rows, clock.now)

    def _paint_details(self) -> None:
        selected = self.query_one(ParticipantsTable).selected
        if selected is None:
            return
        exchange = self._gateway.exchange_about(selected.number)
        profile = None if exchange is None else self._gateway.touched_profile(exchange)
        self.query_one(ParticipantLine).show(selected)
        self.query_one(ExchangePane).show(exchange, self._gateway.hazards())
        self.query_one(ProfilePane).show(profile, has_request=exchange is not None)

    def _tell_that_nothing_is_left(self) -> None:
        if self.query_one(ParticipantsTable).selected is None:
            self.notify("There is nothing to do: nobody takes part.")
        elif self._gateway.clock().next_due is None:
            self.notify("Everything is settled: nothing is due on either side.")
        else:
            self.notify("No step is left. Something is still due in Braze: press j to go there.")

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Show what goes wrong, be it in the lab or in an integration under test, and go on."""
        try:
            yield
        except Exception as error:
            self.notify(
                str(error) or "It gave no reason.",
                title=type(error).__name__,
                severity="error",
                markup=False,
            )
