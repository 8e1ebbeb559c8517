"""What every control call needs: its workspace, its members checked, its problems told."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import current_app, request

from mock_braze.domain.plain_values import shown
from mock_braze.domain.users.addresses import stored_phone
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import DEFAULT, Workspaces

WORKSPACES = "WORKSPACES"
WORKSPACE = "workspace"  # the name that every query may hold
LONGEST_NUMBER = 18  # digits

_View = TypeVar("_View", bound=Callable[..., object])
_NAMES: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "an array",
    dict: "an object",
}


class BadControl(Exception):
    """A control call that cannot be done; `problems` holds every reason."""

    def __init__(self, status: int, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.status = status
        self.problems = problems


def all_workspaces() -> Workspaces:
    """The workspaces of this server."""
    return cast(Workspaces, current_app.config[WORKSPACES])


def queries(*names: str) -> Callable[[_View], _View]:
    """Say which names the query of a call may hold, beside that of the workspace."""

    def with_queries(view: _View) -> _View:
        view.queries = names  # type: ignore[attr-defined]  # functions take any attribute
        return view

    return with_queries


def queries_of(view: Callable[..., object]) -> tuple[str, ...]:
    """The names that the query of a call may hold."""
    return (*getattr(view, "queries", ()), WORKSPACE)


def check_query() -> None:
    """See that the query of this request holds nothing that would be passed over.

    Raises:
        BadControl: with every unknown name.
    """
    known = queries_of(current_app.view_functions[request.endpoint or ""])
    unknown = [each for each in request.args if each not in known]
    if unknown:
        there_are = ", ".join(known)
        raise BadControl(
            400, [f"there is no {each!r} in this query; there are {there_are}" for each in unknown]
        )


def selected_workspace() -> Workspace:
    """The workspace in `?workspace=`, or the default one.

    Raises:
        BadControl: there is none of this name.
    """
    name = request.args.get(WORKSPACE, DEFAULT)
    workspace = all_workspaces().named(name)
    if workspace is None:
        names = ", ".join(each.name for each in all_workspaces())
        raise BadControl(404, [f"there is no workspace {name!r}; there are {names}"])
    return workspace


def body_members() -> dict[str, Any]:
    """The JSON object in the body; no body is an empty one.

    Raises:
        BadControl: it is no JSON object.
    """
    if not request.get_data(cache=True):
        return {}
    try:
        members = json.loads(request.get_data())
        json.dumps(members, ensure_ascii=False).encode()  # text that nobody could write again
    except UnicodeEncodeError:
        raise BadControl(
            400, ["a text in the body must be printable; it has half a character"]
        ) from None
    except json.JSONDecodeError as error:
        raise BadControl(400, [f"the body is not JSON: {error}"]) from None
    except (ValueError, RecursionError):
        raise BadControl(400, ["the body is not JSON"]) from None
    if not isinstance(members, dict):
        raise BadControl(
            400, [f"the body must be a JSON object, not {_NAMES.get(type(members), 'null')}"]
        )
    return members


def checked_members(types: Mapping[str, type], *, required: frozenset[str]) -> dict[str, Any]:
    """The members of the body, each of its type; those left out or null are absent.

    Raises:
        BadControl: with every unknown, missing and mistyped member.
    """
    members, problems = members_and_problems(types, required=required)
    if problems:
        raise BadControl(400, problems)
    return members


def members_and_problems(
    types: Mapping[str, type], *, required: frozenset[str]
) -> tuple[dict[str, Any], list[str]]:
    """As `checked_members`, for who has more to check: what is good, and what is not."""
    return good_and_problems(body_members(), types, required)


def good_and_problems(
    sent: Mapping[str, Any], types: Mapping[str, type], required: frozenset[str]
) -> tuple[dict[str, Any], list[str]]:
    """The same of any members: what is good, and what is not."""
    members = {name: value for name, value in sent.items() if value is not None}
    problems = [
        f"there is no member {name!r}; there are {', '.join(types) or 'none in this call'}"
        for name in members
        if name not in types
    ]
    problems += [f"{name!r} is missing" for name in sorted(required - members.keys())]
    good = {}
    for name, value in members.items():
        if name in types and _is(value, types[name]):
            good[name] = value
        elif name in types:
            problems.append(f"{name!r} must be {_NAMES[types[name]]}, not {shown(value)}")
    return good, problems


def queried_entry() -> tuple[int, list[str]]:
    """The number of a journal entry in `?since=`, 0 without, and what is wrong with it."""
    since = request.args.get("since", "0")
    if since.isdecimal() and len(since) <= LONGEST_NUMBER:
        return int(since), []
    return 0, [f"'since' must be the number of an entry, not {shown(since)}"]


def queried_phone(text: str) -> str:
    """A phone number of a query in stored form; an unencoded plus arrives as a space."""
    return stored_phone(f"+{text[1:]}" if text.startswith(" ") else text)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
