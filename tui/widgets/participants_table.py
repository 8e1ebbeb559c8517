"""The participants, one row each: what comes next for them and when, or how it ended and why."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widgets import DataTable

from quikly_client.journeys.participation import Outcome
from tui.gateway import ParticipantRow

COLUMNS = {
    "number": "#",
    "email": "Participant",
    "via": "Via",
    "activation": "Activation",
    "step": "Next step",
    "due": "Due, or why",
}
LONGEST_ACTIVATION = 16
# A moment on another day; `confirm profile` and its like.
NARROWEST_DUE = 11
STEP_WIDTH = 15
NARROWEST_EMAIL = 15


class ParticipantsTable(DataTable[Text]):
    """As wide as there is room, so that nothing has to be scrolled sideways.

    Only rows that changed are written again: a lab of thousands stays quick.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "participants--credited",
        "participants--not-credited",
        "participants--to-come",
    }

    def __init__(self) -> None:
        super().__init__(cursor_type="row")
        self._rows: Sequence[ParticipantRow] = ()
        self._today: date | None = None

    @property
    def selected(self) -> ParticipantRow | None:
        """The participant under the cursor; None when nobody takes part."""
        return self._rows[self.cursor_row] if 0 <= self.cursor_row < len(self._rows) else None

    def select(self, number: int) -> None:
        """Move the cursor to the participant with this number."""
        self.move_cursor(row=number - 1)

    def show(self, rows: Sequence[ParticipantRow], now: datetime) -> None:
        """Show these participants; `now` decides which moments need their date."""
        known = self._rows
        is_same = self._today == now.date() and _emails(rows) == _emails(known)
        self._rows, self._today = rows, now.date()
        self.border_title = f"{len(rows)} participant{'' if len(rows) == 1 else 's'}"
        if not is_same:
            self._write_all()
            return
        for old, new in zip(known, rows, strict=True):
            if new is not old:
                self._rewrite(new)

    def on_resize(self) -> None:
        """Share out the new width."""
        if self._rows:
            self._write_all()

    def _write_all(self) -> None:
        cursor = self.cursor_row
        self.clear(columns=True)
        for (name, label), width in zip(COLUMNS.items(), self._widths(), strict=True):
            self.add_column(label, key=name, width=width)
        for row in self._rows:
            self.add_row(*self._cells(row), key=str(row.number))
        self.move_cursor(row=cursor)

    def _widths(self) -> Iterator[int]:
        """Of each column; emails have up to three fifths of the room, the last the rest."""
        number = len(str(len(self._rows)))
        via = max(len(_via(row)) for row in self._rows) if self._rows else 0
        activation = max((len(row.activation) for row in self._rows), default=0)
        activation = max(min(activation, LONGEST_ACTIVATION), len(COLUMNS["activation"]))
        padding = 2 * self.cell_padding * len(COLUMNS)
        others = number + via + activation + STEP_WIDTH + padding + self.scrollbar_size_vertical
        room = self.size.width - others
        longest = max(map(len, _emails(self._rows)), default=0)
        email = min(longest, max(room * 3 // 5, NARROWEST_EMAIL))
        due = max(room - email, NARROWEST_DUE)
        yield from (number, email, via, activation, STEP_WIDTH, due)

    def _rewrite(self, row: ParticipantRow) -> None:
        for column, cell in zip(COLUMNS, self._cells(row), strict=True):
            self.update_cell(str(row.number), column, cell)

    def _cells(self, row: ParticipantRow) -> Iterator[Text]:
        yield Text(str(row.number), justify="right")
        for text in (row.email, _via(row), row.activation):
            yield _cut(text)
        yield self._step(row)
        yield _cut(self._moment(row.due) if row.due is not None else row.reason or "")

    def _step(self, row: ParticipantRow) -> Text:
        match row.outcome:
            case Outcome.CREDITED:
                return Text("credited", self._style("credited"))
            case Outcome():
                return Text(row.outcome.replace("_", " "), self._style("not-credited"))
            case None:
                return Text(row.step, self._style("to-come") if row.is_to_come else "")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"participants--{name}", partial=True)

    def _moment(self, moment: datetime) -> str:
        is_today = moment.date() == self._today
        return f"{moment:%H:%M:%S}" if is_today else f"{moment:%m-%d %H:%M}"


def _emails(rows: Sequence[ParticipantRow]) -> list[str]:
    return [row.email for row in rows]


def _via(row: ParticipantRow) -> str:
    return row.workflow if row.phone is None else f"{row.workflow} {row.phone}"


def _cut(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")
