"""What changed from one API description to another, and whom it breaks.

Taken as the provider's move from the old to the new one, a change breaks consumers where less is
taken of them or more comes back. Taken as the consumers' move, it breaks the provider the other
way round: where more is sent to it, or more is expected of its answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.documents import Document, Node
from contracts.schema_changes import Effect, Versions, schema_changes
from contracts.surface import Answer, Endpoint, Parameter, surface_of

Side = Literal["request", "response"]
# Whom the change is judged for.
View = Literal["consumer", "provider"]
_BREAKS: Mapping[tuple[View, Side], frozenset[Effect]] = {
    ("consumer", "request"): frozenset({Effect.NARROWER, Effect.EITHER, Effect.GONE}),
    ("consumer", "response"): frozenset({Effect.WIDER, Effect.EITHER, Effect.GONE}),
    ("provider", "request"): frozenset({Effect.WIDER, Effect.EITHER}),
    ("provider", "response"): frozenset({Effect.NARROWER, Effect.EITHER}),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an operation; `property` is as that of a violation."""

    operation: str
    side: Side
    property: str
    effect: Effect
    says: str

    def breaks(self, view: View) -> bool:
        """Whether whoever is looked at must change something."""
        return self.effect in _BREAKS[view, self.side]

    def __str__(self) -> str:
        where = f"{self.side} {self.property} " if self.property else ""
        return f"{self.operation}: {where}{self.says}"


def changes_between(old: Document, new: Document) -> list[Change]:
    """Every change, operation by operation, in the order of the old description.

    Raises:
        BadDocument: one of them cannot be read.
    """
    before, after = surface_of(old), surface_of(new)
    versions = Versions(old, new)
    found: list[Change] = []
    for name, endpoint in before.items():
        if name not in after:
            found.append(Change(name, "request", "", Effect.GONE, "is no operation any more"))
        else:
            found += dict.fromkeys(_endpoint_changes(versions, endpoint, after[name]))
    for name in after:
        if name not in before:
            found.append(Change(name, "request", "", Effect.NEW, "is a new operation"))
    return found


def _endpoint_changes(versions: Versions, old: Endpoint, new: Endpoint) -> Iterator[Change]:
    name = old.name
    if new.deprecated and not old.deprecated:
        yield Change(name, "request", "", Effect.NEW, "is deprecated")
    if more := sorted(new.scopes - old.scopes):
        says = f"needs {', '.join(more)} now"
        yield Change(name, "request", "security", Effect.NARROWER, says)
    if fewer := sorted(old.scopes - new.scopes):
        says = f"needs {', '.join(fewer)} no longer"
        yield Change(name, "request", "security", Effect.WIDER, says)
    yield from _parameter_changes(versions, name, "request", old.parameters, new.parameters)
    yield from _body_changes(versions, name, "request", old.bodies, new.bodies)
    if old.body_required != new.body_required and old.bodies and new.bodies:
        effect = Effect.NARROWER if new.body_required else Effect.WIDER
        says = "is required now" if new.body_required else "is not required any more"
        yield Change(name, "request", "body", effect, says)
    yield from _answer_changes(versions, name, old.answers, new.answers)


def _parameter_changes(
    versions: Versions,
    name: str,
    side: Side,
    old: Mapping[Any, Parameter],
    new: Mapping[Any, Parameter],
) -> Iterator[Change]:
    for key, before in old.items():
        path = f"{before.where}.{before.name}"
        after = new.get(key)
        if after is None:
            yield Change(name, side, path, Effect.GONE, "is gone")
            continue
        if before.required != after.required:
            effect = Effect.NARROWER if after.required else Effect.WIDER
            says = "is required now" if after.required else "is not required any more"
            yield Change(name, side, path, effect, says)
        yield from _in_schema(versions, name, side, path, before.schema, after.schema)
    for key, after in new.items():
        if key not in old:
            effect = Effect.NARROWER if after.required else Effect.NEW
            says = "is new, and required" if after.required else "is new"
            yield Change(name, side, f"{after.where}.{after.name}", effect, says)


def _body_changes(
    versions: Versions, name: str, side: Side, old: Mapping[str, Node], new: Mapping[str, Node]
) -> Iterator[Change]:
    for media, before in old.items():
        if media in new:
            yield from _in_schema(versions, name, side, "body", before, new[media])
        else:
            yield Change(name, side, "body", Effect.GONE, f"is no longer {media}")
    for media in new:
        if media not in old:
            yield Change(name, side, "body", Effect.NEW, f"may now be {media}")


def _in_schema(
    versions: Versions, name: str, side: Side, path: str, old: Node, new: Node
) -> Iterator[Change]:
    for each in schema_changes(versions, old, new, path):
        yield Change(name, side, each.property, each.effect, each.says)


def _answer_changes(
    versions: Versions, name: str, old: Mapping[str, Answer], new: Mapping[str, Answer]
) -> Iterator[Change]:
    for status, before in old.items():
        after = new.get(status)
        if after is None:
            yield Change(name, "response", "status", Effect.GONE, f"is never {status} any more")
            continue
        told = f"{status} "
        headers = _parameter_changes(versions, name, "response", before.headers, after.headers)
        bodies = _body_changes(versions, name, "response", before.bodies, after.bodies)
        for each in (*headers, *bodies):
            yield Change(name, "response", told + each.property, each.effect, each.says)
    for status in new:
        if status not in old:
            # A refusal more is what every client must be ready for; a success more is news to it.
            effect = Effect.WIDER if status.startswith(("1", "2", "3")) else Effect.NEW
            yield Change(name, "response", "status", effect, f"may now be {status}")
