"""Braze's surface: the table of operations, and what every call needs before and after its own.

An operation is a plain function `Call -> Reply`. Flask mounts the table, and so does the direct
dispatch in `app.py`; both end in `answer`, so there is one behaviour.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.errors import (
    AccessDenied,
    AddressNotAllowed,
    BodyTooLarge,
    NothingUsable,
    RateLimited,
    Refusal,
    UnknownApiKey,
    UnknownPath,
)
from mock_braze.domain.faults import FaultEffect, FaultKind
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import RequestAnswered
from mock_braze.domain.rate_limits import SHARED_POOL, Family, count, refuse
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest import faults, limits
from mock_braze.rest.access import bearer_key, check_access, legacy_key
from mock_braze.rest.answer_headers import complete
from mock_braze.rest.documented_paths import is_documented
from mock_braze.rest.exchange import Call, Reply, Request
from mock_braze.rest.parsing import parsed
from mock_braze.webhooks.sending import deliver

log = logging.getLogger(__name__)

# What differs from run to run without meaning anything: where the server listens, how the
# connection is kept. No request keeps them, so that equal calls give equal journals.
UNJOURNALED_HEADERS = frozenset({"host", "connection", "keep-alive"})


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


def operation_for(method: str, path: str) -> Operation | None:
    """The row of the table that a call means; a slash at its end may be one too many."""
    method = "GET" if method == "HEAD" else method
    return TABLE.get((method, path)) or TABLE.get((method, path.removesuffix("/")))


def answer(workspaces: Workspaces, request: Request, operation: Operation | None) -> Reply:
    """Serve one request and journal it; None as `operation` is a path that Braze has not."""
    key = bearer_key(request.headers)
    if not key and "authorization" not in request.headers:
        key = legacy_key(workspaces, request.query, request.body)
    workspace = workspaces.opened_by(key) or workspaces.default
    with workspace.lock:
        workspace.settle()
        number = workspace.state.journal.reserve()
        fault = None
        if workspace.state.faults.rules:
            path = request.path if operation is None else operation.path
            fault = faults.fault_for(workspace, key, request, path, number)
        if fault is None or not fault.happens_before_the_fake:
            reply = _answered(workspace, key, request, operation, number, fault)
        else:
            reply = faults.gateway_answer(fault)
        _journal(workspace, key, request, reply, number)
    deliver(workspace)
    return reply


def _answered(
    workspace: Workspace,
    key: str,
    request: Request,
    operation: Operation | None,
    number: int,
    fault: FaultEffect | None,
) -> Reply:
    counters: list[limits.Counters] = []
    try:
        reply = _serve(workspace, key, request, operation, number, counters, fault)
    except Refusal as refusal:
        reply = _refused(workspace, refusal)
    except Exception:  # a fault of ours: in Braze's form for the client, with its trace for us
        log.exception("%s %s", request.method, request.path)
        reply = Reply(500, b'{"message":"Internal Server Error"}')
    complete(workspace, reply, *(counters[0] if counters else limits.NO_COUNTERS))
    return reply if fault is None else faults.damaged(reply, fault)


def _serve(
    workspace: Workspace,
    key: str,
    request: Request,
    operation: Operation | None,
    number: int,
    counters: list[limits.Counters],
    fault: FaultEffect | None,
) -> Reply:
    dials = workspace.state.dials
    if operation is None or (request.path != operation.path and dials.trailing_slash == "refused"):
        if operation is None:
            _warn_of_an_unplayed_endpoint(workspace, request, number)
        raise UnknownPath
    held = workspace.keys.get(key)
    if held is None:
        raise UnknownApiKey(key)
    check_access(workspace, held, request.address, operation.permission, number)
    if request.path != operation.path:
        _warn_of_slash(workspace, operation, number)
    body, problem = parsed(request, dials)
    family = operation.family
    if not isinstance(family, Family):
        family = family(dials, body)
    counted = count(workspace.state, family, number)
    if fault is not None and fault.kind is FaultKind.STATUS:  # of these, only 429 gets here
        counted = refuse(workspace.state, family, counted)
    counters.append(limits.told(dials, family, counted))
    if counted.is_over:
        raise RateLimited
    if problem is not None:
        raise problem
    call = Call(workspace, request, number, body)
    if fault is not None:
        return faults.perform(operation.function, call, fault)
    return operation.function(call)


def _warn_of_an_unplayed_endpoint(workspace: Workspace, request: Request, number: int) -> None:
    """Facts: endpoints-that-are-not-played"""
    path = request.path.removesuffix("/")
    if is_documented(path) and not any(path == played for _, played in TABLE):
        now, says = workspace.clock.now(), f"answered 404 to {request.method} {path}"
        workspace.state.hazard(Hazard.endpoint_not_played, now, number, path, says)


def _warn_of_slash(workspace: Workspace, operation: Operation, number: int) -> None:
    """Facts: paths-have-no-trailing-slash, trailing-slash-accepted"""
    now, says = workspace.clock.now(), f"taken for {operation.path}"
    workspace.state.hazard(Hazard.trailing_slash, now, number, f"{operation.path}/", says)


def _refused(workspace: Workspace, refusal: Refusal) -> Reply:
    body: dict[str, Any] = {"message": refusal.message}
    if isinstance(refusal, NothingUsable) and refusal.errors:
        body["errors"] = error_items(workspace, refusal.errors)
    return Reply(_status(refusal, workspace.state.dials), orjson.dumps(body))


def _status(refusal: Refusal, dials: Dials) -> int:
    """The status of a refusal, where a dial decides it."""
    match refusal:
        case AccessDenied():
            return int(dials.missing_permission)
        case AddressNotAllowed():
            return int(dials.foreign_address)
        case BodyTooLarge():
            return int(dials.oversized_body)
        case _:
            return refusal.status


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


def _journal(workspace: Workspace, key: str, request: Request, reply: Reply, number: int) -> None:
    workspace.state.journal.fill(
        RequestAnswered(
            number,
            workspace.clock.now(),
            key,
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            reply.status,
            reply.headers,
            reply.remaining,
            reply.request_id,
            reply.runtime,
            reply.body,
            request.address,
        )
    )
