"""LabApp: the window of `braze-lab tui`."""

from textual.app import App

from tui.gateway import Gateway
from tui.screens.lab import LabScreen


class LabApp(App[None]):
    """One screen over one lab."""

    TITLE = "Braze Lab"
    CSS_PATH = "lab.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway

    def on_mount(self) -> None:
        self.push_screen(LabScreen(self._gateway))
