"""Braze's surface: the table of operations, and what every call needs before and after its own.

An operation is a plain function `Call -> Reply`. Flask mounts the table, and so does the direct
dispatch in `app.py`; both end in `answer`, so there is one behaviour.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mock_braze import webhooks
from mock_braze.domain.errors import (
    BodyTooLarge,
    NothingUsable,
    NotJson,
    RateLimited,
    Refusal,
    UnknownApiKey,
    UnknownPath,
    WrongContentType,
)
from mock_braze.domain.journal import RequestAnswered
from mock_braze.domain.rate_limits import SHARED_POOL, Family, count
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest import limits
from mock_braze.rest.access import bearer_key, check_access

log = logging.getLogger(__name__)

LARGEST_BODY = 4 * 1024 * 1024

# What differs from run to run without meaning anything: where the server listens, how the
# connection is kept. Left out of the journal, so that equal calls give equal bytes.
UNJOURNALED_HEADERS = frozenset({"host", "connection", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Request:
    """What came in over HTTP. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str = "127.0.0.1"
    is_too_large: bool = False


@dataclass
class Call:
    """A request that has been let in: its workspace, its parsed body and query."""

    workspace: Workspace
    request: Request
    number: int
    json: Any = None

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.request.query, keep_blank_values=True)


@dataclass(slots=True)
class Reply:
    """What goes out: compact JSON with its headers."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table."""

    method: str
    path: str
    permission: str
    family: Family | limits.Chooser
    function: Callable[[Call], Reply]


TABLE: dict[tuple[str, str], Operation] = {}


def operation(
    method: str,
    path: str,
    *,
    permission: str,
    family: Family | limits.Chooser = SHARED_POOL,
) -> Callable[[Callable[[Call], Reply]], Callable[[Call], Reply]]:
    """Put a function into the table. `family` is its rate limit, or picks it for each call."""

    def enter(function: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
        TABLE[method, path] = Operation(method, path, permission, family, function)
        return function

    return enter


def answer(workspaces: Workspaces, request: Request, operation: Operation | None) -> Reply:
    """Serve one request and journal it; None as `operation` is a path that Braze has not."""
    key = bearer_key(request.headers)
    workspace = workspaces.opened_by(key) or workspaces.default
    with workspace.lock:
        workspace.settle()
        number = workspace.state.journal.reserve()
        headers = dict(limits.NO_COUNTERS)
        try:
            reply = _serve(workspaces, workspace, key, request, operation, number, headers)
        except Refusal as refusal:
            reply = _refused(workspace, refusal)
        except Exception:  # a fault of ours: in Braze's form for the client, with its trace for us
            log.exception("%s %s", request.method, request.path)
            reply = Reply(500, b'{"message":"Internal Server Error"}')
        _complete(workspace, reply, headers)
        _journal(workspace, key, request, reply, number)
    webhooks.deliver(workspace)
    return reply


def _serve(
    workspaces: Workspaces,
    workspace: Workspace,
    key: str,
    request: Request,
    operation: Operation | None,
    number: int,
    headers: dict[str, str],
) -> Reply:
    if operation is None:
        raise UnknownPath
    if workspaces.opened_by(key) is None:
        raise UnknownApiKey(key)
    check_access(workspace, key, request.address, operation.permission)
    body, problem = _parsed(request)
    family, dials = operation.family, workspace.state.dials
    if not isinstance(family, Family):
        family = family(dials, body)
    counted = count(workspace.state, family, number)
    headers.clear()
    headers.update(limits.told(dials, family, counted))
    if counted.is_over:
        raise RateLimited
    if problem is not None:
        raise problem
    return operation.function(Call(workspace, request, number, body))


def _parsed(request: Request) -> tuple[Any, Refusal | None]:
    """The JSON body of a POST, or why there is none.

    Facts: wrong-content-type-415, too-large-413, unparsable-json-400
    """
    if request.method in ("GET", "HEAD"):
        return None, None
    if request.is_too_large:
        return None, BodyTooLarge()
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        return None, WrongContentType()
    try:
        return orjson.loads(request.body), None
    except orjson.JSONDecodeError:
        return None, NotJson()


def _refused(workspace: Workspace, refusal: Refusal) -> Reply:
    body: dict[str, Any] = {"message": refusal.message}
    if isinstance(refusal, NothingUsable) and refusal.errors:
        body["errors"] = error_items(workspace, refusal.errors)
    status = refusal.status
    if status == 403:
        status = int(workspace.state.dials.missing_permission)
    return Reply(status, orjson.dumps(body))


def error_items(workspace: Workspace, errors: Any) -> list[dict[str, Any]]:
    """The `errors` of `/users/track`.

    Facts: track-partial-errors, track-error-sentences, track-error-codes
    """
    form = workspace.state.dials.track_error_type
    return [
        {
            "type": each.says or getattr(each.fault, form),
            "input_array": each.input_array,
            "index": each.index,
        }
        for each in errors
    ]


def _complete(workspace: Workspace, reply: Reply, counters: Mapping[str, str]) -> None:
    """Put Braze's headers on an answer.

    Facts: etag-is-body-hash, cache-control-by-status, content-type-has-no-charset,
        rate-headers-on-every-answer, request-id-is-uuid, runtime-has-six-decimals, fixed-headers
    """
    has_etag = reply.status in (200, 201)
    headers = reply.headers
    headers["Content-Type"] = "application/json"
    headers["Cache-Control"] = "max-age=0, private, must-revalidate" if has_etag else "no-cache"
    if has_etag:
        headers["Etag"] = f'W/"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
    headers.update(counters)
    headers["X-Request-Id"] = workspace.state.seeds.request_id()
    headers["X-Runtime"] = f"{workspace.state.seeds.runtime_seconds():.6f}"
    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    headers["Vary"] = "Origin,Accept-Encoding"


def _journal(workspace: Workspace, key: str, request: Request, reply: Reply, number: int) -> None:
    sent = {
        name: request.headers[name]
        for name in sorted(request.headers)
        if name not in UNJOURNALED_HEADERS
    }
    workspace.state.journal.fill(
        RequestAnswered(
            number,
            workspace.clock.now(),
            key,
            request.method,
            request.path,
            request.query,
            sent,
            request.body,
            reply.status,
            {name.lower(): value for name, value in reply.headers.items()},
            reply.body,
            request.address,
        )
    )
