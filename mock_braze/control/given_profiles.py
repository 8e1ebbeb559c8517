"""Profiles that are there when a test begins: made at once, without a request of the client."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, body_members, selected_workspace
from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.users.given_profiles import (
    BadProfile,
    GivenProfile,
    Happened,
    give_profile,
    read_aliases,
)

blueprint = Blueprint("given_profiles", __name__, url_prefix="/profiles")
OWN = ("user_aliases", "created_at", "custom_events", "purchases")
PAST = ("name", "count", "first", "last")


@blueprint.post("")
def give() -> tuple[dict[str, Any], int]:
    """The attributes of `/users/track`, and `user_aliases`, `created_at`, `custom_events` and
    `purchases` as exports show them.
    """
    members = {name: value for name, value in body_members().items() if value is not None}
    workspace = selected_workspace()
    with workspace.lock:
        now, problems = workspace.clock.now(), list[str]()
        aliases, bad = read_aliases(_listed(members, "user_aliases", problems))
        problems += bad
        created_at = _moment(members, "created_at", now, now, problems)
        past = [
            tuple(
                _happened(each, f"{name}[{place}]", created_at, now, problems)
                for place, each in enumerate(_listed(members, name, problems))
            )
            for name in ("custom_events", "purchases")
        ]
        attributes = {name: value for name, value in members.items() if name not in OWN}
        try:
            if problems:
                raise BadProfile(problems)
            given = GivenProfile(attributes, aliases, created_at, *past)
            profile = give_profile(workspace.state, given)
        except BadProfile as refused:
            raise BadControl(400, refused.problems) from None
    return {"braze_id": profile.braze_id, "created_at": write_time(profile.created_at)}, 201


def _listed(members: Mapping[str, Any], name: str, problems: list[str]) -> list[Any]:
    value = members.get(name, [])
    if isinstance(value, list):
        return value
    problems.append(f"{name!r} must be an array, not {shown(value)}")
    return []


def _moment(
    members: Mapping[str, Any],
    name: str,
    preset: datetime,
    now: datetime,
    problems: list[str],
    where: str = "",
) -> datetime:
    if members.get(name) is None:
        return preset
    moment = read_time(members[name])
    path = f"{where}.{name}" if where else name
    if moment is None:
        problems.append(f"{path!r} must be an ISO 8601 time, not {shown(members[name])}")
    elif moment > now:
        problems.append(f"{path!r} must not be after {now.isoformat()}, not {shown(members[name])}")
    return min(moment or preset, now)


def _happened(
    item: object, where: str, created_at: datetime, now: datetime, problems: list[str]
) -> Happened:
    if not isinstance(item, dict):
        problems.append(f"{where!r} must be an object, not {shown(item)}")
        return Happened("", 1, now, now)
    problems += [
        f"there is no member '{where}.{each}'; there are {', '.join(PAST)}"
        for each in item
        if each not in PAST
    ]
    name, count = item.get("name"), item.get("count", 1)
    if not isinstance(name, str) or not name:
        problems.append(f"'{where}.name' must be text, not {shown(name)}")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 1_000_000:
        problems.append(
            f"'{where}.count' must be a whole number from 1 to 1000000, not {shown(count)}"
        )
        count = 1
    first = _moment(item, "first", created_at, now, problems, where)
    last = _moment(item, "last", first, now, problems, where)
    if last < first or (count == 1 and last != first):
        problems.append(f"'{where}.last' must be after 'first', and the same if 'count' is 1")
    return Happened(str(name), count, first, last)
