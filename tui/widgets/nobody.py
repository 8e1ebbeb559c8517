"""What an empty lab shows."""

from textual.widgets import Static

from quikly_client.participants import COLUMNS


class Nobody(Static):
    """Says that nobody takes part, and how to change that."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody takes part yet.\n\n"
            "Press q, and start again with a participants file:\n"
            "braze-lab tui --participants people.csv\n\n"
            f"A CSV file with the columns {', '.join(COLUMNS)}.",
            markup=False,
        )
