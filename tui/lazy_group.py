"""A group of commands that are imported when they run."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """Knows its commands by name and by what they do; the module of that name in `package` holds
    each as `command`.
    """

    package: str
    summaries: Mapping[str, str]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.summaries:
            return None
        command = import_module(f"{self.package}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))


def lazy_group(
    name: str, package: str, summaries: Mapping[str, str], *, says: str, example: str
) -> LazyGroup:
    """A group of the commands that `summaries` names, each told in a sentence."""
    group = LazyGroup(
        name,
        help=says,
        epilog=f"Example:  {example}",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.package, group.summaries = package, summaries
    return group
