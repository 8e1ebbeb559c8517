"""SMS: text as a consumer does, and look at what the fake has sent."""

from typing import Any

from flask import Blueprint, request

from mock_braze.control.calls import (
    BadControl,
    members_and_problems,
    queried_entry,
    queried_phone,
    queries,
    selected_workspace,
)
from mock_braze.domain.dates import write_time
from mock_braze.domain.journal import MessageSent
from mock_braze.domain.plain_values import shown
from mock_braze.domain.subscriptions.subscription import Channel
from mock_braze.domain.users.addresses import Address, AddressKind, is_valid_phone, stored_phone

blueprint = Blueprint("sms", __name__, url_prefix="/sms")


@blueprint.post("/inbound")
def inbound() -> dict[str, Any]:
    """`{phone, group_id, body}`: a text from `phone` to a number of the group."""
    types = {"phone": str, "group_id": str, "body": str}
    members, problems = members_and_problems(types, required=frozenset(types))
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        group = workspace.state.subscriptions.groups.get(members.get("group_id", ""))
        address = Address(AddressKind.PHONE, stored_phone(members.get("phone", "")))
        if "phone" in members and not is_valid_phone(address.value):
            problems.append(f"'phone' must be a phone number, not {shown(members['phone'])}")
        if "group_id" in members and group is None:
            problems.append(f"there is no subscription group {shown(members['group_id'])}")
        if group is not None and group.channel is not Channel.SMS:
            problems.append(f"the group {group.name!r} is for {group.channel.value}, not sms")
        if problems or group is None:
            raise BadControl(400, problems)
        heard = workspace.receive_text(group, address, members["body"])
        sent = workspace.sent_messages(since=heard.number)
        return {
            "number": heard.number,
            "category": heard.category,
            "language": heard.language,
            "outcome": heard.outcome.value,
            "is_pending": workspace.state.conversations.is_pending((group.id, address)),
            "sent": [_told(each) for each in sent],
        }


@blueprint.get("/outbox")
@queries("phone", "since")
def outbox() -> dict[str, Any]:
    """What was sent: all, or to one `?phone=`, or after the entry `?since=` of the journal."""
    since, problems = queried_entry()
    if problems:
        raise BadControl(400, problems)
    phone = request.args.get("phone")
    address = None if phone is None else Address(AddressKind.PHONE, queried_phone(phone))
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        sent = workspace.sent_messages(since=since, address=address)
        return {"messages": [_told(each) for each in sent]}


def _told(message: MessageSent) -> dict[str, Any]:
    return {
        "number": message.number,
        "at": write_time(message.at),
        "group_id": message.group_id,
        "phone": message.phone,
        "kind": message.message.value,
        "language": message.language,
        "body": message.body,
        "request": message.request,
        "campaign_id": message.campaign_id,
        "dispatch_id": message.dispatch_id,
    }
