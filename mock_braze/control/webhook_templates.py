"""Webhook templates: save them, list them, preview one as somebody, and send a test of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import (
    BadControl,
    checked_members,
    members_and_problems,
    selected_workspace,
)
from mock_braze.control.told_webhooks import told_delivery
from mock_braze.control.turns import end_turn
from mock_braze.domain.campaigns.webhook_previews import (
    MadeUpUser,
    NobodyToPreview,
    Preview,
    preview,
    problems_of_user,
)
from mock_braze.domain.campaigns.webhook_templates import WebhookTemplate
from mock_braze.domain.dates import write_time
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import Aborted, Failed
from mock_braze.domain.messages.message import WebhookMessage
from mock_braze.domain.messages.reading import written_webhook
from mock_braze.domain.messages.webhook_requests import ComposedRequest, problems_of
from mock_braze.domain.plain_values import shown
from mock_braze.domain.users.addresses import stored_email
from mock_braze.domain.users.identity import Email, ExternalId, Identifier
from mock_braze.domain.workspace import Workspace
from mock_braze.webhooks.sending import queue_test, send_test

blueprint = Blueprint("webhook_templates", __name__, url_prefix="/webhook_templates")
USERS = ("external_id", "email", "custom_user")
CAMPAIGN = ("name", "api_id", "dispatch_id", "message_name")


@blueprint.post("")
def save() -> tuple[dict[str, Any], int]:
    """`{name, url, method?, headers?, pairs? | raw_text?}`; one of this name is replaced."""
    members, problems = members_and_problems(
        {
            "name": str,
            "url": str,
            "method": str,
            "headers": dict,
            "pairs": dict,
            "raw_text": str,
        },
        required=frozenset({"name", "url"}),
    )
    if "pairs" in members and "raw_text" in members:
        problems.append("give 'pairs' or 'raw_text', not both")
    if "name" in members and (not members["name"].strip() or "/" in members["name"]):
        problems.append(f"'name' must be text without slashes, not {shown(members['name'])}")
    for place in ("headers", "pairs"):
        problems += [
            f"'{place}.{name}' must be text, not {shown(value)}"
            for name, value in members.get(place, {}).items()
            if not isinstance(value, str)
        ]
    workspace = selected_workspace()
    message = WebhookMessage(
        # One that is missing or mistyped has been told.
        url=members.get("url", "http://localhost"),
        method=members.get("method", "POST"),
        headers=_texts(members.get("headers", {})),
        pairs=_texts(members["pairs"]) if "pairs" in members else None,
        raw_text=members.get("raw_text", ""),
    )
    problems += problems_of(message, workspace.state.dials)
    if problems:
        raise BadControl(400, problems)
    with workspace.lock:
        templates = workspace.state.webhook_templates
        template = WebhookTemplate(members["name"], workspace.clock.now(), message)
        status = 200 if template.name in templates else 201
        templates[template.name] = template
        return _told(template), status


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every template of the workspace."""
    workspace = selected_workspace()
    with workspace.lock:
        templates = workspace.state.webhook_templates.values()
        return {"webhook_templates": [_told(each) for each in templates]}


@blueprint.post("/<name>/preview")
def show(name: str) -> dict[str, Any]:
    """`{external_id? | email? | custom_user?}`, none for a random user; and what the message would
    be sent for: `event_properties?`, `api_trigger_properties?`, `context?`, `campaign?`,
    `inbound_message_body?`; `connected_content?` holds answers by their URLs.
    """
    return _told_preview(_previewed(selected_workspace(), name))


@blueprint.post("/<name>/test")
def send(name: str) -> dict[str, Any]:
    """What a preview takes. The request is really sent, once, and its answer told.

    Facts: webhook-send-test
    """
    workspace = selected_workspace()
    shown = _previewed(workspace, name)
    told = _told_preview(shown)
    if not isinstance(shown.outcome, ComposedRequest):
        return told
    delivery = queue_test(workspace, shown.outcome)
    end_turn()
    send_test(workspace, delivery)
    return {**told, "webhook": told_delivery(delivery)}


def _previewed(workspace: Workspace, name: str) -> Preview:
    members = checked_members(
        {
            "external_id": str,
            "email": str,
            "custom_user": dict,
            "event_properties": dict,
            "api_trigger_properties": dict,
            "context": dict,
            "campaign": dict,
            "inbound_message_body": str,
            "connected_content": dict,
        },
        required=frozenset(),
    )
    problems = [
        f"there is no member 'campaign.{each}'; there are {', '.join(CAMPAIGN)}"
        for each in members.get("campaign", {})
        if each not in CAMPAIGN
    ]
    if len(members.keys() & set(USERS)) > 1:
        problems.append(f"give one of {', '.join(USERS)}, or none for a random user")
    if "custom_user" in members:
        problems += _problems_of_custom_user(members["custom_user"])
    if problems:
        raise BadControl(400, problems)
    with workspace.lock:
        templates = workspace.state.webhook_templates
        if name not in templates:
            there = ", ".join(templates) or "none"
            raise BadControl(404, [f"there is no webhook template {name!r}; there are {there}"])
        occasion = Occasion(
            members.get("event_properties", {}),
            members.get("api_trigger_properties", {}),
            members.get("context", {}),
            members.get("campaign", {}),
            members.get("inbound_message_body"),
        )
        answers = members.get("connected_content", {})
        try:
            return preview(workspace.state, templates[name], _user(members), occasion, answers)
        except NobodyToPreview:
            raise BadControl(404, [_nobody(members)]) from None


def _texts(named: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in named.items() if isinstance(value, str))


def _problems_of_custom_user(told: Mapping[str, Any]) -> list[str]:
    if not isinstance(told.get("custom_attributes", {}), dict):
        return ["'custom_user.custom_attributes' must be an object"]
    return problems_of_user(_made_up(told))


def _made_up(told: Mapping[str, Any]) -> MadeUpUser:
    standard = {name: value for name, value in told.items() if name != "custom_attributes"}
    return MadeUpUser(standard, told.get("custom_attributes", {}))


def _user(members: Mapping[str, Any]) -> Identifier | MadeUpUser | None:
    if "external_id" in members:
        return ExternalId(members["external_id"])
    if "email" in members:
        return Email(stored_email(members["email"]))
    return _made_up(members["custom_user"]) if "custom_user" in members else None


def _nobody(members: Mapping[str, Any]) -> str:
    for name in ("external_id", "email"):
        if name in members:
            return f"nobody has the {name} {members[name]!r}; a write may not be readable yet"
    return "there is no profile yet; make one, or preview as a 'custom_user'"


def _told(template: WebhookTemplate) -> dict[str, Any]:
    return {
        "name": template.name,
        "saved_at": write_time(template.saved_at),
        **written_webhook(template.message),
    }


def _told_preview(shown: Preview) -> dict[str, Any]:
    profile = shown.profile
    named = (
        {"made_up": True}
        if profile is None
        else {
            "braze_id": profile.braze_id,
            "external_id": profile.external_id,
            "email": profile.email,
        }
    )
    match shown.outcome:
        case ComposedRequest() as request:
            return {
                "user": named,
                "outcome": "rendered",
                "request": {
                    "method": request.method,
                    "url": request.url,
                    "headers": dict(request.headers),
                    "body": request.body,
                },
                "notes": list(request.notes),
            }
        case Aborted(reason):
            return {"user": named, "outcome": "aborted", "reason": reason}
        case Failed(reason):
            return {"user": named, "outcome": "failed", "reason": reason}
