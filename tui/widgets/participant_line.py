"""The participant under the cursor, in words."""

from textual.content import Content
from textual.widgets import Static

from quikly_client.journeys.participation import Outcome
from tui.gateway import ParticipantRow


class ParticipantLine(Static):
    """What became of the selected participant, with the reason in full."""

    def show(self, row: ParticipantRow) -> None:
        notes = "".join(f"; {note}" for note in row.notes)
        self.update(
            Content.assemble(
                f"{row.number} {row.email} in {row.activation}: ", _outcome(row), Content(notes)
            )
        )


def _outcome(row: ParticipantRow) -> Content:
    match row.outcome:
        case Outcome.CREDITED:
            then = "" if row.due is None else f", next {row.step}"
            return Content.assemble(("credited", "bold $text-success"), f" ({row.reason}){then}")
        case Outcome():
            words = row.outcome.replace("_", " ")
            return Content.assemble((words, "bold $text-error"), f": {row.reason}")
        case None if row.is_to_come:
            return Content("will take part when consent is given")
        case None:
            return Content(f"next {row.step}")
