"""Profiles, for people and tests: no API key, and more than an export shows."""

from typing import Any

from flask import Blueprint, request

from mock_braze.control.calls import (
    BadControl,
    checked_members,
    queried_phone,
    queries,
    selected_workspace,
)
from mock_braze.domain.dates import in_wire_form, write_time
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.invalid_phones import is_marked_invalid
from mock_braze.domain.subscriptions.subscription import state_in
from mock_braze.domain.users.addresses import stored_email
from mock_braze.domain.users.identity import BrazeId, Email, ExternalId, Identifier, Phone, kind_of
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.workspace import Workspace

blueprint = Blueprint("profiles", __name__, url_prefix="/profiles")
FILTERS = ("email", "phone", "external_id", "braze_id")
MARKS = {"is_test_user": bool, "is_in_global_control_group": bool}


@blueprint.get("")
@queries(*FILTERS)
def read() -> dict[str, Any]:
    """All profiles, or those with one `?email=`, `?phone=`, `?external_id=` or `?braze_id=`."""
    asked = _asked()
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        if asked is not None:
            found = list(workspace.find([asked]).profiles)
        else:
            found = list(workspace.state.profiles)
        return {"profiles": [_told(workspace, each) for each in found]}


@blueprint.patch("")
@queries(*FILTERS)
def mark() -> dict[str, Any]:
    """`{is_test_user?, is_in_global_control_group?}` for those with one identifier, as in `GET`."""
    marks = checked_members(MARKS, required=frozenset())
    asked = _asked()
    if asked is None:
        raise BadControl(400, [f"name the profile by one of {', '.join(FILTERS)} in the query"])
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        found = workspace.find([asked]).profiles
        if not found:
            raise BadControl(404, [f"no profile has this {kind_of(asked)}"])
        for profile in found:
            for name, value in marks.items():
                setattr(profile, name, value)
        return {"profiles": [_told(workspace, each) for each in found]}


def _asked() -> Identifier | None:
    """The identifier in the query, if there is one.

    Raises:
        BadControl: there are several.
    """
    asked = [(name, request.args[name]) for name in FILTERS if name in request.args]
    if len(asked) > 1:
        raise BadControl(400, [f"give one of {', '.join(FILTERS)}, not several"])
    return _identifier(*asked[0]) if asked else None


def _identifier(name: str, value: str) -> Identifier:
    match name:
        case "email":
            return Email(stored_email(value))
        case "phone":
            return Phone(queried_phone(value))
        case "external_id":
            return ExternalId(value)
        case _:
            return BrazeId(value)


def _told(workspace: Workspace, profile: Profile) -> dict[str, Any]:
    return {
        "braze_id": profile.braze_id,
        "external_id": profile.external_id,
        "deprecated_external_ids": list(profile.deprecated_external_ids),
        "user_aliases": [
            {"alias_name": each.alias_name, "alias_label": each.alias_label}
            for each in profile.user_aliases.values()
        ],
        "email": profile.email,
        "phone": profile.phone,
        "created_at": write_time(profile.created_at),
        "finished_at": write_time(profile.finished_at),
        "is_finished": profile.is_finished(workspace.clock.now()),
        "email_subscribe": profile.email_subscribe,
        "push_subscribe": profile.push_subscribe,
        **_marks(workspace.state, profile),
        "is_test_user": profile.is_test_user,
        "is_in_global_control_group": profile.is_in_global_control_group,
        "fields": {name: in_wire_form(value) for name, value in profile.fields.items()},
        "custom_attributes": {
            name: in_wire_form(value) for name, value in profile.custom_attributes.items()
        },
        "custom_events": {name: tally.count for name, tally in profile.custom_events.items()},
        "purchases": {name: tally.count for name, tally in profile.purchases.items()},
        "subscription_states": _states(workspace, profile),
    }


def _marks(state: State, profile: Profile) -> dict[str, Any]:
    """What is known of its addresses as such."""
    lists, email = state.email_lists, profile.email or ""
    return {
        "email_hard_bounced_at": in_wire_form(lists.hard_bounces.get(email)),
        "email_reported_as_spam_at": in_wire_form(lists.spam_reports.get(email)),
        "is_phone_invalid": is_marked_invalid(state, profile),
    }


def _states(workspace: Workspace, profile: Profile) -> dict[str, str]:
    """Group ID to state; only groups in which the profile has one, orphan states left out."""
    states = workspace.state.subscriptions
    held = {group.id: state_in(states, group, profile) for group in states.groups.values()}
    return {group_id: state for group_id, state in held.items() if state is not None}
