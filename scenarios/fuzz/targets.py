"""Which integration is searched: ours, a factory in Python, or a driver behind a URL."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from scenarios.foreign_integration import CannotBeUsed, foreign, told
from scenarios.fuzz import OURS, is_remote
from scenarios.http_integration import HttpIntegrations
from scenarios.integration import MakeIntegration
from scenarios.our_integration import our_integration
from scenarios.port import open_port


class BadTarget(ValueError):
    """What was named is no integration."""


@contextmanager
def integration(target: str) -> Iterator[MakeIntegration]:
    """What makes the integrations of a target, as long as the block lasts.

    `target` is `ours`, `package.module:factory`, the URL of a driver (see `http_integration`), or
    `mutant:NAME` for a client of the gallery.

    Raises:
        BadTarget: there is no such module or factory, or in the block, it makes no integration.
    """
    if target == OURS:
        yield our_integration
    elif is_remote(target):
        with open_port() as port:
            yield HttpIntegrations(target, port)
    elif target.startswith("mutant:"):
        yield _mutant(target.removeprefix("mutant:"))
    else:
        try:
            yield foreign(_factory(target))
        except CannotBeUsed as error:
            raise BadTarget(f"{target!r}: {error}") from error


def _factory(target: str) -> Callable[..., Any]:
    module_name, _, name = target.partition(":")
    if not module_name or not name:
        raise BadTarget(
            f"{target!r} names no integration: write package.module:factory, or http://host:port"
        )
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # a command's first place is the folder that holds the command
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        hint = f" in {here} or on PYTHONPATH" if error.name == module_name else ""
        raise BadTarget(f"{target!r}: {error}{hint}") from error
    except Exception as error:
        raise BadTarget(f"{target!r} cannot be imported: {told(error)}") from error
    factory = getattr(module, name, None)
    if not callable(factory):
        raise BadTarget(f"{target!r}: {module_name} has no factory named {name!r}")
    made: Callable[..., Any] = factory
    return made


def _mutant(name: str) -> MakeIntegration:
    from scenarios.mutants.registry import MUTANTS

    if name not in MUTANTS:
        likely = get_close_matches(name, MUTANTS, n=1)
        meant = f"; did you mean {likely[0]!r}?" if likely else f": there are {', '.join(MUTANTS)}"
        raise BadTarget(f"there is no mutant {name!r}{meant}")
    return MUTANTS[name].make_integration
