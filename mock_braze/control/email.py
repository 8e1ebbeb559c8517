"""Email: what the fake has sent, and what happens to mail outside Braze: it bounces, is called
spam, and its links are clicked.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, request

from mock_braze.control.calls import (
    BadControl,
    checked_members,
    queried_entry,
    queries,
    selected_workspace,
)
from mock_braze.domain.dates import write_time
from mock_braze.domain.journal import EmailSent
from mock_braze.domain.plain_values import shown
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.email_reports import report_bounce, report_spam
from mock_braze.domain.subscriptions.global_email_state import set_address_state
from mock_braze.domain.users.addresses import is_valid_email, stored_email

blueprint = Blueprint("email", __name__, url_prefix="/email")
STATE_OF_LINK = {"unsubscribe": "unsubscribed", "opt_in": "opted_in"}


@blueprint.post("/bounces")
def bounce() -> tuple[dict[str, Any], int]:
    """`{email}`: a message to it has hard bounced."""
    return _happens(report_bounce, checked_members({"email": str}, required=frozenset({"email"})))


@blueprint.post("/spam_reports")
def report() -> tuple[dict[str, Any], int]:
    """`{email}`: its owner has called a message spam."""
    return _happens(report_spam, checked_members({"email": str}, required=frozenset({"email"})))


@blueprint.post("/clicks")
def click() -> tuple[dict[str, Any], int]:
    """`{email, link}`: its owner follows the link `unsubscribe` or `opt_in`."""
    names = {"email": str, "link": str}
    members = checked_members(names, required=frozenset(names))
    value = STATE_OF_LINK.get(members["link"])
    if value is None:
        links = ", ".join(STATE_OF_LINK)
        raise BadControl(400, [f"'link' must be one of {links}, not {shown(members['link'])}"])

    def follow(state: State, email: str, at: datetime, request: int) -> None:
        set_address_state(state, email, value, at, request)

    return _happens(follow, members)


@blueprint.get("/outbox")
@queries("email", "since")
def outbox() -> dict[str, Any]:
    """What was sent: all, or to one `?email=`, or after the entry `?since=` of the journal."""
    since, problems = queried_entry()
    if problems:
        raise BadControl(400, problems)
    asked = request.args.get("email")
    email = None if asked is None else stored_email(asked)
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        sent = workspace.state.journal.since(since, EmailSent.kind)
        return {
            "emails": [
                _told(each)
                for each in sent
                if isinstance(each, EmailSent) and email in (None, each.email)
            ]
        }


def _told(sent: EmailSent) -> dict[str, Any]:
    return {
        "number": sent.number,
        "at": write_time(sent.at),
        "braze_id": sent.braze_id,
        "email": sent.email,
        "from": sent.from_address,
        "subject": sent.subject,
        "body": sent.body,
        "request": sent.request,
        "campaign_id": sent.campaign_id,
        "dispatch_id": sent.dispatch_id,
    }


def _happens(
    change: Callable[[State, str, datetime, int], None], members: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    if not is_valid_email(members["email"]):
        raise BadControl(400, [f"'email' must be an email address, not {shown(members['email'])}"])
    email, workspace = stored_email(members["email"]), selected_workspace()
    with workspace.lock:
        workspace.settle()
        change(workspace.state, email, workspace.clock.now(), 0)
    return {**members, "email": email}, 201
