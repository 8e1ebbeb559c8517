"""The option that names the integration under test, and the integration it names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scenarios.fuzz import OURS

if TYPE_CHECKING:
    from scenarios.integration import MakeIntegration

Command = TypeVar("Command", bound=Callable[..., Any])


def integration_option(command: Command) -> Command:
    """`--integration TARGET`, as the argument `target`."""
    return click.option(
        "--integration",
        "target",
        default=OURS,
        show_default=True,
        help="`ours`, package.module:factory, the URL of a driver, or mutant:NAME.",
    )(command)


@contextmanager
def named_integration(target: str) -> Iterator["MakeIntegration"]:
    """What makes the integrations that `target` names, as long as the block lasts.

    Raises:
        click.UsageError: there are none, or what is done with them in the block comes to that.
    """
    from scenarios.control import ControlRefused
    from scenarios.fuzz.targets import BadTarget, integration
    from scenarios.http_integration import DriverFailed

    try:
        with integration(target) as make:
            yield make
    except (BadTarget, DriverFailed) as bad:
        raise click.UsageError(str(bad)) from None
    except ControlRefused as refused:
        raise click.UsageError(f"the story cannot be played: {refused}") from None
