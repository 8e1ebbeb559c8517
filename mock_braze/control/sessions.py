"""Sessions: let somebody open the app."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.tracking.object_faults import BadObject
from mock_braze.domain.users.identity import identifier_of, kind_of
from mock_braze.domain.users.profile import preferred
from mock_braze.domain.users.sessions import start_session

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")
NAMES = {"external_id": str, "user_alias": dict, "braze_id": str, "email": str, "phone": str}


@blueprint.post("")
def start() -> tuple[dict[str, Any], int]:
    """`{external_id | user_alias | braze_id | email | phone}`: this person starts a session."""
    members = checked_members(NAMES, required=frozenset())
    if len(members) != 1:
        raise BadControl(400, [f"give exactly one of {', '.join(NAMES)}"])
    try:
        identifier = identifier_of(members)
    except BadObject as bad:
        raise BadControl(400, [f"Braze would refuse this: {bad.fault.sentence}"]) from None
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        profile = preferred(workspace.state.profiles.find(identifier))
        if profile is None:
            says = f"no profile has this {kind_of(identifier)}; a write may not be readable yet"
            raise BadControl(404, [says])
        start_session(workspace.state, profile, workspace.clock.now(), 0)
        return {"braze_id": profile.braze_id, "sessions": profile.sessions}, 201
