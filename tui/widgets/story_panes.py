"""The panes of a story: its steps, what has happened on both sides, and how it ended."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from scenarios.timeline import Kind, Side
from tui.story_gateway import MomentRow, Place, StepRow, VerdictRow

MARKS = {Place.TAKEN: "✓", Place.NEXT: "▸", Place.TO_COME: " "}
STEP_STYLES = {Place.TAKEN: "$text-muted", Place.NEXT: "bold", Place.TO_COME: ""}
SIDE_STYLES = {
    Side.INTEGRATION: "$text-primary",
    Side.BRAZE: "$text-accent",
    Side.BRAND: "$text-secondary",
    Side.CONSUMER: "$text-secondary",
}
KIND_STYLES = {Kind.HAZARD: "bold $text-warning", Kind.CREDIT: "bold $text-success"}
SIDE_WIDTH = max(map(len, Side))


class StepsPane(VerticalScroll):
    """Every step, with a mark at the next one."""

    def compose(self) -> ComposeResult:
        self.border_title = "Steps"
        yield Static(id="steps")

    def show(self, rows: Sequence[StepRow]) -> None:
        lines = [
            Content.styled(f"{MARKS[row.place]} {row.number} {row.says}", STEP_STYLES[row.place])
            for row in rows
        ]
        self.query_one("#steps", Static).update(Content("\n").join(lines))


class MomentsPane(VerticalScroll):
    """What has happened, the latest at the bottom."""

    def compose(self) -> ComposeResult:
        self.border_title = "Both sides"
        yield Static(id="moments")

    def show(self, rows: Sequence[MomentRow]) -> None:
        lines = [line for row in rows for line in _lines(row)]
        nothing = Content.styled("Nothing has happened yet: press s.", "$text-muted")
        shown = Content("\n").join(lines) if lines else nothing
        self.query_one("#moments", Static).update(shown)
        self.scroll_end(animate=False)


def _lines(row: MomentRow) -> Iterator[Content]:
    mark = "▸" if row.is_new else " "
    answer = f" → {row.answer}" if row.answer else ""
    again = f" ({row.again})" if row.again else ""
    yield Content.assemble(
        f"{mark} {row.at:%m-%d %H:%M:%S} ",
        (f"{row.side:<{SIDE_WIDTH}} ", SIDE_STYLES[row.side]),
        (f"{row.kind} " if row.kind is not Kind.REQUEST else "", KIND_STYLES.get(row.kind, "")),
        (f"{row.says}{answer}{again}", "bold" if row.is_new else ""),
    )
    if row.advice:
        yield Content.styled(f"  {row.advice}", "$text-muted")


class VerdictLine(Static):
    """How the story ended."""

    def show(self, verdict: VerdictRow | None) -> None:
        self.display = verdict is not None
        if verdict is None:
            return
        lines = [Content.styled(f"broken: {each}", "bold $text-error") for each in verdict.broken]
        lines += [Content.styled(each, "bold $text-warning") for each in verdict.surprises]
        if not verdict.surprises:
            expected = ": this was to break" if verdict.broken else ""
            lines.append(Content.styled(f"It went as it is told{expected}.", "bold $text-success"))
        self.update(Content("\n").join(lines))
