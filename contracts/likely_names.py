"""The documented name that somebody most likely meant by another one."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from contracts.specification import Shape

CLOSE = 0.8  # of 1, where names are the same


def likely_name(name: str, documented: Collection[str]) -> str | None:
    """The documented name that `name` is a misspelling of, if one is close.

    Marks around the name and its case say nothing: `"user_alias:"` is meant as `user_alias`.
    """
    bare = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_ ")
    for each in (bare, f"_{bare}"):
        if each in documented:
            return each
    close = get_close_matches(bare, sorted(documented), n=1, cutoff=CLOSE)
    return close[0] if close else None


@cache
def documented_names(shape: Shape) -> frozenset[str]:
    """The names of members that a shape documents, at any depth."""
    return frozenset(_names(shape.schema, shape.schema["components"], set()))


def _names(schema: Any, components: Mapping[str, Any], seen: set[str]) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _names(each, components, seen)
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref", "")
    if reference and reference not in seen:
        seen.add(reference)
        found: Any = {"components": components}
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        yield from _names(found, components, seen)
    for name, member in schema.get("properties", {}).items():
        if isinstance(member, dict) and member.get("not") != {}:  # a member that must not be
            yield name
    for keyword, value in schema.items():
        if keyword == "properties":
            yield from _names(list(value.values()), components, seen)
        elif keyword not in ("components", "required", "enum", "const", "examples"):
            yield from _names(value, components, seen)
