"""Surface: the operations of a description in one form, be it Swagger 2.0, OpenAPI 3.0 or 3.1."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.documents import BadDocument, Document, Node, mapping

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value outside the body; `where` is `query`, `path`, `header` or `cookie`."""

    where: str
    name: str
    required: bool
    schema: Node


@dataclass(frozen=True, slots=True)
class Answer:
    """What a status may bring: headers by lower-case name, a body for each media type."""

    headers: Mapping[str, Parameter]
    bodies: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of a surface."""

    name: str
    parameters: Mapping[tuple[str, str], Parameter]
    bodies: Mapping[str, Node]
    body_required: bool
    answers: Mapping[str, Answer]
    scopes: frozenset[str] = field(default_factory=frozenset)
    deprecated: bool = False


def surface_of(document: Document) -> dict[str, Endpoint]:
    """The operations by name, such as `POST /users/track`, in the order of the file.

    Raises:
        BadDocument: with every operation that cannot be read.
    """
    endpoints: dict[str, Endpoint] = {}
    problems: list[str] = []
    for path, item in mapping(document.root.value.get("paths")).items():
        try:
            node = document.resolved(Node(item, document.root.file))
        except BadDocument as error:
            problems += error.problems
            continue
        for method in METHODS:
            if not isinstance(mapping(node.value).get(method), dict):
                continue
            name = f"{method.upper()} {path}"
            try:
                endpoints[name] = _endpoint(document, name, node, method)
            except BadDocument as error:
                problems += [f"{name}: {each}" for each in error.problems]
    if problems:
        raise BadDocument(problems)
    return endpoints


def _endpoint(document: Document, name: str, item: Node, method: str) -> Endpoint:
    operation: Mapping[str, Any] = item.value[method]
    given = [*_listed(item.value.get("parameters")), *_listed(operation.get("parameters"))]
    resolved = [document.resolved(Node(each, item.file)) for each in given]
    parameters = {}
    bodies: dict[str, Node] = {}
    form: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    body_required = False
    for each in resolved:
        members = mapping(each.value)
        where, called = str(members.get("in", "")), str(members.get("name", ""))
        if where == "body":  # Swagger 2.0
            body_required = bool(members.get("required"))
            for media in _consumed(document, operation):
                bodies[media] = Node(members.get("schema", {}), each.file)
        elif where == "formData":  # Swagger 2.0
            form["properties"][called] = _plain_schema(members)
            form["required"] += [called] * bool(members.get("required"))
        else:
            key = called.lower() if where == "header" else called
            parameters[where, key] = _parameter(where, key, each)
    if form["properties"]:
        bodies["application/x-www-form-urlencoded"] = Node(form, item.file)
    if "requestBody" in operation:
        body = document.resolved(Node(operation["requestBody"], item.file))
        body_required = bool(mapping(body.value).get("required"))
        bodies |= _content(body)
    answers = {
        _family(status): _answer(document, document.resolved(Node(answer, item.file)), operation)
        for status, answer in mapping(operation.get("responses")).items()
        if not status.startswith("x-")
    }
    security = operation.get("security", document.root.value.get("security"))
    return Endpoint(
        name,
        parameters,
        bodies,
        body_required,
        answers,
        frozenset(_scopes(security)),
        bool(operation.get("deprecated")),
    )


def _family(status: str) -> str:
    """The statuses of one hundred are written `4XX`; some write `4xx`."""
    return status.upper() if status[1:].lower() == "xx" else status


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parameter(where: str, name: str, node: Node) -> Parameter:
    members = mapping(node.value)
    content = list(mapping(members.get("content")).values())
    schema = mapping(content[0]).get("schema", {}) if content else members.get("schema")
    if schema is None:  # Swagger 2.0 writes it beside the name
        schema = _plain_schema(members)
    required = bool(members.get("required")) or where == "path"
    return Parameter(where, name, required, Node(schema, node.file))


def _plain_schema(members: Mapping[str, Any]) -> dict[str, Any]:
    beside = ("name", "in", "required", "description", "collectionFormat", "allowEmptyValue")
    return {name: value for name, value in members.items() if name not in beside}


def _consumed(document: Document, operation: Mapping[str, Any]) -> list[str]:
    consumed = operation.get("consumes", document.root.value.get("consumes"))
    return _listed(consumed) or ["application/json"]


def _content(node: Node) -> dict[str, Node]:
    return {
        media: Node(mapping(each).get("schema", {}), node.file)
        for media, each in mapping(mapping(node.value).get("content")).items()
    }


def _answer(document: Document, node: Node, operation: Mapping[str, Any]) -> Answer:
    members = mapping(node.value)
    headers = {}
    for name, header in mapping(members.get("headers")).items():
        resolved = document.resolved(Node(header, node.file))
        headers[name.lower()] = _parameter("header", name.lower(), resolved)
    bodies = _content(node)
    if document.is_swagger and "schema" in members:
        produced = operation.get("produces", document.root.value.get("produces"))
        for media in _listed(produced) or ["application/json"]:
            bodies[media] = Node(members["schema"], node.file)
    return Answer(headers, bodies)


def _scopes(security: Any) -> Iterator[str]:
    for each in _listed(security):
        for scheme, scopes in mapping(each).items():
            yield scheme
            yield from (f"{scheme}:{scope}" for scope in _listed(scopes))
