"""Specification: an OpenAPI description with its schemas, ready to judge bodies and headers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from contracts.breaches import Breach, breaches_in

ROOM = Path(__file__).parent
BRAZE = ROOM / "openapi" / "braze.yaml"
QUIKLY = ROOM / "openapi" / "quikly.yaml"
CONTROL = ROOM / "openapi" / "control.yaml"
JSON_TYPE = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")

_NO_ETAG = {
    "not": {},
    "description": "an Etag on 200 and 201 only",
    "x-fact": "etag-is-body-hash",
}


class Shape:
    """A schema that judges values; compiled when first asked."""

    def __init__(self, schema: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        self.schema = {**schema, "components": components}

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self.schema)

    def accepts(self, value: object) -> bool:
        """Whether `value` breaks no rule; far cheaper than listing the breaches."""
        return self._validator.is_valid(value)

    def breaches(self, value: object, name: str) -> Iterator[Breach]:
        """Every rule that `value` breaks, each path beginning with `name`."""
        if not self.accepts(value):
            for error in self._validator.iter_errors(value):
                yield from breaches_in(error, self.schema, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one status promises: headers, and a body for each content type; none means any body."""

    headers: Shape
    bodies: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: what a request may hold, what it must hold, and what may come back."""

    method: str
    path: str
    permissions: frozenset[str]
    body: Shape | None
    query: Shape
    minimum: Shape
    answers: Mapping[str, Answer]
    deprecated: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def answer(self, status: int) -> Answer | None:
        """What `status` promises, or None if it is not documented."""
        return self.answers.get(str(status)) or self.answers.get(f"{status // 100}XX")


class Specification:
    """An OpenAPI file with everything it refers to; read when first used."""

    def __init__(self, path: Path = BRAZE) -> None:
        self.path = path
        self._operations: dict[tuple[str, str], Operation] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The description in one piece: the schema files are among its components."""
        document = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for file in sorted((self.path.parent.parent / "schemas").glob("*.json")):
            schema = json.loads(file.read_text(encoding="utf-8"))
            schema.pop("$schema")
            schemas[file.stem] = _with_local_references(schema, file.stem)
        bundled: dict[str, Any] = _with_local_references(document, "")
        return bundled

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the file."""
        return tuple(
            self._compiled(method.upper(), path)
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        )

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation behind a call, or None if the contract has none."""
        found = self._operations.get((method, path))
        if found is None and method.lower() in self.document["paths"].get(path, ()):
            found = self._compiled(method, path)
        return found

    def _compiled(self, method: str, path: str) -> Operation:
        key = (method, path)
        if key not in self._operations:
            item = self.document["paths"][path][method.lower()]
            content = item.get("requestBody", {}).get("content", {})
            self._operations[key] = Operation(
                method,
                path,
                frozenset(
                    scope
                    for requirement in item.get("security", ())
                    for scopes in requirement.values()
                    for scope in scopes
                ),
                self._shape(content[JSON_TYPE]["schema"]) if content else None,
                self._shape(item.get("x-query", {"maxProperties": 0})),
                self._shape(item.get("x-refused-unless", {})),
                {
                    status: self._answer(status, self.resolved(response))
                    for status, response in item["responses"].items()
                },
                bool(item.get("deprecated")),
            )
        return self._operations[key]

    def _answer(self, status: str, response: Mapping[str, Any]) -> Answer:
        content = response.get("content", {})
        bodies = {kind: self._shape(media["schema"]) for kind, media in content.items()}
        return Answer(self._headers(status, response), bodies if set(bodies) == {JSON_TYPE} else {})

    def _headers(self, status: str, response: Mapping[str, Any]) -> Shape:
        documented = {
            name.lower(): self.resolved(header)
            for name, header in response.get("headers", {}).items()
        }
        properties = {name: header["schema"] for name, header in documented.items()}
        if status.startswith("4") or status == "202":
            properties["etag"] = _NO_ETAG
        required = [name for name, header in documented.items() if header.get("required")]
        rules = {"properties": properties, "required": required}
        return self._shape({"allOf": [rules, response.get("x-header-rules", {})]})

    def resolved(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """What `item` refers to, or itself."""
        while "$ref" in item:
            item = _at(self.document, item["$ref"].removeprefix("#/").split("/"))
        return item

    def _shape(self, schema: Mapping[str, Any]) -> Shape:
        return Shape(schema, self.document["components"])


def _with_local_references(value: Any, file: str) -> Any:
    """`value` with references between files turned into references inside the document."""
    if isinstance(value, list):
        return [_with_local_references(each, file) for each in value]
    if not isinstance(value, dict):
        return value
    result = {name: _with_local_references(each, file) for name, each in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str):
        result["$ref"] = _local_reference(reference, file)
    return result


def _local_reference(reference: str, file: str) -> str:
    if reference.startswith("#/components/"):
        return reference
    if reference.startswith("#"):
        return f"#/components/schemas/{file}{reference.removeprefix('#')}"
    return f"#/components/schemas/{Path(reference).stem}"


def _at(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        value = value[step]
    return value
