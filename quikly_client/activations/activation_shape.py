"""The shape of an activation's file: where it breaks the schema, in sentences for people.

An editor that knows `activation.schema.json` marks the same places while one types.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from quikly_client.activations.marked_yaml import Path

# Longer sentences repeat what is in the file.
LONGEST_SENTENCE = 300


def misfits(value: Any) -> Iterator[tuple[Path, str]]:
    """Each member that does not fit, and why."""
    for error in _validator().iter_errors(value):
        path, holder = tuple(error.instance_path), _holder(error.schema_path)
        kind: Any = error.kind
        match kind.name:
            case "additionalProperties":
                there_are = ", ".join(holder["properties"])
                for name in kind.unexpected:
                    yield (*path, name), f"there is no member {name!r}; there are {there_are}"
            case "required":
                missing = kind.property
                yield (*path, missing), f"this is missing: {_meaning(holder, missing)}"
            case "propertyNames":
                yield path, f"{_shown(kind.error.instance)}: {holder.get('x-says', error.message)}"
            case "enum":
                yield path, f"{_shown(error.instance)} is not one of {', '.join(holder['enum'])}"
            case "pattern" | "not":
                yield path, f"{_shown(error.instance)}: {holder['x-says']}"
            case _:
                yield path, _cut(error.message)


@cache
def _schema() -> Any:
    return json.loads(files(__package__).joinpath("activation.schema.json").read_bytes())


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


def _holder(schema_path: Sequence[str | int]) -> Mapping[str, Any]:
    """The part of the schema that holds the broken rule."""
    place = _schema()
    for step in schema_path[:-1]:
        place = place[step]
    return dict(place)


def _meaning(holder: Mapping[str, Any], member: str) -> str:
    member_schema = holder["properties"][member]
    return str(member_schema.get("description", "give it"))


def _shown(value: Any) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[:LONGEST_SENTENCE]}…"
