"""The journal, as JSON Lines or as an HTTP Archive."""

import base64
from typing import Any, get_args

import orjson
from flask import Blueprint, Response, request

from mock_braze.control.calls import BadControl, queried_entry, queries, selected_workspace
from mock_braze.control.har import as_har
from mock_braze.control.told_webhooks import told_attempt, told_request, told_source
from mock_braze.domain.dates import write_exact_time as exact
from mock_braze.domain.journal import (
    ClockMoved,
    ContentCardMade,
    ControlCalled,
    EffectSettled,
    EmailSent,
    Entry,
    FaultInjected,
    HazardSeen,
    MessageReceived,
    MessageSent,
    RequestAnswered,
    WebhookAttempted,
    WriteSettled,
)
from mock_braze.domain.plain_values import shown
from mock_braze.domain.workspace import Workspace

blueprint = Blueprint("journal", __name__, url_prefix="/journal")
FORMATS = ("jsonl", "har")
KINDS = tuple(dict.fromkeys(each.kind for each in get_args(Entry)))


@blueprint.get("")
@queries("since", "kind", "format")
def read() -> Response:
    """`?since=` a number, `&kind=` one of the kinds, `&format=jsonl` or `har`."""
    since, problems = queried_entry()
    kind = request.args.get("kind")
    if kind is not None and kind not in KINDS:
        problems.append(f"'kind' must be one of {', '.join(KINDS)}, not {shown(kind)}")
    form = request.args.get("format", "jsonl")
    if form not in FORMATS:
        problems.append(f"'format' must be one of {', '.join(FORMATS)}, not {shown(form)}")
    elif form == "har" and kind not in (None, RequestAnswered.kind):
        problems.append(f"an HTTP Archive holds requests only; leave 'kind' out, not {shown(kind)}")
    if problems:
        raise BadControl(400, problems)
    entries = entries_after(selected_workspace(), since, kind)
    if form == "har":
        return Response(as_har(entries, request.host_url), content_type="application/json")
    lines = b"".join(as_json_line(each) for each in entries)
    return Response(lines, content_type="application/jsonl")


def entries_after(workspace: Workspace, since: int, kind: str | None = None) -> list[Entry]:
    """What has happened after the entry of this number, with what has become true by now."""
    with workspace.lock:
        workspace.settle()
        return list(workspace.state.journal.since(since, kind))


def as_json_line(entry: Entry) -> bytes:
    """One entry as a line of JSON. Bodies are text; one that is not UTF-8 is in base64."""
    return orjson.dumps(as_json(entry)) + b"\n"


def as_json(entry: Entry) -> dict[str, Any]:
    """One entry as a JSON object."""
    told: dict[str, Any] = {
        "number": entry.number,
        "at": exact(entry.at),
        "kind": entry.kind,
    }
    match entry:
        case RequestAnswered():
            sent = {
                "method": entry.method,
                "path": entry.path,
                "query": entry.query,
                "headers": entry.request_headers,
                "address": entry.address,
                **_body(entry.request_body),
            }
            answered = {
                "status": entry.status,
                "headers": entry.answered_with,
                **_body(entry.response_body),
            }
            told |= {"api_key": entry.api_key, "request": sent, "response": answered}
        case EffectSettled() | WriteSettled():
            told |= {
                "effect": entry.effect.value,
                "request": entry.request,
                "details": entry.details,
            }
        case HazardSeen():
            told |= {
                "hazard": entry.hazard.name,
                "request": entry.request,
                "subject": entry.subject,
                "details": entry.details,
                "says": entry.hazard.value.says,
                "instead": entry.hazard.value.instead,
                "fact": entry.hazard.value.fact,
            }
        case FaultInjected():
            told |= {"request": entry.request, "rule": entry.rule, "effect": entry.effect}
        case ClockMoved():
            told["to"] = exact(entry.to)
        case ControlCalled():
            told |= {
                "method": entry.method,
                "path": entry.path,
                "query": entry.query,
                **_body(entry.body),
            }
        case WebhookAttempted():
            told |= {
                "delivery": entry.delivery,
                "attempt": entry.attempt,
                **told_source(entry.source),
                "sent": told_request(entry.request),
                **told_attempt(entry.made),
                "outcome": entry.outcome.value,
                "next_attempt": entry.next_attempt and exact(entry.next_attempt),
            }
        case MessageReceived():
            told |= {"group_id": entry.group_id, "phone": entry.phone, "body": entry.body}
        case MessageSent():
            told |= {
                "message": entry.message.value,
                "group_id": entry.group_id,
                "phone": entry.phone,
                "language": entry.language,
                "body": entry.body,
                **_cause(entry),
            }
        case EmailSent():
            told |= {
                "braze_id": entry.braze_id,
                "email": entry.email,
                "from": entry.from_address,
                "subject": entry.subject,
                "body": entry.body,
                **_cause(entry),
            }
        case ContentCardMade():
            told |= {
                "braze_id": entry.braze_id,
                "title": entry.title,
                "message": entry.message,
                "url": entry.url,
                "image_url": entry.image_url,
                "expires_at": None if entry.expires_at is None else exact(entry.expires_at),
                **_cause(entry),
            }
    return told


def _cause(sent: MessageSent | EmailSent | ContentCardMade) -> dict[str, Any]:
    """What a message comes from; a text about a keyword or an opt-in belongs to no campaign."""
    return {
        "request": sent.request,
        "campaign_id": sent.campaign_id,
        "dispatch_id": sent.dispatch_id,
    }


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
