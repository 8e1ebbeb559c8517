"""The top line: the simulated time, and what comes next."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Label

from tui.gateway import ClockRow
from tui.widgets.moments import moment_in_words, span_in_words


class ClockBar(Horizontal):
    """Name of the window, simulated clock, next due time or `running`."""

    is_busy = reactive(False, init=False)
    _next = ""

    def compose(self) -> ComposeResult:
        yield Label("Braze Lab", id="name")
        yield Label(id="now")
        yield Label(id="next", markup=False)

    def show(self, clock: ClockRow) -> None:
        self.query_one("#now", Label).update(f"{clock.now:%a %Y-%m-%d %H:%M:%S} UTC")
        self._next = _next(clock)
        self._paint()

    def watch_is_busy(self) -> None:
        self._paint()

    def _paint(self) -> None:
        self.set_class(self.is_busy, "-running")
        self.query_one("#next", Label).update("running ..." if self.is_busy else self._next)


def _next(clock: ClockRow) -> str:
    if clock.next_due is None:
        return "all settled"
    what = "step" if clock.is_step else "Braze"
    if clock.next_due <= clock.now:
        return f"next {what}: due now"
    at = moment_in_words(clock.next_due, clock.now)
    return f"next {what}: {at}, in {span_in_words(clock.next_due - clock.now)}"
