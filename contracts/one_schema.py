"""A schema of a description as a shape: what it refers to, in whatever file, lies beside it."""

from functools import cached_property
from typing import Any

import jsonschema_rs

from contracts.documents import BadDocument, Document, Node
from contracts.specification import Shape

LITERAL = ("enum", "const", "default", "example", "examples")  # values, and no schemas


class EarlyShape(Shape):
    """A schema from before OpenAPI 3.1, which are of an early draft."""

    @cached_property
    def _validator(self) -> Any:
        return jsonschema_rs.Draft4Validator(self.schema)


def shape_of(document: Document, node: Node) -> Shape:
    """The schema with what it refers to, and `nullable` of OpenAPI 3.0 as a type.

    Raises:
        BadDocument: a reference leads nowhere, or this is no schema.
    """
    gathering = _Gathering(document)
    schema = gathering.top(node)
    is_early = not str(document.root.value.get("openapi", "")).startswith("3.1")
    shape = (EarlyShape if is_early else Shape)(schema, {"parts": gathering.parts})
    try:
        shape.accepts(None)
    except ValueError as error:
        raise BadDocument([f"{node.file}: a schema cannot be used: {error}"]) from error
    return shape


class _Gathering:
    """Gathers what is referred to, each part once, so that a schema may contain itself."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts: dict[str, Any] = {}
        self.names: dict[int, str] = {}

    def top(self, node: Node) -> dict[str, Any]:
        made = self._schema(node)
        if isinstance(made, dict):
            return {"allOf": [made]} if "$ref" in made else made
        return {"not": {}} if made is False else {}

    def _schema(self, node: Node) -> Any:
        value = node.value
        if isinstance(value, list):
            return [self._schema(Node(each, node.file)) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("type") == "file":  # Swagger 2.0; it says nothing of what is in it
            return {}
        if isinstance(value.get("$ref"), str):
            beside = {name: each for name, each in value.items() if name != "$ref"}
            reference = {"$ref": f"#/components/parts/{self._part(node)}"}
            if not beside:
                return reference
            return {"allOf": [reference, self._schema(Node(beside, node.file))]}
        made = {
            str(name): each if name in LITERAL else self._named(name, Node(each, node.file))
            for name, each in value.items()
        }
        return _with_null(made) if value.get("nullable") is True else made

    def _named(self, keyword: Any, node: Node) -> Any:
        """`properties` holds schemas by names, which are no keywords."""
        if keyword in ("properties", "patternProperties", "$defs", "definitions"):
            held = node.value if isinstance(node.value, dict) else {}
            return {str(name): self._schema(Node(each, node.file)) for name, each in held.items()}
        return self._schema(node)

    def _part(self, node: Node) -> str:
        found = self.document.resolved(node)
        key = id(found.value)
        if key not in self.names:
            self.names[key] = f"part{len(self.names)}"
            self.parts[self.names[key]] = self._schema(found)
        return self.names[key]


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, which takes null too."""
    but = {name: each for name, each in schema.items() if name != "nullable"}
    return {"anyOf": [but, {"enum": [None]}]}
