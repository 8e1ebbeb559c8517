"""An integration that somebody else has written: what it lacks, and what it raises."""

import importlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any, cast

import requests

from quikly_client.settings import BrazeSettings
from scenarios.integration import Integration, MakeIntegration
from scenarios.invariants.breach import Breach

INVARIANT = "the_integration_raises_nothing"
IMPORTING = (
    importlib.__file__,
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
)
# Without what these give, nothing can be judged.
TELLING = ("credits", "participations")
METHODS = tuple(name for name in vars(Integration) if not name.startswith("_"))


class CannotBeUsed(ValueError):
    """The factory raises, or makes what is no integration, or one that cannot tell what it did."""


class IntegrationRaised(Exception):
    """An exception has left a method of the integration."""

    def __init__(self, method: str, error: Exception) -> None:
        super().__init__(f"{method} raised {told(error)}")

    def breach(self, at: datetime) -> Breach:
        """The same as what does not hold; it rests on no fact."""
        return Breach(INVARIANT, at, "the integration", str(self), fact="")


def foreign(factory: Callable[..., Any]) -> MakeIntegration:
    """Makes the integrations of `factory`, whose exceptions are theirs: IntegrationRaised.

    Raises, where one is made or asked what it did:
        CannotBeUsed: the factory raises, or what it makes lacks methods of `Integration`, or it
            raises when asked.
    """

    def make(braze: BrazeSettings, session: requests.Session, group_id: str) -> Integration:
        try:
            made = factory(braze, session, group_id)
        except Exception as error:
            raise CannotBeUsed(f"the factory raised {told(error)}") from error
        lacking = [name for name in METHODS if not callable(getattr(made, name, None))]
        if lacking:
            raise CannotBeUsed(
                f"the factory made {made!r}, which has no {', '.join(lacking)}; "
                "`Integration` in scenarios/integration.py tells what each of them does"
            )
        return cast(Integration, _Foreign(made))

    return make


def told(error: Exception) -> str:
    """An exception with the place in the code that was called: `KeyError: 'users' (client.py, line
    12)`.
    """
    says = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error, SyntaxError):
        return says  # its place is part of what it says
    _, *called = extract_tb(error.__traceback__)  # the first place is ours
    called = [each for each in called if each.filename not in IMPORTING]
    place = next((each for each in reversed(called) if each.filename == called[0].filename), None)
    return says if place is None else f"{says} ({Path(place.filename).name}, line {place.lineno})"


class _Foreign:
    """Passes every call on."""

    def __init__(self, integration: object) -> None:
        self._integration = integration

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._integration, name)

        def call(*arguments: Any) -> Any:
            try:
                return method(*arguments)
            except Exception as error:
                if name in TELLING:
                    raise CannotBeUsed(f"{name} raised {told(error)}") from error
                raise IntegrationRaised(name, error) from error

        return call
