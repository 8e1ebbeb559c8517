"""A provider or carrier calls a phone number invalid."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.plain_values import shown
from mock_braze.domain.subscriptions.invalid_phones import Reason, report_invalid
from mock_braze.domain.users.addresses import is_valid_phone, stored_phone

blueprint = Blueprint("invalid_phone_numbers", __name__, url_prefix="/sms/invalid_phone_numbers")


@blueprint.post("")
def report() -> tuple[dict[str, Any], int]:
    """`{phone, reason?}`; the reason is `provider_error` unless it says `deactivated`."""
    members = checked_members({"phone": str, "reason": str}, required=frozenset({"phone"}))
    phone, reason = stored_phone(members["phone"]), members.get("reason", "provider_error")
    reasons = [each.value for each in Reason]
    problems = []
    if not is_valid_phone(phone):
        problems.append(f"'phone' must be a phone number, not {shown(members['phone'])}")
    if reason not in reasons:
        problems.append(f"'reason' must be one of {', '.join(reasons)}, not {shown(reason)}")
    if problems:
        raise BadControl(400, problems)
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        report_invalid(workspace.state, phone, Reason(reason), workspace.clock.now(), 0)
    return {"phone": phone, "reason": reason}, 201
