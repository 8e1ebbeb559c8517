"""What changed from one JSON Schema to another: what it takes now that it did not, or no longer."""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from contracts.breaches import path_of, shown
from contracts.documents import Document, Node, mapping

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
# Keywords that set a limit, and whether a higher value takes less.
LIMITS: Mapping[str, bool] = {
    "minimum": True, "exclusiveMinimum": True, "minLength": True, "minItems": True,
    "minProperties": True, "maximum": False, "exclusiveMaximum": False, "maxLength": False,
    "maxItems": False, "maxProperties": False,
}  # fmt: skip
FORMS = ("pattern", "format", "multipleOf", "uniqueItems")
# Compared as they are written; what a change of these takes or leaves is not worked out.
OPAQUE = (
    "not", "if", "then", "else", "dependentSchemas", "dependentRequired", "patternProperties",
    "propertyNames", "prefixItems", "contains", "minContains", "maxContains",
    "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip


class Effect(Enum):
    """Whether the new schema takes less than the old one, more, or either; whether a member is
    gone altogether, or new and may be left out.
    """

    NARROWER = "narrower"
    WIDER = "wider"
    EITHER = "either"
    GONE = "gone"
    NEW = "new"


class SchemaChange(NamedTuple):
    """At `property`, a path such as `body.attributes[].email`."""

    property: str
    effect: Effect
    says: str


class Versions(NamedTuple):
    """The two documents that schemas belong to."""

    old: Document
    new: Document


def schema_changes(
    versions: Versions,
    old: Node,
    new: Node,
    name: str,
    _seen: frozenset[tuple[int, int]] = frozenset(),
) -> Iterator[SchemaChange]:
    """Each change, deepest places included; a schema that contains itself is followed once."""
    old, new = versions.old.resolved(old), versions.new.resolved(new)
    if old.value == new.value and not _refers(old.value):
        return
    pair = (id(old.value), id(new.value))
    if pair in _seen:
        return
    seen = _seen | {pair}
    before, after = _flat(versions.old, old), _flat(versions.new, new)
    yield from _types(before.value, after.value, name)
    yield from _values(before.value, after.value, name)
    yield from _limits(before.value, after.value, name)
    for keyword in OPAQUE:
        if before.value.get(keyword) != after.value.get(keyword):
            yield SchemaChange(name, Effect.EITHER, f"has another {keyword!r}")
    yield from _members(versions, before, after, name, seen)
    if ("items" in before.value) != ("items" in after.value):
        effect = Effect.NARROWER if "items" in after.value else Effect.WIDER
        says = "has a schema for its items now" if "items" in after.value else "takes any items now"
        yield SchemaChange(f"{name}[]", effect, says)
    if "items" in before.value and "items" in after.value:
        first, second = (Node(each.value["items"], each.file) for each in (before, after))
        yield from schema_changes(versions, first, second, f"{name}[]", seen)
    for keyword in ("anyOf", "oneOf"):
        yield from _alternatives(versions, before, after, keyword, name, seen)


def _refers(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(_refers(each) for each in value.values())
    return isinstance(value, list) and any(_refers(each) for each in value)


def _flat(document: Document, node: Node) -> Node:
    """A schema with what `allOf` adds to it in one piece."""
    value = dict(mapping(node.value))
    if node.value is False:
        value = {"not": {}}
    for each in value.pop("allOf", []):
        part = _flat(document, document.resolved(Node(each, node.file)))
        for keyword, told in part.value.items():
            if keyword == "properties":
                value[keyword] = {**_placed(told, part), **mapping(value.get(keyword))}
            elif keyword == "required":
                value[keyword] = [*value.get(keyword, []), *told]
            else:
                value.setdefault(keyword, told)
    return Node(value, node.file)


def _placed(properties: Mapping[str, Any], part: Node) -> Mapping[str, Any]:
    """Properties of a part; those of another file keep it by an absolute reference."""
    return {
        name: {**each, "$ref": str(part.file.parent / each["$ref"])}
        if isinstance(each, dict) and not str(each.get("$ref", "#")).startswith("#")
        else each
        for name, each in properties.items()
    }


def _types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    told = schema.get("type")
    names = {told} if isinstance(told, str) else set(told) if isinstance(told, list) else set(TYPES)
    if "number" in names:
        names.add("integer")
    if schema.get("nullable"):  # OpenAPI 3.0
        names.add("null")
    return frozenset(names)


def _types(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> Iterator[SchemaChange]:
    before, after = _types_of(old), _types_of(new)
    if gone := before - after:
        yield SchemaChange(name, Effect.NARROWER, f"may no longer be {_one_of(gone)}")
    if come := after - before:
        yield SchemaChange(name, Effect.WIDER, f"may now be {_one_of(come)}")


def _one_of(names: Collection[str]) -> str:
    return " or ".join(sorted(names))


def _values(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> Iterator[SchemaChange]:
    before, after = _enumerated(old), _enumerated(new)
    if before == after:
        return
    if before is None:
        yield SchemaChange(name, Effect.NARROWER, f"must now be {_one_of(after or ())}")
    elif after is None:
        yield SchemaChange(name, Effect.WIDER, f"need no longer be {_one_of(before)}")
    else:
        if gone := before - after:
            yield SchemaChange(name, Effect.NARROWER, f"may no longer be {_one_of(gone)}")
        if come := after - before:
            yield SchemaChange(name, Effect.WIDER, f"may now be {_one_of(come)}")


def _enumerated(schema: Mapping[str, Any]) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset({shown(schema["const"])})
    if isinstance(schema.get("enum"), list):
        return frozenset(map(shown, schema["enum"]))
    return None


def _limits(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> Iterator[SchemaChange]:
    for keyword, higher_is_less in LIMITS.items():
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        if before is None or after is None:
            effect = Effect.NARROWER if before is None else Effect.WIDER
        elif isinstance(before, bool) or isinstance(after, bool):  # exclusive ones of OpenAPI 3.0
            effect = Effect.NARROWER if after else Effect.WIDER
        else:
            effect = Effect.NARROWER if (after > before) == higher_is_less else Effect.WIDER
        yield SchemaChange(name, effect, _changed(keyword, before, after))
    for keyword in FORMS:
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        effect = Effect.EITHER
        if not before or not after:
            effect = Effect.NARROWER if after else Effect.WIDER
        yield SchemaChange(name, effect, _changed(keyword, before, after))


def _changed(keyword: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{keyword} is now {shown(after)}"
    if after is None:
        return f"{keyword} was {shown(before)} and is gone"
    return f"{keyword} was {shown(before)} and is {shown(after)}"


def _members(
    versions: Versions, old: Node, new: Node, name: str, seen: frozenset[tuple[int, int]]
) -> Iterator[SchemaChange]:
    before, after = mapping(old.value.get("properties")), mapping(new.value.get("properties"))
    needed, needs = set(old.value.get("required", [])), set(new.value.get("required", []))
    for member in sorted(before.keys() - after.keys()):
        yield SchemaChange(path_of([member], name), Effect.GONE, "is no member any more")
    for member in sorted(after.keys() - before.keys()):
        effect = Effect.NARROWER if member in needs else Effect.NEW
        says = "is a new member, and required" if member in needs else "is a new member"
        yield SchemaChange(path_of([member], name), effect, says)
    for member in sorted(before.keys() & after.keys()):
        both = Node(before[member], old.file), Node(after[member], new.file)
        yield from schema_changes(versions, *both, path_of([member], name), seen)
    for member in sorted(needs - needed - (after.keys() - before.keys())):
        yield SchemaChange(path_of([member], name), Effect.NARROWER, "is required now")
    for member in sorted(needed - needs):
        yield SchemaChange(path_of([member], name), Effect.WIDER, "is not required any more")
    yield from _others(versions, old, new, name, seen)


def _others(
    versions: Versions, old: Node, new: Node, name: str, seen: frozenset[tuple[int, int]]
) -> Iterator[SchemaChange]:
    before, after = (each.value.get("additionalProperties", True) for each in (old, new))
    if before is not False and after is False:
        yield SchemaChange(name, Effect.NARROWER, "takes no other members any more")
    elif before is False and after is not False:
        yield SchemaChange(name, Effect.WIDER, "takes other members now")
    elif isinstance(before, dict) != isinstance(after, dict):
        effect = Effect.NARROWER if isinstance(after, dict) else Effect.WIDER
        says = (
            "has a schema for other members now"
            if isinstance(after, dict)
            else "takes any other members now"
        )
        yield SchemaChange(f"{name}.*", effect, says)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from schema_changes(
            versions, Node(before, old.file), Node(after, new.file), f"{name}.*", seen
        )


def _alternatives(
    versions: Versions,
    old: Node,
    new: Node,
    keyword: str,
    name: str,
    seen: frozenset[tuple[int, int]],
) -> Iterator[SchemaChange]:
    before = [Node(each, old.file) for each in old.value.get(keyword, [])]
    after = [Node(each, new.file) for each in new.value.get(keyword, [])]
    if not before and not after:
        return
    if not before or not after:
        effect = Effect.WIDER if before else Effect.NARROWER
        says = "is free of alternatives now" if before else "has alternatives now"
        yield SchemaChange(name, effect, says)
        return
    came = []
    for each in after:
        same = next(
            (one for one in before if not any(schema_changes(versions, one, each, name, seen))),
            None,
        )
        if same is None:
            came.append(each)
        else:
            before.remove(same)
    if len(came) == len(before) == 1:
        yield from schema_changes(versions, before[0], came[0], name, seen)
        return
    for _ in before:
        yield SchemaChange(name, Effect.NARROWER, "has an alternative less")
    for _ in came:
        yield SchemaChange(name, Effect.WIDER, "has another alternative")
