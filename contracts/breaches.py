"""Breach: which member breaks a rule, what was there, what is promised, and the fact behind it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

ABSENT = "absent"
NO_SUCH_MEMBER = "no such member"
Kind = jsonschema_rs.ValidationErrorKind


class Breach(NamedTuple):
    """One rule that a value breaks; `property` is a path such as `body.attributes[0].email`."""

    property: str
    received: str
    documented: str
    fact: str = ""


def breaches_in(
    error: jsonschema_rs.ValidationError, schema: Mapping[str, Any], name: str
) -> Iterator[Breach]:
    """What `error` says of a value called `name`; each unexpected member is a breach of its own."""
    rule = _Rule(schema, error.schema_path)
    path = path_of(error.instance_path, name)
    kind = error.kind
    instance: Any = error.instance
    if isinstance(kind, Kind.Required):
        missing = path_of([kind.property], path)
        yield Breach(missing, ABSENT, rule.words or "required", rule.fact_of(kind.property))
    elif isinstance(kind, Kind.AdditionalProperties):
        for unexpected in kind.unexpected:
            member = path_of([unexpected], path)
            yield Breach(member, shown(instance[unexpected]), NO_SUCH_MEMBER, rule.fact)
    else:
        yield Breach(path, shown(instance), rule.words or rule.paraphrased(), rule.fact)


def path_of(steps: Sequence[str | int], name: str) -> str:
    """`name` followed by the steps: `.member`, `[0]`, or `['odd member:']`."""
    for step in steps:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            plain = step.replace("-", "_").isidentifier()
            name += f".{step}" if plain else f"[{step!r}]"
    return name


def shown(value: object) -> str:
    """`value` as compact JSON."""
    return orjson.dumps(value, default=repr).decode()


class _Rule:
    """The keyword that failed, with the fact and the words of the nearest schema around it.

    Words above a fact do not describe what is below it, so a schema with an `x-fact` starts anew.
    """

    def __init__(self, schema: Mapping[str, Any], path: Sequence[str | int]) -> None:
        self.fact = self.words = self.title = ""
        self.keyword = path[-1] if path else ""
        self.schema: Any = schema
        value: Any = schema
        for step in path:
            self._read(value)
            # A member may be called by a number, which a path tells as one.
            named = str(step) if isinstance(value, dict) else step
            self.schema, value = value, value[named]
        self._read(value)
        self.value = value

    def _read(self, schema: Any) -> None:
        if isinstance(schema, dict):
            self.title = schema.get("title", "")
            self.words = schema.get("description", "" if "x-fact" in schema else self.words)
            self.fact = schema.get("x-fact", self.fact)

    def fact_of(self, member: str) -> str:
        """The fact of a missing member, else of the schema that misses it."""
        documented = self.schema.get("properties", {}).get(member)
        own = documented.get("x-fact") if isinstance(documented, dict) else None
        return own or self.fact

    def paraphrased(self) -> str:
        """The failed keyword in words."""
        match self.keyword, self.value:
            case "type", list(names):
                return " or ".join(names)
            case "type", name:
                return str(name)
            case "enum", list(values):
                return f"one of {', '.join(map(shown, values))}"
            case "const", value:
                return shown(value)
            case "pattern", pattern:
                return f"text that matches {pattern}"
            case "not", {"const": value}:
                return f"anything but {shown(value)}"
            case "anyOf" | "oneOf", _:
                return self.title or "another form"
            case _, bool():
                return "no such member here"
            case keyword, limit:
                return f"{keyword} {shown(limit)}"
