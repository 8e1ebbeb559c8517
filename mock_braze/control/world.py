"""A world to begin with, from a YAML or JSON file.

Each part of the file is what a call of the control plane takes, and is made by that call: there is
one way to make a thing, and a replay of the journal makes it again.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

import jsonschema_rs
from flask import Blueprint, current_app, request

from mock_braze.control.calls import BadControl, selected_workspace
from mock_braze.control.marked_yaml import BadYaml, Marked, Path, read_marked
from mock_braze.domain.calendar import CannotMove
from mock_braze.domain.dates import read_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.workspace import Workspace

blueprint = Blueprint("world", __name__, url_prefix="/world")
LARGEST_WORLD = 256 * 1024**2  # bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A member of the file, and the call that takes it: whole, or item by item."""

    name: str
    method: str
    item_by_item: bool = False


# In the order of making: what is named by another comes before it.
PARTS = (
    Part("dials", "PATCH"),
    Part("rate_limits", "PATCH"),
    Part("api_keys", "POST", item_by_item=True),
    Part("subscription_groups", "POST", item_by_item=True),
    Part("custom_attributes", "PUT", item_by_item=True),
    Part("profiles", "POST", item_by_item=True),
    Part("segments", "POST", item_by_item=True),
    Part("campaigns", "POST", item_by_item=True),
    Part("canvases", "POST", item_by_item=True),
    Part("content_blocks", "POST", item_by_item=True),
    Part("email_templates", "POST", item_by_item=True),
    Part("blocked_users", "PUT"),
    Part("webhook_templates", "POST", item_by_item=True),
    Part("webhook_targets", "PUT"),
)


@blueprint.post("")
def begin() -> dict[str, Any]:
    """The workspace begins anew as the file in the body says; it keeps its keys."""
    request.max_content_length = LARGEST_WORLD
    workspace = selected_workspace()
    try:
        told = read_marked(request.get_data().decode())
    except UnicodeDecodeError as error:
        raise BadControl(400, [f"the file is not UTF-8: {error}"]) from None
    except BadYaml as bad:
        raise BadControl(400, bad.problems) from None
    problems = list(_misfits(told))
    if problems:
        raise BadControl(400, problems)
    with workspace.lock:
        before = workspace.snapshot()
        problems = [*_restart(workspace, told), *_made(workspace, told)]
        if problems:
            workspace.restore(before)
            raise BadControl(400, problems)
        return {
            "workspace": workspace.name,
            **{part.name: len(told.value[part.name]) for part in PARTS if part.name in told.value},
        }


@cache
def _schema_document() -> Any:
    return json.loads(files("mock_braze").joinpath("world.schema.json").read_bytes())


@cache
def _schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema_document())


def _misfits(told: Marked) -> Iterator[str]:
    for error in _schema().iter_errors(told.value):
        path = tuple(error.instance_path)
        unknown = getattr(error.kind, "unexpected", None)
        if unknown is None:
            yield _problem(told, path, str(error.message))
            continue
        there_are = ", ".join(_members_at(error.schema_path))
        for name in unknown:
            says = f"there is no member {name!r}; there are {there_are}"
            yield _problem(told, (*path, name), says)


def _members_at(path: Sequence[str | int]) -> Mapping[str, Any]:
    """The members that an object may have, by the path of the rule in the schema it breaks."""
    place = _schema_document()
    for step in path[:-1]:
        if step == "$ref":
            place = _schema_document()["$defs"][place["$ref"].rpartition("/")[2]]
        else:
            place = place[step]
    return cast(Mapping[str, Any], place["properties"])


def _problem(told: Marked, path: Path, says: str) -> str:
    dotted = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return f"{told.place(path)}: {dotted.lstrip('.') or 'the file'}: {says}"


def _restart(workspace: Workspace, told: Marked) -> Iterator[str]:
    start = told.value.get("start")
    moment = None if start is None else read_time(start)
    if start is not None and moment is None:
        yield _problem(told, ("start",), f"this must be an ISO 8601 time, not {shown(start)}")
    try:
        workspace.begin(told.value.get("seed"), moment)
    except CannotMove as problem:
        yield _problem(told, ("start",), str(problem))


def _made(workspace: Workspace, told: Marked) -> Iterator[str]:
    for part in PARTS:
        if part.name not in told.value:
            continue
        value, path = told.value[part.name], (part.name,)
        items = enumerate(value) if part.item_by_item else [(None, value)]
        for index, item in items:
            for says in _call(workspace, part, item):
                whose = path if index is None else (*path, index)
                yield _problem(told, (*whose, *_named_in(says)), says)


def _call(workspace: Workspace, part: Part, body: Mapping[str, Any]) -> list[str]:
    """Make one call of the control plane within this one; what it finds wrong."""
    headers = {"Authorization": request.headers.get("Authorization", "")}
    answer = current_app.test_client().open(
        f"/control/{part.name}",
        method=part.method,
        query_string={"workspace": workspace.name},
        json=body,
        headers=headers,
    )
    return [] if answer.status_code < 400 else cast(list[str], answer.get_json()["problems"])


def _named_in(problem: str) -> Path:
    """The path of the member that a problem is about, if it names one."""
    quoted = re.search(r"'([^']+)'", problem)
    if quoted is None:
        return ()
    steps = re.findall(r"[^.\[\]]+", quoted[1])
    return tuple(int(each) if each.isdecimal() else each for each in steps)
