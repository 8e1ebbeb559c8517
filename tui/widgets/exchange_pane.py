"""The last request about the selected participant, and its answer."""

from collections.abc import Sequence
from http import HTTPStatus

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.gateway import ExchangeRow, HazardRow
from tui.widgets.json_text import JsonText

TITLE = "Last request"


class ExchangePane(VerticalScroll):
    """Request, answer, and what was dangerous about it."""

    def compose(self) -> ComposeResult:
        yield Static(id="operation")
        yield Static(id="hazards")
        yield Static(id="query", markup=False)
        yield JsonText(id="sent")
        yield Static(id="status")
        yield JsonText(id="answered")

    def show(self, exchange: ExchangeRow | None, hazards: Sequence[HazardRow]) -> None:
        for each in self.query("#hazards, #query, #sent, #status, #answered"):
            each.display = exchange is not None
        if exchange is None:
            self.border_title = TITLE
            self.query_one("#operation", Static).update("No request about this participant yet.")
            return
        self.border_title = f"{TITLE}, {exchange.at:%m-%d %H:%M:%S}"
        answer = _status_style(exchange.status)
        self.query_one("#operation", Static).update(
            Content.assemble(
                (exchange.operation, "bold $text-primary"), " → ", (str(exchange.status), answer)
            )
        )
        self._show_hazards([each for each in hazards if each.request == exchange.number])
        query = self.query_one("#query", Static)
        query.update("\n".join(f"{name} = {value}" for name, value in exchange.query))
        query.display = bool(exchange.query)
        sent = self.query_one("#sent", JsonText)
        sent.show(exchange.sent)
        sent.display = exchange.sent is not None
        self.query_one("#status", Static).update(
            Content.styled(f"{exchange.status} {_phrase(exchange.status)}", answer)
        )
        self.query_one("#answered", JsonText).show(exchange.answered)
        self.scroll_home(animate=False)

    def _show_hazards(self, hazards: Sequence[HazardRow]) -> None:
        shown = self.query_one("#hazards", Static)
        shown.display = bool(hazards)
        shown.update(
            Content("\n").join(
                Content.assemble(
                    (f"hazard {each.hazard}: ", "bold $text-warning"), f"{each.says} {each.instead}"
                )
                for each in hazards
            )
        )


def _status_style(status: int) -> str:
    return "bold $text-success" if status < 400 else "bold $text-error"


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
