"""Request bodies to domain values, and domain values to the envelopes of replies."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.tracking.ingestion import TrackRequest
from mock_braze.domain.tracking.item_faults import ItemError
from mock_braze.rest.exchange import Call, Reply

TRACK_MEMBERS = frozenset({"attributes", "events", "purchases", "partner"})


def accepted(
    members: Mapping[str, Any], errors: Sequence[Mapping[str, Any]] = (), *, status: int = 201
) -> Reply:
    """201 or `status`; `message` after the members and before what was refused.

    Facts: bodies-are-compact-message-last, track-partial-errors
    """
    body = {**members, "message": "success"}
    if errors:
        body["errors"] = errors
    return Reply(status, orjson.dumps(body))


def accepted_items(counters: Mapping[str, int], errors: Sequence[ItemError]) -> Reply:
    """201 with the count of good items, and what is wrong with the others.

    Facts: user-item-errors
    """
    told = [
        {"type": each.fault.value, "input_array": each.input_array, "index": each.index}
        for each in errors
    ]
    return accepted(counters, told)


def read(members: Mapping[str, Any]) -> Reply:
    """200, for a GET."""
    return Reply(200, orjson.dumps({**members, "message": "success"}))


def members_of(call: Call) -> Mapping[str, Any]:
    """The body as an object; any other JSON value counts as an empty one."""
    return call.json if isinstance(call.json, dict) else {}


def track_request(call: Call) -> TrackRequest:
    """An array that is missing, null or no array counts as empty."""
    members = members_of(call)
    if not members.keys() <= TRACK_MEMBERS:
        call.workspace.warn_of_unknown_members(members, TRACK_MEMBERS, call.number)
    return TrackRequest(
        array(members, "attributes"), array(members, "events"), array(members, "purchases")
    )


def array(members: Mapping[str, Any], name: str) -> Sequence[Any]:
    """An array of the body; anything else counts as an empty one."""
    value = members.get(name)
    return value if isinstance(value, list) else ()


def query_names(call: Call) -> list[str]:
    """The names of the query parameters, each once, without brackets."""
    return list(dict.fromkeys(key.partition("[")[0] for key, _ in call.query))


def items(
    call: Call, name: str, known: frozenset[str], *, is_only_array: bool = True
) -> Sequence[Any]:
    """The array of this name, with a word on unknown members of the body and of each item."""
    members = members_of(call)
    if is_only_array:
        call.workspace.warn_of_unknown_members(members, frozenset({name}), call.number)
    found = array(members, name)
    for item in found:
        if isinstance(item, Mapping):
            call.workspace.warn_of_unknown_members(item, known, call.number)
    return found


def query_phones(call: Call, name: str) -> list[str]:
    """The phones in a query parameter.

    Facts: plus-in-phone-query
    """
    return [_phone(call, value) for value in query_values(call, name)]


def _phone(call: Call, value: str) -> str:
    if not value.startswith(" "):
        return value
    state = call.workspace.state
    # Inferred: an unencoded plus, which arrives as a space, is meant (plus-in-phone-query)
    phone = value if state.dials.bare_plus == "space" else f"+{value[1:]}"
    says = f"the query holds {value!r}, which was read as {phone!r}"
    now = call.workspace.clock.now()
    state.hazard(Hazard.unencoded_plus, now, call.number, f"+{value[1:]}", says)
    return phone


def query_values(call: Call, name: str) -> list[str]:
    """The values of a query parameter, given once, repeated, as `name[]` or as `name[0]`."""
    return [value for key, value in call.query if key.partition("[")[0] == name and value != ""]
