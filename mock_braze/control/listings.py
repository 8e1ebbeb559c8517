"""Content Blocks and email templates for the lists: add and look."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from datetime import datetime
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.campaigns.listings import (
    ListedContentBlock,
    ListedEmailTemplate,
)
from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.plain_values import shown

blueprint = Blueprint("listings", __name__)
DATES = frozenset({"created_at", "last_edited"})
KINDS: Mapping[str, Any] = {
    "content_blocks": ListedContentBlock,
    "email_templates": ListedEmailTemplate,
}


@blueprint.post("/content_blocks", defaults={"kind": "content_blocks"})
@blueprint.post("/email_templates", defaults={"kind": "email_templates"})
def create(kind: str) -> tuple[dict[str, Any], int]:
    """`{name, id?, created_at?, last_edited?, tags?, …}`; dates in ISO 8601, now by default."""
    made = KINDS[kind]
    members = checked_members(_types(made), required=frozenset({"name"}))
    problems = [
        f"{name!r} must be an array of text, not {shown(value)}"
        for name, value in members.items()
        if isinstance(value, list) and not all(isinstance(each, str) for each in value)
    ]
    for name in DATES & members.keys():
        read = read_time(members[name])
        if read is None:
            problems.append(f"{name!r} must be a date, not {shown(members[name])}")
        members[name] = read
    if problems:
        raise BadControl(400, sorted(problems))
    workspace = selected_workspace()
    with workspace.lock:
        listed = getattr(workspace.state.listings, kind)
        if members.get("id") in listed:
            raise BadControl(409, [f"there is one with the id {members['id']!r} already"])
        members.setdefault("id", workspace.state.seeds.listing_id())
        members.setdefault("created_at", workspace.clock.now())
        members.setdefault("last_edited", members["created_at"])
        members |= {name: tuple(each) for name, each in members.items() if isinstance(each, list)}
        listed[members["id"]] = made(**members)
        return _told(listed[members["id"]]), 201


@blueprint.get("/content_blocks", defaults={"kind": "content_blocks"})
@blueprint.get("/email_templates", defaults={"kind": "email_templates"})
def read(kind: str) -> dict[str, Any]:
    """Every one of the workspace."""
    workspace = selected_workspace()
    with workspace.lock:
        return {kind: [_told(each) for each in getattr(workspace.state.listings, kind).values()]}


def _types(made: Any) -> dict[str, type]:
    """What each member must be, by its default."""
    kinds: dict[str, type] = {}
    for each in fields(made):
        if each.name in DATES or each.default is MISSING:
            kinds[each.name] = str
        else:
            kinds[each.name] = list if each.default == () else type(each.default)
    return kinds


def _told(listed: Any) -> dict[str, Any]:
    return {
        name: write_time(value) if isinstance(value, datetime) else value
        for name, value in asdict(listed).items()
    }
