"""braze-lab: one command. A subcommand's module is imported when that subcommand runs."""

from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {
    "demo": "Drive participants from a file through their journeys, and check everything.",
    "facts": "Show the dials, the facts behind them, and how far tests cover the facts.",
    "replay": "Make the calls of a journal again, and compare.",
    "serve": "Serve the fake Braze on a port.",
    "tui": "Step through activations in a window of the terminal.",
}


class LazyGroup(click.Group):
    """Knows its commands by name; the module `tui.commands.<name>` holds each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"tui.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    epilog="Example:  braze-lab demo",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="braze-lab")
def main() -> None:
    """A local Braze: a stateful fake, a real client, contracts and scenarios."""
