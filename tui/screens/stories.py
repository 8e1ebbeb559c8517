"""The stories that come with the lab, to choose one."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList
from textual.widgets.option_list import Option

from tui.story_gateway import stories_to_choose


class StoriesScreen(ModalScreen[str | None]):
    """Enter gives the name of the story under the cursor, escape none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Tell it"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, present: str = "") -> None:
        super().__init__()
        self._present = present

    def compose(self) -> ComposeResult:
        rows = stories_to_choose()
        chooser = OptionList(
            *(Option(Content.assemble((each.name, "bold"), f"\n{each.says}"), each.name)
              for each in rows)
        )  # fmt: skip
        chooser.border_title = "Stories"
        yield chooser
        yield Footer()

    def on_mount(self) -> None:
        names = [each.name for each in stories_to_choose()]
        if self._present in names:
            self.query_one(OptionList).highlighted = names.index(self._present)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Tell the story under the cursor."""
        self.dismiss(event.option.id)

    def action_leave(self) -> None:
        """Go back to where the window was."""
        self.dismiss(None)
