"""Requests and answers against a description that is not ours, by what OpenAPI itself says."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from contracts.breaches import ABSENT, Breach, shown
from contracts.documents import BadDocument, Document, mapping
from contracts.one_schema import shape_of
from contracts.specification import Answer, Operation, Shape
from contracts.surface import Endpoint, Parameter, surface_of
from contracts.traffic import Exchange
from contracts.violations import Violation

PLACES = ("path", "query", "header")
_NO_SCHEMA: Mapping[str, Any] = {}


class ForeignSpecification:
    """Somebody's OpenAPI 3.1 or 3.0 or Swagger 2.0, ready to judge exchanges.

    Raises:
        BadDocument: it cannot be read, or holds what is no schema; with every problem.
    """

    def __init__(self, path: Path) -> None:
        self.document = Document(path.resolve())
        self.endpoints = surface_of(self.document)
        self._read: dict[str, _Judged] = {}
        problems: dict[str, None] = {}
        for name, endpoint in self.endpoints.items():
            try:
                self._read[name] = _Judged(self.document, endpoint)
            except BadDocument as bad:
                problems |= dict.fromkeys(f"{name}: {each}" for each in bad.problems)
        if problems:
            raise BadDocument(list(problems))

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], str]]:
        """Method, pattern of the path and name of each operation; plain paths come first."""
        named = [(*name.split(" ", 1), name) for name in self.endpoints]
        return [
            (method, re.compile(re.sub(r"\\\{([^{}/]+)\\\}", "([^/]+)", re.escape(path))), name)
            for method, path, name in sorted(named, key=lambda each: each[1].count("{"))
        ]

    @cached_property
    def _prefixes(self) -> list[str]:
        """What servers put before the paths; a server in a test may leave it out."""
        root = self.document.root.value
        urls = [mapping(each).get("url", "") for each in root.get("servers") or ()]
        told = [str(root.get("basePath", "")), *(urlsplit(str(each)).path for each in urls)]
        return [*{each.rstrip("/"): None for each in told if each.strip("/")}, ""]

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation behind a call, or None if the description has none."""
        found = self._found(method, path)
        return found[0].operation if found else None

    def check(self, exchange: Exchange) -> list[Violation]:
        """Every promise of the description that the request or the answer breaks."""
        found = self._found(exchange.method, exchange.path)
        if found is None:
            name = f"{exchange.method} {exchange.path}"
            words = "no such operation in this description"
            return [Violation(name, "request", "path", shown(exchange.path), words)]
        judged, in_path = found
        request = partial(Violation, judged.operation.name, "request")
        response = partial(Violation, judged.operation.name, "response")
        return [
            *(request(*breach) for breach in judged.request_breaches(exchange, in_path)),
            *(response(*breach) for breach in judged.response_breaches(exchange)),
        ]

    def _found(self, method: str, path: str) -> "tuple[_Judged, tuple[str, ...]] | None":
        for prefix in self._prefixes:
            if not path.startswith(prefix):
                continue
            for known, pattern, name in self._patterns:
                matched = pattern.fullmatch(path.removeprefix(prefix))
                if known == method and matched:
                    return self._read[name], matched.groups()
        return None


class _Judged:
    """One operation, with its schemas in one piece."""

    def __init__(self, document: Document, endpoint: Endpoint) -> None:
        method, _, path = endpoint.name.partition(" ")
        shape = partial(shape_of, document)
        self.endpoint = endpoint
        self.names_in_path = re.findall(r"\{([^{}/]+)\}", path)
        self.bodies = {media: shape(node) for media, node in endpoint.bodies.items()}
        self.parameters = {key: shape(each.schema) for key, each in endpoint.parameters.items()}
        self.operation = Operation(
            method,
            path,
            frozenset(scope.partition(":")[2] for scope in endpoint.scopes if ":" in scope),
            next((each for media, each in self.bodies.items() if _is_json(media)), None),
            Shape(_NO_SCHEMA, {}),
            Shape(_NO_SCHEMA, {}),
            {
                status: Answer(
                    Shape(_NO_SCHEMA, {}),
                    {media: shape(node) for media, node in answer.bodies.items()},
                )
                for status, answer in endpoint.answers.items()
            },
            endpoint.deprecated,
        )
        self.headers = {
            status: [(each, shape(each.schema)) for each in answer.headers.values()]
            for status, answer in endpoint.answers.items()
        }

    def request_breaches(self, exchange: Exchange, in_path: tuple[str, ...]) -> Iterator[Breach]:
        sent: dict[str, dict[str, list[str]]] = {place: {} for place in PLACES}
        for name, value in zip(self.names_in_path, map(unquote, in_path), strict=False):
            sent["path"][name] = [value]
        for name, value in exchange.query:
            sent["query"].setdefault(name, []).append(value)
        headers = {name.lower(): value for name, value in exchange.request_headers.items()}
        sent["header"] = {name: [value] for name, value in headers.items()}
        for (place, name), parameter in self.endpoint.parameters.items():
            if place in PLACES:
                shape = self.parameters[place, name]
                yield from _parameter(parameter, shape, sent[place].get(name), f"{place}.{name}")
        yield from self._body(exchange, headers.get("content-type", ""))

    def _body(self, exchange: Exchange, content_type: str) -> Iterator[Breach]:
        if not exchange.request_body:
            if self.endpoint.body_required:
                yield Breach("body", ABSENT, "required")
        elif self.bodies:
            words = " or ".join(self.bodies)
            yield from _content(self.bodies, content_type, exchange.request_body, words)

    def response_breaches(self, exchange: Exchange) -> Iterator[Breach]:
        answers, status = self.operation.answers, str(exchange.status)
        known = next(
            (each for each in (status, f"{status[0]}XX", "default") if each in answers), ""
        )
        if not known:
            yield Breach("status", status, f"one of {', '.join(answers)}")
            return
        answer = answers[known]
        headers = {name.lower(): value for name, value in exchange.response_headers.items()}
        for parameter, shape in self.headers[known]:
            values = [headers[parameter.name]] if parameter.name in headers else None
            yield from _parameter(parameter, shape, values, f"headers.{parameter.name}")
        if answer.bodies and exchange.response_body:
            told = headers.get("content-type", "")
            words = " or ".join(answer.bodies)
            yield from _content(answer.bodies, told, exchange.response_body, words)


def _parameter(
    parameter: Parameter, shape: Shape, values: list[str] | None, path: str
) -> Iterator[Breach]:
    if values is None:
        if parameter.required:
            yield Breach(path, ABSENT, "required")
        return
    readings = list(_readings(values))
    if not any(map(shape.accepts, readings)):
        # The reading that goes wrong deepest inside is the one that was meant.
        breaches = [list(shape.breaches(each, path)) for each in readings]
        yield from max(breaches, key=lambda found: len(found[0].property))


def _content(
    bodies: Mapping[str, Shape], content_type: str, raw: bytes, documented: str
) -> Iterator[Breach]:
    media = content_type.partition(";")[0].strip().lower()
    kinds = (media, f"{media.partition('/')[0]}/*", "*/*")
    shape = next((bodies[each] for each in kinds if each in bodies), None)
    if shape is None:
        received = shown(content_type) if content_type else ABSENT
        yield Breach("headers.content-type", received, documented)
    elif _is_json(media):
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            yield Breach("body", shown(raw[:200].decode(errors="replace")), "JSON in UTF-8")
            return
        yield from shape.breaches(body, "body")


def _readings(values: list[str]) -> Iterator[Any]:
    """What the texts of a parameter may stand for, the likeliest first."""
    if len(values) == 1:
        text = values[0]
        if re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?|true|false", text):
            yield orjson.loads(text) if not re.match(r"-?0\d", text) else text
        yield text
        values = text.split(",")
    yield [next(_readings([each])) if "," not in each else each for each in values]
    yield values


def _is_json(media: str) -> bool:
    return media == "application/json" or media.endswith("+json")
