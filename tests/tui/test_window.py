from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from labs import (
    ANA,
    BEN,
    BENS_PHONE,
    a_busy_lab,
    a_lab,
    a_participant,
    hasty_integration,
    requests_of,
)
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from quikly_client.journeys.participation import Outcome
from scenarios.lab import Lab
from tui.app import LabApp
from tui.gateway import Gateway
from tui.screens.lab import LabScreen
from tui.widgets.clock_bar import ClockBar
from tui.widgets.exchange_pane import ExchangePane
from tui.widgets.nobody import Nobody
from tui.widgets.participant_line import ParticipantLine
from tui.widgets.participants_table import ParticipantsTable
from tui.widgets.profile_pane import ProfilePane
from tui.widgets.summary_line import SummaryLine

SIZES = [(80, 24), (140, 45)]


class Window:
    """A running window, as a person at the keyboard knows it."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    @property
    def screen(self) -> LabScreen:
        screen = self.pilot.app.screen
        assert isinstance(screen, LabScreen)
        return screen

    @property
    def table(self) -> ParticipantsTable:
        return self.screen.query_one(ParticipantsTable)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.app.workers.wait_for_complete()
        await self.pilot.pause()

    def text(self, kind: type[Widget]) -> str:
        """What a widget shows, line by line."""
        widget = self.screen.query_one(kind)
        parts = [widget] if isinstance(widget, Static) else widget.query(Static)
        title = [str(widget.border_title)] if widget.border_title else []
        return "\n".join(title + [str(each.content) for each in parts if each.display])

    def cells(self, number: int) -> list[str]:
        """The cells of a participant's row."""
        return [cell.plain for cell in self.table.get_row(str(number))]

    def notices(self) -> list[str]:
        return [str(each.render()) for each in self.screen.query("Toast")]


@asynccontextmanager
async def a_window(lab: Lab, size: tuple[int, int] = SIZES[0]) -> AsyncIterator[Window]:
    async with LabApp(Gateway(lab)).run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Window(pilot)


@pytest.fixture(params=SIZES, ids=["80x24", "140x45"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


async def test_the_window_begins_with_everybody_and_the_simulated_clock(
    size: tuple[int, int],
) -> None:
    async with a_window(a_busy_lab(), size) as window:
        assert window.text(ClockBar) == (
            "Braze Lab\nMon 2026-01-05 09:10:00 UTC\nnext step: due now"
        )
        assert window.text(SummaryLine) == (
            "0 credited · 0 not credited · 0 under way · 3 to come · no hazards"
        )
        assert window.cells(1) == [
            "1", "an…@example.com", "email", "spring-drop", "to come", "09:10:00"
        ]  # fmt: skip
        assert window.cells(2) == [
            "2", "be…@example.com", "sms +1…23", "spring-drop", "to come", "09:11:00"
        ]  # fmt: skip


@pytest.mark.parametrize("key", ["s", "space"])
async def test_one_step_performs_exactly_one_request(key: str, size: tuple[int, int]) -> None:
    lab = a_busy_lab()
    async with a_window(lab, size) as window:
        await window.press(key)
        assert requests_of(lab) == 1

        await window.press(key)
        assert requests_of(lab) == 2


async def test_the_panes_show_the_last_request_its_answer_and_the_profile(
    size: tuple[int, int],
) -> None:
    async with a_window(a_busy_lab(), size) as window:
        await window.press("s", "s", "s")

        shown = window.text(ExchangePane)
        assert shown.startswith("Last request, 01-05 09:10:00\nPOST /users/track → 201\n")
        assert '"alias_name": "an…@example.com"' in shown
        assert "\n201 Created\n{" in shown
        assert '"message": "success"' in shown
        assert "Braze has no such profile, or not yet." in window.text(ProfilePane)

        await window.press("j")

        profile = window.text(ProfilePane)
        assert "an…@example.com" in profile
        assert '["spring-drop"]' in profile
        assert "unfinished until" in profile


async def test_a_step_selects_the_participant_it_was_about(size: tuple[int, int]) -> None:
    async with a_window(a_busy_lab(), size) as window:
        await window.press("s", "s", "s", "s")

        assert window.table.selected is not None
        assert window.table.selected.number == 2
        assert window.text(ParticipantLine) == (
            "2 be…@example.com in spring-drop: next look up email"
        )
        assert "GET /subscription/status/get → 200" in window.text(ExchangePane)
        assert "phone = +1…23" in window.text(ExchangePane)


async def test_the_panes_follow_the_cursor(size: tuple[int, int]) -> None:
    async with a_window(a_busy_lab(), size) as window:
        await window.press("s", "s", "s", "s", "up")

        assert "POST /users/track → 201" in window.text(ExchangePane)
        assert window.text(ParticipantLine).startswith("1 an…@example.com")

        await window.press("down", "down")

        assert "No request about this participant yet." in window.text(ExchangePane)


async def test_a_jump_moves_the_clock_to_what_is_due_next(size: tuple[int, int]) -> None:
    lab = a_busy_lab()
    async with a_window(lab, size) as window:
        began = lab.now
        await window.press("j")
        assert window.text(ClockBar).endswith("next Braze: 09:10:02, in 2 s")

        await window.press("j")

        assert lab.now == began + timedelta(seconds=2)
        assert "09:10:02 UTC" in window.text(ClockBar)
        assert window.text(ClockBar).endswith("next step: 09:11:00, in 58 s")


async def test_a_run_settles_everybody_and_says_who_is_credited_and_why(
    size: tuple[int, int],
) -> None:
    lab = a_busy_lab()
    async with a_window(lab, size) as window:
        await window.press("r")

        assert [each.outcome for each in lab.integration.participations()] == [
            Outcome.CREDITED,
            Outcome.CREDITED,
            Outcome.NOT_CREDITED,
        ]
        assert window.text(SummaryLine).startswith("2 credited · 1 not credited · 0 under way")
        assert window.text(ClockBar).endswith("all settled")
        assert window.cells(2)[4:] == ["credited", "subscription verified"]
        assert window.cells(3)[4] == "not credited"

        await window.press("end", "down", "down")

        assert window.text(ParticipantLine) == (
            "3 ma…@example.com in spring-drop: not credited: the profile with this email carries "
            "another number (+1…99) than the participant gave (+1…11)"
        )


async def test_an_outcome_has_a_colour_besides_its_word() -> None:
    async with a_window(a_busy_lab()) as window:
        await window.press("r")

        credited, refused = window.table.get_row("1")[4], window.table.get_row("3")[4]
        green, red = credited.style.color.triplet, refused.style.color.triplet
        assert green.green > green.red
        assert red.red > red.green


async def test_a_long_run_ends_as_well_and_the_cursor_is_where_it_ended() -> None:
    people = [a_participant(f"p{number}@example.com", after=number) for number in range(60)]
    lab = a_lab(*people)
    async with a_window(lab) as window:
        await window.press("r")

        assert window.text(SummaryLine).startswith("60 credited")
        assert window.table.selected is not None
        assert window.table.selected.number == 60


class EndlessRun(Gateway):
    """Its run to the end never gets there."""

    def run_to_end(self) -> Iterator[None]:
        while True:
            yield


async def test_while_a_run_is_on_keys_that_advance_the_lab_do_nothing_and_q_quits() -> None:
    lab = a_busy_lab()
    app = LabApp(EndlessRun(lab))
    async with app.run_test() as pilot:
        window = Window(pilot)
        # `press` would wait after each until the window has nothing to do; a person need not.
        for key in ("r", "s", "space", "j", "r", "down"):
            app.simulate_key(key)
        await pilot.pause()

        assert requests_of(lab) == 0
        assert window.text(ClockBar).endswith("running ...")
        assert window.text(ParticipantLine).startswith("2 be…@example.com")

        await pilot.press("q")

    assert app.return_code == 0


async def test_the_window_is_ready_again_after_a_run() -> None:
    lab = a_lab(a_participant())
    async with a_window(lab) as window:
        await window.press("r")
        assert "running" not in window.text(ClockBar)

        before = requests_of(lab)
        lab.expect([a_participant(BEN, after=3600)])
        await window.press("s")

        assert requests_of(lab) == before + 1


async def test_q_quits() -> None:
    app = LabApp(Gateway(a_busy_lab()))
    async with app.run_test() as pilot:
        await pilot.press("q")

    assert app.return_code == 0


@pytest.mark.parametrize("key", ["s", "j", "r"])
async def test_at_the_end_each_key_says_that_everything_is_settled(key: str) -> None:
    async with a_window(a_busy_lab()) as window:
        await window.press("r")
        await window.press(key)

        assert window.notices() == ["Everything is settled: nothing is due on either side."]


async def test_when_only_braze_has_something_left_a_step_points_to_the_jump() -> None:
    lab = a_lab(a_participant())
    lab.run()
    async with a_window(lab) as window:
        await window.press("s")

        assert window.notices() == [
            "No step is left. Something is still due in Braze: press j to go there."
        ]


async def test_addresses_are_shortened_until_p_is_pressed(size: tuple[int, int]) -> None:
    async with a_window(a_busy_lab(), size) as window:
        await window.press("r")
        window.table.select(2)
        await window.pilot.pause()
        shown = [window.text(kind) for kind in (ParticipantLine, ExchangePane, ProfilePane)]
        assert not [each for each in shown if BEN in each or BENS_PHONE in each]

        await window.press("p")

        assert BEN in window.text(ParticipantLine)
        assert BENS_PHONE in window.text(ExchangePane)
        assert BENS_PHONE in window.text(ProfilePane)
        assert window.cells(1)[1] == ANA

        await window.press("p")

        assert window.cells(1)[1] == "an…@example.com"


async def test_tab_goes_round_the_panes() -> None:
    async with a_window(a_busy_lab()) as window:
        focused = []
        for _ in range(4):
            focused.append(type(window.screen.focused))
            await window.press("tab")

    assert focused == [ParticipantsTable, ExchangePane, ProfilePane, ParticipantsTable]


async def test_the_table_never_needs_to_be_scrolled_sideways(size: tuple[int, int]) -> None:
    long = a_participant("somebody@a-department.with-a-long-name.example.co.uk", "+13135550123")
    async with a_window(a_lab(long, a_participant()), size) as window:
        await window.press("r")

        assert window.table.max_scroll_x == 0


async def test_the_table_shares_out_the_room_anew_when_the_window_changes_size() -> None:
    async with a_window(a_busy_lab(), (140, 45)) as window:
        await window.press("r")
        await window.pilot.resize_terminal(80, 24)
        await window.pilot.pause()

        assert window.table.max_scroll_x == 0
        assert window.screen.has_class("-narrow")
        assert window.cells(1)[4] == "credited"


async def test_a_moment_on_another_day_has_its_date() -> None:
    late = a_participant(after=86_400)
    async with a_window(a_lab(a_participant(BEN), late)) as window:
        assert window.cells(2)[5] == "01-06 09:00"

        await window.press("j", "j", "j", "j", "j", "j")

        assert "Tue 2026-01-06 09:00:00 UTC" in window.text(ClockBar)
        assert window.cells(2)[5] == "09:05:00"


async def test_a_hazard_is_counted_and_told_with_its_request(size: tuple[int, int]) -> None:
    lab = a_lab(a_participant(BEN, BENS_PHONE), make_integration=hasty_integration)
    async with a_window(lab, size) as window:
        await window.press("s", "s", "s", "s", "s", "s")

        assert window.text(SummaryLine).endswith("1 hazard")
        assert "hazard subscription_before_creation_lag: " in window.text(ExchangePane)


async def test_an_empty_lab_says_what_to_do(size: tuple[int, int]) -> None:
    async with a_window(a_lab(), size) as window:
        assert not window.screen.query_one("#body").display
        assert "braze-lab tui --participants people.csv" in window.text(Nobody)

        await window.press("s", "j", "r")

        assert window.notices() == ["There is nothing to do: nobody takes part."] * 3


@pytest.mark.parametrize("key", ["s", "j", "r"])
async def test_an_error_is_told_and_the_window_goes_on(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = a_busy_lab()
    async with a_window(lab) as window:
        with monkeypatch.context() as broken:
            broken.setattr(lab.integration, "perform_next", lambda _: {}["[missing]"])
            await window.press(key)

        assert len(window.notices()) == 1
        assert "KeyError" in window.notices()[0]
        assert "[missing]" in window.notices()[0]

        await window.press(key)

        assert requests_of(lab) >= 1
