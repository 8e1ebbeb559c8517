"""Exchanges judged by a description that is not ours."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.consumer import judge_requests
from contracts.documents import BadDocument
from contracts.foreign_traffic import ForeignSpecification
from contracts.traffic import Exchange

ADDRESS = {
    "type": "object",
    "required": ["city"],
    "additionalProperties": False,
    "properties": {"city": {"type": "string"}, "floor": {"type": "integer", "nullable": True}},
}
PERSON = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        "address": {"$ref": "shared.yaml#/Address"},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
    },
}
ONE = {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "People", "version": "1"},
    "servers": [{"url": "https://people.example.com/v2"}],
    "paths": {
        "/people/{id}": {
            "parameters": [
                {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}}
            ],
            "put": {
                "security": [{"key": ["people.write"]}],
                "requestBody": {"required": True, "content": ONE},
                "responses": {"200": {"description": "as kept", "content": ONE}},
            },
        },
        "/people/me": {
            "get": {"deprecated": True, "responses": {"2XX": {"description": "fine"}}}
        },
        "/people": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "limit", "required": True,
                     "schema": {"type": "integer", "maximum": 9}},
                    {"in": "query", "name": "id",
                     "schema": {"type": "array", "items": {"type": "integer"}}},
                ],
                "responses": {
                    "200": {
                        "description": "all",
                        "headers": {"X-Total": {"required": True, "schema": {"type": "string"}}},
                    }
                },
            }
        },
    },
    "components": {"schemas": {"Person": PERSON}},
}  # fmt: skip


@pytest.fixture
def people(tmp_path: Path) -> ForeignSpecification:
    (tmp_path / "shared.yaml").write_text(yaml.safe_dump({"Address": ADDRESS}), encoding="utf-8")
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump(OPENAPI), encoding="utf-8")
    return ForeignSpecification(path)


def put(sent: str, status: int = 200, answered: str = '{"name":"Ana"}', at: str = "7") -> Exchange:
    kind = {"Content-Type": "application/json"}
    path = f"/v2/people/{at}"
    return Exchange("PUT", path, (), kind, sent.encode(), status, kind, answered.encode())


def listed(*query: tuple[str, str], **headers: str) -> Exchange:
    return Exchange("GET", "/people", query, {}, b"", 200, headers, b"")


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (put('{"name":"Ana","age":3,"address":{"city":"Detroit","floor":null}}'), []),
        (put('{"fullname":"Ana"}'), ["request body.fullname", "request body.name"]),
        (put('{"name":7}'), ["request body.name"]),
        (put('{"name":"Ana","age":0}'), ["request body.age"]),
        (put('{"name":"Ana","address":{}}'), ["request body.address.city"]),
        (put('{"name":"Ana","friends":[{"name":"Ben"},{}]}'), ["request body.friends[1].name"]),
        (put("{"), ["request body"]),
        (put(""), ["request body"]),
        (put('{"name":"Ana"}', at="x"), ["request path.id"]),
        (put('{"name":"Ana"}', answered="[]"), ["response body"]),
        (put('{"name":"Ana"}', status=201), ["response status"]),
        (listed(("limit", "3"), ("id", "1"), ("id", "2"), **{"X-Total": "2"}), []),
        (listed(("limit", "3"), ("id", "1,2"), **{"X-Total": "2"}), []),
        (listed(("limit", "10"), **{"X-Total": "2"}), ["request query.limit"]),
        (listed(("limit", "ten"), ("id", "x"), **{"X-Total": "2"}),
         ["request query.limit", "request query.id[0]"]),
        (listed(), ["request query.limit", "response headers.x-total"]),
        (Exchange("GET", "/v2/people/me", (), {}, b"", 204, {}, b""), []),
        (Exchange("GET", "/cats", (), {}, b"", 204, {}, b""), ["request path"]),
    ],
)  # fmt: skip
def test_each_breach_is_found_and_no_other(
    people: ForeignSpecification, exchange: Exchange, expected: list[str]
) -> None:
    found = people.check(exchange)

    assert [f"{each.side} {each.property}" for each in found] == expected


def test_what_a_client_needs_is_told_and_what_it_likely_meant(people: ForeignSpecification) -> None:
    exchanges = [
        put('{"name":"Ana","adress":{"city":"Detroit"}}'),
        Exchange("GET", "/people/me", (), {}, b"", 200, {}, b""),
    ]

    consumption = judge_requests(exchanges, people, frozenset({"people.read"}))

    assert consumption.permissions == {"people.write"}
    assert [each.says for each in consumption.findings] == [
        'PUT /people/{id} request: body.adress is {"city":"Detroit"}; documented: no such member; '
        "probably address was meant",
        "PUT /people/{id} needs the permission people.write, which it should not have",
        "GET /people/me is deprecated",
    ]


def test_swagger_2_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    body = {"in": "body", "name": "person", "required": True, "schema": {"$ref": "#/definitions/P"}}
    swagger = {
        "swagger": "2.0", "info": {"title": "People", "version": "1"}, "basePath": "/v2",
        "paths": {"/people/{id}": {"put": {
            "parameters": [body, {"in": "path", "name": "id", "required": True, "type": "integer"}],
            "responses": {"200": {"description": "as kept"}},
        }}},
        "definitions": {"P": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(swagger), encoding="utf-8")

    found = ForeignSpecification(path).check(put('{"name":7}', at="x"))

    assert [each.property for each in found] == ["path.id", "body.name"]


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text('{"openapi": "3.1.0",}', encoding="utf-8")

    with pytest.raises(BadDocument, match=r"people.json:1:\d+"):
        ForeignSpecification(path)


def with_person(folder: Path, schema: Any, version: str = "3.1.0") -> ForeignSpecification:
    """A description in which whoever is put has this schema."""
    content = {"application/json": {"schema": schema}}
    headers = {"X-Left": {"schema": {"type": "integer"}}}
    responses = {"200": {"description": "kept", "headers": headers}, "4xx": {"description": "not"}}
    put = {"requestBody": {"content": content}, "responses": responses}
    document = {"openapi": version, "paths": {"/v2/people/{id}": {"put": put}}}
    path = folder / "person.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return ForeignSpecification(path)


@pytest.mark.parametrize(
    ("schema", "sent", "expected"),
    [
        ({"properties": {"7": {"type": "string"}}}, '{"7":1}', "string"),
        ({"properties": {"enum": {"type": "string"}}}, '{"enum":1}', "string"),
        ({"properties": {"$ref": {"type": "string"}}}, '{"$ref":1}', "string"),
        ({"enum": [{"$ref": "#/nowhere"}]}, "1", 'one of {"$ref":"#/nowhere"}'),
        (False, "1", "not {}"),
    ],
    ids=["a number", "a keyword", "a reference", "a reference that is a value", "nothing at all"],
)
def test_odd_schemas_are_understood(tmp_path: Path, schema: Any, sent: str, expected: str) -> None:
    found = with_person(tmp_path, schema).check(put(sent, answered=""))

    assert [each.documented for each in found if each.side == "request"] == [expected]


def test_a_file_of_swagger_may_hold_anything(tmp_path: Path) -> None:
    assert with_person(tmp_path, {"type": "file"}).check(put("[1]")) == []


@pytest.mark.parametrize("schema", [{"type": "texts"}, {"pattern": "(?<=a"}, {"$ref": "#/none"}])
def test_what_is_no_schema_is_refused_with_its_operation(tmp_path: Path, schema: Any) -> None:
    with pytest.raises(BadDocument, match=r"^PUT /v2/people/\{id\}: .*person.yaml"):
        with_person(tmp_path, schema)


def test_null_is_taken_only_where_openapi_3_0_says_nullable(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"enum": ["x"], "nullable": True}, "b": {"type": "string"}}}
    people = with_person(tmp_path, schema, "3.0.3")

    assert people.check(put('{"a":null}')) == []
    assert [each.property for each in people.check(put('{"b":null}'))] == ["body.b"]


def test_a_header_of_an_answer_has_its_type_and_statuses_their_hundred(tmp_path: Path) -> None:
    people = with_person(tmp_path, {})
    kind = {"Content-Type": "application/json"}

    def answered(status: int, left: str) -> list[str]:
        headers = {**kind, "X-Left": left}
        told = Exchange("PUT", "/v2/people/7", (), kind, b"1", status, headers, b"")
        return [f"{each.property} {each.received}" for each in people.check(told)]

    assert answered(200, "3") == []
    assert answered(200, "few") == ['headers.x-left "few"']
    assert answered(404, "few") == []
    assert answered(500, "3") == ["status 500"]
