"""API descriptions as files: YAML or JSON, in one piece or in several that refer to each other."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import yaml

from contracts.samples.repairing import smallest_repair

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadDocument(ValueError):
    """A file is no API description; `problems` says of each thing where and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Node(NamedTuple):
    """A part of a description and the file it is in, to which its references are relative."""

    value: Any
    file: Path


class Document:
    """A description with every file it refers to; files are read when first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[Path, Any] = {}

    @cached_property
    def root(self) -> Node:
        """The whole of the first file.

        Raises:
            BadDocument: it cannot be read, or is no OpenAPI or Swagger.
        """
        value = self._file(self.path)
        if not isinstance(value, dict) or not isinstance(value.get("paths", {}), dict):
            raise BadDocument([f"{self.path}: no API description: the top must be a mapping"])
        if not {"openapi", "swagger"} & value.keys():
            says = "no API description: it must say `openapi: 3.…` or `swagger: '2.0'`"
            raise BadDocument([f"{self.path}: {says}"])
        return Node(value, self.path)

    @property
    def is_swagger(self) -> bool:
        """Whether this is Swagger 2.0, the form before OpenAPI 3."""
        return "swagger" in self.root.value

    def resolved(self, node: Node) -> Node:
        """What a node is once its references are followed.

        Raises:
            BadDocument: a reference leads nowhere, or in a circle.
        """
        followed = []
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            reference = node.value["$ref"]
            if reference in followed:
                raise BadDocument([f"{node.file}: {reference} refers to itself"])
            followed.append(reference)
            node = self._at(reference, node.file)
        return node

    def _at(self, reference: str, base: Path) -> Node:
        file, _, pointer = reference.partition("#")
        if "://" in file:
            raise BadDocument([f"{base}: {reference} is on another host; nothing is fetched"])
        path = (base.parent / unquote(file)).resolve() if file else base
        value = self._file(path)
        for step in pointer.strip("/").split("/") if pointer.strip("/") else []:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            elif isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, dict) and name.isdecimal() and int(name) in value:
                value = value[int(name)]  # YAML reads the status 200 as a number
            else:
                raise BadDocument([f"{base}: {reference} leads nowhere: there is no {name!r}"])
        return Node(value, path)

    def _file(self, path: Path) -> Any:
        if path not in self._files:
            self._files[path] = read_yaml_or_json(path)
        return self._files[path]


def read_yaml_or_json(path: Path) -> Any:
    """The value in a file.

    Raises:
        BadDocument: it cannot be read or is neither, with line, column and what stands there.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise BadDocument([f"{path} cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise BadDocument([f"{path} is no UTF-8 from byte {error.start} on"]) from error
    if text.lstrip().startswith(("{", "[")):
        return _json(path, text)
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _where(text, mark.line, mark.column) if mark else ""
        raise BadDocument([f"{path}{where}: no YAML: {error.problem or error.context}"]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadDocument([f"{path}: no YAML: {error}"]) from error


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = _where(text, error.lineno - 1, error.colno - 1)
        advice = "".join(f"; {each}" for each in (smallest_repair(text) or ())[:1])
        raise BadDocument([f"{path}{where}: no JSON: {error.msg}{advice}"]) from error
    except RecursionError as error:
        raise BadDocument([f"{path}: no JSON that can be read: nested too deeply"]) from error


def _where(text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    written = lines[line].strip() if line < len(lines) else ""
    return f":{line + 1}:{column + 1}, at {written[:60]!r}"


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is a mapping, else an empty one; names that YAML reads as numbers are text."""
    return {str(name): each for name, each in value.items()} if isinstance(value, dict) else {}
