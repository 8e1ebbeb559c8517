"""Two API descriptions against each other, whatever form each is in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.diff import changes_between
from contracts.documents import BadDocument, Document
from contracts.specification import BRAZE
from contracts.surface import surface_of

STRING: Mapping[str, Any] = {"type": "string"}
EMAIL: Mapping[str, Any] = {
    "type": "object", "properties": {"email": STRING}, "required": ["email"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def document(name: str, value: Any) -> Document:
    text = json.dumps(value) if name.endswith("json") else yaml.safe_dump(value)
    Path(name).write_text(text, encoding="utf-8")
    return Document(Path(name).resolve())


def openapi(operation: Mapping[str, Any], version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "paths": {"/people": {"post": operation}}, **more}


def body(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def told(old: Document, new: Document, view: str = "consumer") -> list[tuple[str, bool]]:
    return [(str(each), each.breaks(view)) for each in changes_between(old, new)]  # type: ignore[arg-type]


def test_a_description_has_not_changed_from_itself() -> None:
    assert changes_between(Document(BRAZE), Document(BRAZE)) == []


def test_less_taken_and_more_answered_break_consumers_and_the_opposite_providers() -> None:
    old = document(
        "old.yaml",
        openapi({"requestBody": body(EMAIL), "responses": {"200": body({"enum": ["a", "b"]})}}),
    )
    new = document(
        "new.yaml",
        openapi(
            {
                "requestBody": body({**EMAIL, "required": ["email", "phone"]}),
                "responses": {"200": body({"enum": ["b", "c"]}), "202": {}, "429": {}},
            }
        ),
    )

    post = "POST /people:"
    assert told(old, new) == [
        (f"{post} request body.phone is required now", True),
        (f'{post} response 200 body may no longer be "a"', False),
        (f'{post} response 200 body may now be "c"', True),
        (f"{post} response status may now be 202", True),
        (f"{post} response status may now be 429", False),
    ]
    assert [breaks for _, breaks in told(old, new, "provider")] == [
        False, True, False, False, False,
    ]  # fmt: skip


def test_operations_parameters_headers_and_scopes_are_compared() -> None:
    def with_phone(**more: Any) -> dict[str, Any]:
        phone = {"in": "query", "name": "phone", "schema": STRING, **more}
        return {"parameters": [phone], "responses": {}}

    header = {"responses": {"200": {"headers": {"Etag": {"required": True, "schema": STRING}}}}}
    old = document("old.json", openapi({**with_phone(), **header, "security": [{"key": ["read"]}]}))
    paths = {
        "/people": {"post": {**with_phone(required=True), "security": [{"key": ["write"]}],
                             "responses": {"200": {}}, "deprecated": True}},
        "/people/{id}": {"get": {}},
    }  # fmt: skip
    new = document("new.json", {"openapi": "3.1.0", "paths": paths})

    post = "POST /people:"
    assert told(old, new) == [
        (f"{post} is deprecated", False),
        (f"{post} request security needs key:write now", True),
        (f"{post} request security needs key:read no longer", False),
        (f"{post} request query.phone is required now", True),
        (f"{post} response 200 header.etag is gone", True),
        ("GET /people/{id}: is a new operation", False),
    ]
    assert ("POST /people: is no operation any more", True) in told(
        old, document("none.json", {"openapi": "3.1.0", "paths": {}})
    )


def test_swagger_2_and_openapi_3_of_the_same_api_have_no_differences() -> None:
    swagger = {
        "swagger": "2.0",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "definitions": {"Person": EMAIL},
        "paths": {
            "/people": {
                "post": {
                    "parameters": [
                        {"in": "body", "name": "person", "required": True,
                         "schema": {"$ref": "#/definitions/Person"}},
                        {"in": "query", "name": "page", "type": "integer"},
                    ],
                    "responses": {200: {"schema": {"$ref": "#/definitions/Person"}}},
                }
            }
        },
    }  # fmt: skip
    page = {"in": "query", "name": "page", "schema": {"type": "integer"}}
    three = openapi(
        {
            "parameters": [page],
            "requestBody": {"required": True, **body(EMAIL)},
            "responses": {"200": body(EMAIL)},
        }
    )

    assert told(document("old.yaml", swagger), document("new.yaml", three)) == []


def test_null_is_the_same_in_openapi_3_0_and_3_1() -> None:
    old = openapi({"requestBody": body({"type": "string", "nullable": True})}, "3.0.3")
    new = openapi({"requestBody": body({"type": ["string", "null"]})})

    assert told(document("old.yaml", old), document("new.yaml", new)) == []


def test_references_lead_through_files_and_may_be_circular() -> None:
    person = {**EMAIL, "properties": {"email": STRING, "friend": {"$ref": "person.json"}}}
    document("person.json", person)
    Path("more").mkdir()
    members = {"email": {"type": "integer"}, "friend": {"$ref": "person.json"}}
    document("more/person.json", {**person, "properties": members})
    old = document("old.yaml", openapi({"requestBody": body({"$ref": "person.json"})}))
    new = document("more/new.yaml", openapi({"requestBody": body({"$ref": "person.json"})}))

    assert [each for each, breaks in told(old, new) if breaks] == [
        "POST /people: request body.email may no longer be string"
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", '{"openapi": "3.1.0", "paths": {"/a": {},}}', ":1:41, at '"),
        ("a.json", '{"openapi": "3.1.0", "paths": {"/a": {},}}', "remove ,"),
        ("a.yaml", "openapi: 3.1.0\npaths: {/a: {get: [1}\n", ":2:21, at 'paths: {/a"),
        ("a.yaml", "openapi: 3.1.0\npaths:\n\t/a: {}\n", ":3:1, at '/a: {}': no YAML"),
        ("a.yaml", "just words", "no API description: the top must be a mapping"),
        ("a.yaml", "info: {}", "it must say `openapi: 3.…` or `swagger: '2.0'`"),
        ("a.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: b.yaml}}", "b.yaml cannot be read"),
        (
            "a.yaml",
            "openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {$ref: '#/x'}}}}}",
            "GET /a: ",
        ),
        ("a.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}}", "refers to itself"),
        ("a.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: 'https://x/y'}}", "nothing is fetched"),
    ],
)
def test_what_is_no_description_is_refused_with_its_place(name: str, text: str, says: str) -> None:
    Path(name).write_text(text, encoding="utf-8")

    with pytest.raises(BadDocument) as refused:
        surface_of(Document(Path(name).resolve()))

    assert says in str(refused.value)


def test_a_file_that_is_missing_or_no_text_is_refused() -> None:
    Path("binary.yaml").write_bytes(b"caf\xe9")

    for name, says in (("none.yaml", "No such file"), ("binary.yaml", "no UTF-8 from byte 3 on")):
        with pytest.raises(BadDocument, match=says):
            surface_of(Document(Path(name)))
