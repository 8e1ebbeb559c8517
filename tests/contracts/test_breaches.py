"""What a validator says becomes a path, a value, a rule in words, and the nearest fact."""

from typing import Any

import pytest

from contracts.breaches import Breach, path_of
from contracts.specification import Shape


def breaches(schema: dict[str, Any], value: object) -> list[Breach]:
    return list(Shape(schema, {}).breaches(value, "body"))


@pytest.mark.parametrize(
    ("schema", "value", "received", "documented"),
    [
        ({"type": "integer"}, "1", '"1"', "integer"),
        ({"type": ["string", "null"]}, 1, "1", "string or null"),
        ({"enum": ["a", "b"]}, "c", '"c"', 'one of "a", "b"'),
        ({"const": "success"}, "failure", '"failure"', '"success"'),
        ({"pattern": "^a$"}, "b", '"b"', "text that matches ^a$"),
        ({"not": {"const": "a"}}, "a", '"a"', 'anything but "a"'),
        ({"maxLength": 1}, "ab", '"ab"', "maxLength 1"),
        ({"title": "A number", "anyOf": [{"type": "integer"}]}, "a", '"a"', "A number"),
        ({"anyOf": [{"type": "integer"}]}, "a", '"a"', "another form"),
    ],
)
def test_each_rule_is_put_in_words(
    schema: dict[str, Any], value: object, received: str, documented: str
) -> None:
    assert breaches(schema, value) == [Breach("body", received, documented)]


def test_a_forbidden_member_is_named_by_its_own_path() -> None:
    schema = {"properties": {"a": False}}

    assert breaches(schema, {"a": 1}) == [Breach("body.a", "1", "no such member here")]


def test_each_unexpected_member_is_a_breach_of_its_own() -> None:
    schema = {"properties": {"a": {}}, "additionalProperties": False}

    found = breaches(schema, {"a": 1, "b": 2, "c": 3})

    assert {each.property for each in found} == {"body.b", "body.c"}


def test_a_missing_member_has_the_fact_of_that_member() -> None:
    schema = {
        "x-fact": "a-fact",
        "required": ["a", "b"],
        "properties": {"a": {"x-fact": "b-fact"}, "b": {}},
    }

    assert breaches(schema, {}) == [
        Breach("body.a", "absent", "required", "b-fact"),
        Breach("body.b", "absent", "required", "a-fact"),
    ]


def test_the_nearest_fact_and_its_own_words_win() -> None:
    inner = {"x-fact": "b-fact", "type": "integer"}
    schema = {"x-fact": "a-fact", "description": "words of the outer", "properties": {"a": inner}}

    assert breaches(schema, {"a": "1"}) == [Breach("body.a", '"1"', "integer", "b-fact")]
    assert breaches(schema | {"type": "object"}, 1) == [
        Breach("body", "1", "words of the outer", "a-fact")
    ]


def test_a_path_shows_indexes_and_odd_names() -> None:
    assert path_of(["users", 0, "content-type", "user_alias:"], "body") == (
        "body.users[0].content-type['user_alias:']"
    )
