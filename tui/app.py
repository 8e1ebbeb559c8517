"""LabApp: the window of `braze-lab tui`."""

from textual.app import App

from tui.gateway import Gateway
from tui.screens.lab import LabScreen
from tui.screens.story import StoryScreen
from tui.story_gateway import StoryGateway


class LabApp(App[None]):
    """One screen over one lab, or over one story at a time."""

    TITLE = "Braze Lab"
    CSS_PATH = "lab.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, gateway: Gateway | StoryGateway) -> None:
        super().__init__()
        self._gateway = gateway

    def on_mount(self) -> None:
        if isinstance(self._gateway, Gateway):
            self.push_screen(LabScreen(self._gateway))
        else:
            self.push_screen(StoryScreen(self._gateway))
