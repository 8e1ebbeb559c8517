"""Faults: rules for what is to go wrong."""

from typing import Any

from flask import Blueprint, current_app, request

from mock_braze.control.calls import BadControl, body_members, queries, selected_workspace
from mock_braze.domain.fault_reading import BadFault, read_rule, told_rule
from mock_braze.domain.faults import WIRE
from mock_braze.domain.plain_values import shown

blueprint = Blueprint("faults", __name__, url_prefix="/faults")
LONGEST_NUMBER = 9  # digits


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{effect, match?, times?, probability?}`.

    The effect has a kind and what that takes; the match may name method, path, identifier,
    api_key and nth.
    """
    members = {name: value for name, value in body_members().items() if value is not None}
    workspace = selected_workspace()
    try:
        match, effect, times, probability = read_rule(
            members,
            has_the_wire=WIRE in request.environ,
            paths={each.rule for each in current_app.url_map.iter_rules()},
        )
    except BadFault as bad:
        raise BadControl(400, bad.problems) from None
    with workspace.lock:
        return told_rule(workspace.state.faults.add(match, effect, times, probability)), 201


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every rule, with how many calls it has seen and hit."""
    workspace = selected_workspace()
    with workspace.lock:
        return {"faults": [told_rule(each) for each in workspace.state.faults.rules]}


@blueprint.delete("")
@queries("id")
def remove() -> dict[str, Any]:
    """All rules, or the one with `?id=`."""
    asked = request.args.get("id")
    if asked is not None and (not asked.isdecimal() or len(asked) > LONGEST_NUMBER):
        raise BadControl(400, [f"'id' must be the number of a rule, not {shown(asked)}"])
    workspace = selected_workspace()
    with workspace.lock:
        removed = workspace.state.faults.remove(None if asked is None else int(asked))
    if asked is not None and not removed:
        raise BadControl(404, [f"there is no rule {asked}"])
    return {"removed": removed}
