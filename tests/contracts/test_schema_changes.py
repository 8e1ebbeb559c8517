"""What changed from one schema to another, judged against what validators take."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.documents import Document, Node
from contracts.schema_changes import Effect, SchemaChange, Versions, schema_changes

NOWHERE = Path("api.yaml")
VERSIONS = Versions(Document(NOWHERE), Document(NOWHERE))
# A member that is new to an open schema was free before; by custom that breaks nobody.
LESS = {Effect.NARROWER, Effect.EITHER, Effect.GONE, Effect.NEW}
MORE = {Effect.WIDER, Effect.EITHER, Effect.GONE, Effect.NEW}


def changes(old: Any, new: Any) -> list[SchemaChange]:
    return list(schema_changes(VERSIONS, Node(old, NOWHERE), Node(new, NOWHERE), "body"))


@pytest.mark.parametrize(
    ("old", "new", "property_", "effect", "says"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}, "body", "WIDER", "may now be null"),
        ({"type": "number"}, {"type": "integer"}, "body", "NARROWER", "may no longer be number"),
        ({"type": "string", "nullable": True}, {"type": "string"}, "body", "NARROWER",
         "may no longer be null"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "body", "NARROWER", 'may no longer be "b"'),
        ({"enum": ["a"]}, {}, "body", "WIDER", 'need no longer be "a"'),
        ({}, {"const": 1}, "body", "NARROWER", "must now be 1"),
        ({"maxItems": 50}, {"maxItems": 75}, "body", "WIDER", "maxItems was 50 and is 75"),
        ({}, {"minLength": 1}, "body", "NARROWER", "minLength is now 1"),
        ({"pattern": "a"}, {"pattern": "b"}, "body", "EITHER", 'pattern was "a" and is "b"'),
        ({"properties": {"a": {}}}, {}, "body.a", "GONE", "is no member any more"),
        ({}, {"properties": {"a": {}}}, "body.a", "NEW", "is a new member"),
        ({}, {"properties": {"a": {}}, "required": ["a"]}, "body.a", "NARROWER",
         "is a new member, and required"),
        ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "body.a",
         "NARROWER", "is required now"),
        ({"items": {"type": "string"}}, {"items": {"type": "integer"}}, "body[]", "NARROWER",
         "may no longer be string"),
        ({}, {"additionalProperties": False}, "body", "NARROWER",
         "takes no other members any more"),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "array"}]},
         "body", "WIDER", "has another alternative"),
        ({"not": {"type": "string"}}, {}, "body", "EITHER", "has another 'not'"),
    ],
)  # fmt: skip
def test_a_change_is_told_with_its_place_and_its_effect(
    old: Any, new: Any, property_: str, effect: str, says: str
) -> None:
    assert SchemaChange(property_, Effect[effect], says) in changes(old, new)


def test_what_all_of_adds_is_compared_as_one_schema() -> None:
    old = {"allOf": [{"properties": {"a": {"type": "string"}}}, {"required": ["a"]}]}
    new = {"properties": {"a": {"type": "string"}}}

    assert changes(old, new) == [
        SchemaChange("body.a", Effect.WIDER, "is not required any more"),
    ]


LEAVES = st.sampled_from([None, True, 0, 1, 7, 2.5, "", "a", "abc"])
INSTANCES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    ),
    max_leaves=4,
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(LEAVES.filter(lambda x: not isinstance(x, bool | float)), min_size=1,
                         max_size=3, unique_by=repr),
        "minimum": st.integers(0, 3),
        "maximum": st.integers(0, 3),
        "minLength": st.integers(0, 3),
        "maxItems": st.integers(0, 2),
        "minProperties": st.integers(0, 2),
        "pattern": st.sampled_from(["^a", "c$"]),
    },
)  # fmt: skip
SCHEMAS = st.recursive(
    PLAIN,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES,
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            "items": inner,
            "additionalProperties": st.booleans() | inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=1),
        },
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(SCHEMAS, SCHEMAS, INSTANCES)
def test_whatever_a_validator_no_longer_takes_is_told_as_less_and_the_other_way_round(
    old: Any, new: Any, instance: Any
) -> None:
    taken_before = jsonschema_rs.is_valid(old, instance)
    taken_after = jsonschema_rs.is_valid(new, instance)
    effects = {each.effect for each in changes(old, new)}

    if taken_before and not taken_after:
        assert effects & LESS, (old, new, instance)
    if taken_after and not taken_before:
        assert effects & MORE, (old, new, instance)


@given(SCHEMAS)
def test_a_schema_has_not_changed_from_itself(schema: Any) -> None:
    assert changes(schema, schema) == []
