"""Custom attributes: the data type of each, found from its first value or forced."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.plain_values import shown
from mock_braze.domain.state import State
from mock_braze.domain.tracking.attribute_types import AttributeType, DataType

blueprint = Blueprint("custom_attributes", __name__, url_prefix="/custom_attributes")
DETECTED = "detected"


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every attribute that has ever had a value, or was given a type here."""
    workspace = selected_workspace()
    with workspace.lock:
        return _told(workspace.state)


@blueprint.put("")
def force() -> dict[str, Any]:
    """`{name, data_type}` forces a type; `detected` lets the next value decide again."""
    members = checked_members(
        {"name": str, "data_type": str}, required=frozenset({"name", "data_type"})
    )
    choices = [*(each.value for each in DataType), DETECTED]
    name, chosen = members["name"].strip(), members["data_type"]
    problems = [] if name else ["'name' must not be empty"]
    if chosen not in choices:
        problems.append(f"'data_type' must be one of {', '.join(choices)}, not {shown(chosen)}")
    if problems:
        raise BadControl(400, problems)
    workspace = selected_workspace()
    with workspace.lock:
        types = workspace.state.attribute_types
        if chosen == DETECTED:
            types.pop(name, None)
        else:
            types[name] = AttributeType(DataType(chosen), is_forced=True)
        return _told(workspace.state)


def _told(state: State) -> dict[str, Any]:
    return {
        "custom_attributes": [
            {"name": name, "data_type": each.type.value, "is_forced": each.is_forced}
            for name, each in state.attribute_types.items()
        ]
    }
