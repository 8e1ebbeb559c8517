"""Frequency caps: how much one person may receive."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.campaigns.campaigns import LONGEST_CAP, FrequencyCap
from mock_braze.domain.campaigns.member_reading import MemberReader
from mock_braze.domain.plain_values import shown

blueprint = Blueprint("frequency_caps", __name__, url_prefix="/frequency_caps")
SHORTEST_CAP = timedelta(seconds=1)


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every cap of the workspace."""
    workspace = selected_workspace()
    with workspace.lock:
        return {"caps": [_told(each) for each in workspace.state.campaigns.frequency_caps]}


@blueprint.put("")
def put() -> dict[str, Any]:
    """`{caps: [{most, within_seconds}]}`: these and no others, for campaigns and Canvases."""
    members = checked_members({"caps": list}, required=frozenset({"caps"}))
    reader = MemberReader()
    caps = [_read(reader.within(f"caps[{n}]"), each) for n, each in enumerate(members["caps"])]
    if reader.problems:
        raise BadControl(400, reader.problems)
    workspace = selected_workspace()
    with workspace.lock:
        workspace.state.campaigns.frequency_caps = caps
        return {"caps": [_told(each) for each in caps]}


def _read(reader: MemberReader, value: object) -> FrequencyCap:
    told = reader.object(value)
    if told:
        reader.check_names(told, ("most", "within_seconds"), ())
    most = told.get("most", 1)
    if type(most) is not int or most < 1:
        reader.note("most", f"must be a whole number, 1 or more, not {shown(most)}")
    within = reader.span(told, "within_seconds", SHORTEST_CAP, LONGEST_CAP)
    return FrequencyCap(most if type(most) is int else 1, within or SHORTEST_CAP)


def _told(cap: FrequencyCap) -> dict[str, Any]:
    return {"most": cap.most, "within_seconds": cap.within.total_seconds()}
