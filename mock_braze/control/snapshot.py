"""The whole workspace as a value: save it, restore it."""

from typing import Any

import orjson
from flask import Blueprint, Response, request

from mock_braze.control.calls import BadControl, all_workspaces, selected_workspace
from mock_braze.domain.snapshot import BadSnapshot, read_snapshot, write_snapshot
from mock_braze.domain.workspaces import NameTaken

blueprint = Blueprint("snapshot", __name__, url_prefix="/snapshot")
LARGEST_SNAPSHOT = 4 * 1024**3  # bytes


@blueprint.get("")
def read() -> Response:
    """Everything the workspace is, but for its name."""
    workspace = selected_workspace()
    with workspace.lock:
        document = write_snapshot(workspace.snapshot())
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Response(text, content_type="application/json")


@blueprint.put("")
def restore() -> dict[str, Any]:
    """A snapshot, of up to 4 GiB; the workspace becomes what it says, or stays as it was."""
    request.max_content_length = LARGEST_SNAPSHOT
    workspace = selected_workspace()
    try:
        snapshot = read_snapshot(orjson.loads(request.get_data()))
    except orjson.JSONDecodeError as error:
        raise BadControl(400, [f"the body is not JSON: {error}"]) from None
    except BadSnapshot as bad:
        raise BadControl(400, bad.problems) from None
    with workspace.lock:
        try:
            all_workspaces().restore(workspace, snapshot)
        except NameTaken as taken:
            raise BadControl(409, [str(taken)]) from None
    return {"workspace": workspace.name, "profiles": len(snapshot.state.profiles)}
