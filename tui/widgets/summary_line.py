"""How far everybody has come, in one line."""

from collections import Counter
from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from quikly_client.journeys.participation import Outcome
from tui.gateway import HazardRow, ParticipantRow


class SummaryLine(Static):
    """Counts of participants by where they are, and of hazards."""

    def show(self, rows: Sequence[ParticipantRow], hazards: Sequence[HazardRow]) -> None:
        counts = Counter(_place(row) for row in rows)
        parts = [
            (f"{counts['credited']} credited", "bold $text-success"),
            (f"{counts['not credited']} not credited", "bold $text-error"),
            (f"{counts['under way']} under way", ""),
            (f"{counts['to come']} to come", ""),
            _hazards(len(hazards)),
        ]
        self.update(Content(" · ").join(Content.styled(text, style) for text, style in parts))


def _place(row: ParticipantRow) -> str:
    match row.outcome:
        case Outcome.CREDITED:
            return "credited"
        case Outcome():
            return "not credited"
        case None:
            return "to come" if row.is_to_come else "under way"


def _hazards(count: int) -> tuple[str, str]:
    if count == 0:
        return "no hazards", ""
    return f"{count} hazard{'' if count == 1 else 's'}", "bold $text-warning"
