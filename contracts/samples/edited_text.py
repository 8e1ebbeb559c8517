"""A text that is edited step by step, and where each part of it stood before."""

from typing import NamedTuple


class Edit(NamedTuple):
    """`removed` at `position` makes room for `added`."""

    position: int
    removed: str
    added: str

    def __str__(self) -> str:
        if not self.added:
            comment = self.removed.startswith(("//", "#", "/*"))
            return f"remove {'the comment ' if comment else ''}{self.removed.strip()}"
        if not self.removed:
            return f"add {self.added.strip()}"
        return f"write {self.added} instead of {self.removed}"


class EditedText:
    """`written` at first, `text` now; `edits` were made in this order."""

    def __init__(self, text: str) -> None:
        self.written = self.text = text
        self.edits: list[Edit] = []
        self._origins = list(range(len(text) + 1))

    def edit(self, edit: Edit) -> int:
        """Make an edit, whose place is one in the text as it is now.

        Returns where that is in the first text.
        """
        position, removed, added = edit
        end = position + len(removed)
        self.text = self.text[:position] + added + self.text[end:]
        origin = self.origin(position)
        self._origins[position:end] = [origin] * len(added)
        self.edits.append(edit)
        return origin

    def origin(self, position: int) -> int:
        """Where what is now at `position` was in the first text."""
        return self._origins[position]
