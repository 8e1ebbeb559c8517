"""URL rules of Flask that are cheap to make: a test makes a fake for every example."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A rule that compiles what builds its URL when one is built, which hardly ever happens.

    Compiling at once, as werkzeug does, takes three quarters of the time of making the fake.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build
