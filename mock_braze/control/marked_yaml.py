"""YAML, and so JSON, whose values know their place in the text.

Plain scalars are read as JSON and YAML 1.2 have them: `true`, `null` and numbers are special, and
all else is text. So `+13135551212`, `YES`, `no` and `2026-01-05` mean what they say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]

_PLAIN = (
    ("tag:yaml.org,2002:null", re.compile(r"~|null|"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf")),
    ("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,17})"), list("-0123456789")),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?"),
        list("-0123456789"),
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text, from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Marked:
    """A document with the place of each of its values."""

    value: Any
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        """That of a value, or of what should hold it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


class BadYaml(ValueError):
    """Text that cannot be read; `problems` holds every reason with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """Without aliases, which could make a small file an enormous one."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012  the library's own form

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read here", problem_mark=mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern.pattern})\Z"), _first)


def read_marked(text: str) -> Marked:
    """The one document in a text.

    Raises:
        BadYaml: it is no YAML, or names something twice in one object.
    """
    try:
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = "" if mark is None else f"{Place(mark.line + 1, mark.column + 1)}: "
        raise BadYaml([f"{place}this is no YAML: {error.problem or error.context}"]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadYaml([f"this is no YAML: {error}".splitlines()[0]]) from None
    if node is None:
        raise BadYaml(["line 1, column 1: the file is empty"])
    places: dict[Path, Place] = {}
    problems: list[str] = []
    value = _read(node, (), places, problems)
    if problems:
        raise BadYaml(problems)
    return Marked(value, places)


def _read(node: yaml.Node, path: Path, places: dict[Path, Place], problems: list[str]) -> Any:
    places[path] = _place(node)
    if isinstance(node, yaml.SequenceNode):
        return [
            _read(each, (*path, index), places, problems) for index, each in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        return dict(_members(node, path, places, problems))
    constructor = yaml.SafeLoader("")
    try:
        value = constructor.construct_object(node)
        return _paired(value) if isinstance(value, str) else value
    except (yaml.YAMLError, ValueError) as error:
        problems.append(f"{_place(node)}: {error}".splitlines()[0])
        return None


def _members(
    node: yaml.MappingNode, path: Path, places: dict[Path, Place], problems: list[str]
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, Place] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"{_place(key)}: the name of a member must be text")
            continue
        try:
            name = _paired(key.value)
        except ValueError as error:
            problems.append(f"{_place(key)}: {error}")
            continue
        if name in seen:
            problems.append(f"{_place(key)}: {name!r} stands here again; first at {seen[name]}")
        seen[name] = _place(key)
        yield name, _read(value, (*path, name), places, problems)


def _paired(text: str) -> str:
    """JSON writes a character beyond the first 65,536 as two escapes, which YAML leaves apart."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ValueError("this holds half of a pair of escapes such as \\ud83d\\ude00") from None


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
