"""Request bodies to domain values, and domain values to the envelopes of replies."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mock_braze.domain.ingestion import TrackRequest
from mock_braze.rest.operations import Call, Reply

TRACK_MEMBERS = frozenset({"attributes", "events", "purchases", "partner"})


def accepted(members: Mapping[str, Any], errors: Sequence[Mapping[str, Any]] = ()) -> Reply:
    """201, `message` after the members and before what was refused.

    Facts: bodies-are-compact-message-last, track-partial-errors
    """
    body = {**members, "message": "success"}
    if errors:
        body["errors"] = errors
    return Reply(201, orjson.dumps(body))


def read(members: Mapping[str, Any]) -> Reply:
    """200, for a GET."""
    return Reply(200, orjson.dumps({**members, "message": "success"}))


def members_of(call: Call) -> Mapping[str, Any]:
    """The body as an object; any other JSON value counts as an empty one."""
    return call.json if isinstance(call.json, Mapping) else {}


def track_request(call: Call) -> TrackRequest:
    """An array that is missing, null or no array counts as empty."""
    members = members_of(call)
    call.workspace.warn_of_unknown_members(members, TRACK_MEMBERS, call.number)
    return TrackRequest(
        _array(members, "attributes"), _array(members, "events"), _array(members, "purchases")
    )


def _array(members: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = members.get(name)
    return value if isinstance(value, list) else ()


def query_names(call: Call) -> list[str]:
    """The names of the query parameters, each once, without brackets."""
    return list(dict.fromkeys(key.partition("[")[0] for key, _ in call.query))


def query_values(call: Call, name: str) -> list[str]:
    """The values of a query parameter, given once, repeated, as `name[]` or as `name[0]`."""
    return [value for key, value in call.query if key.partition("[")[0] == name and value != ""]
