"""Lines of a log as `key=value` pairs."""

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[^\s\"=\\]+")


def line(pairs: Mapping[str, object]) -> str:
    """The pairs that have a value; one with a space, quote or line break is put in quotes."""
    return " ".join(f"{key}={_value(value)}" for key, value in pairs.items() if value is not None)


def _value(value: object) -> str:
    text = str(value)
    if _PLAIN.fullmatch(text) and text.isprintable():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else repr(c)[1:-1] for c in escaped) + '"'
