"""Braze's surface: the table of operations, and what every call needs before and after its own.

An operation is a plain function `Call -> Reply`. Flask mounts the table, and so does the direct
dispatch in `app.py`; both end in `answer`, so there is one behaviour.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import decompressobj
from zlib import error as ZlibError

import orjson

from mock_braze import webhooks
from mock_braze.domain.dials import Dials
from mock_braze.domain.errors import (
    AccessDenied,
    AddressNotAllowed,
    BodyTooLarge,
    NothingUsable,
    NotJson,
    RateLimited,
    Refusal,
    UnknownApiKey,
    UnknownPath,
    WrongContentType,
)
from mock_braze.domain.faults import FaultEffect, FaultKind
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import RequestAnswered
from mock_braze.domain.rate_limits import SHARED_POOL, Family, count, refuse
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest import faults, limits
from mock_braze.rest.access import bearer_key, check_access, legacy_key
from mock_braze.rest.exchange import LEGACY_MEMBER
from mock_braze.rest.exchange import Call as Call
from mock_braze.rest.exchange import Reply as Reply
from mock_braze.rest.exchange import Request as Request

log = logging.getLogger(__name__)

LARGEST_BODY = 4 * 1024 * 1024
SHORT_BODY = 200

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


HEADERS_OF_OTHERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-cache",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Vary": "Origin,Accept-Encoding",
}
HEADERS_OF_SUCCESS = {
    **HEADERS_OF_OTHERS,
    "Cache-Control": "max-age=0, private, must-revalidate",
}

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
            reply = _answered(workspaces, workspace, key, request, operation, number, fault)
        else:
            reply = faults.gateway_answer(fault)
        _journal(workspace, key, request, reply, number)
    webhooks.deliver(workspace)
    return reply


def _answered(
    workspaces: Workspaces,
    workspace: Workspace,
    key: str,
    request: Request,
    operation: Operation | None,
    number: int,
    fault: FaultEffect | None,
) -> Reply:
    headers = dict(limits.NO_COUNTERS)
    try:
        reply = _serve(workspaces, workspace, key, request, operation, number, headers, fault)
    except Refusal as refusal:
        reply = _refused(workspace, refusal)
    except Exception:  # a fault of ours: in Braze's form for the client, with its trace for us
        log.exception("%s %s", request.method, request.path)
        reply = Reply(500, b'{"message":"Internal Server Error"}')
    _complete(workspace, reply, headers)
    return reply if fault is None else faults.damaged(reply, fault)


def _serve(
    workspaces: Workspaces,
    workspace: Workspace,
    key: str,
    request: Request,
    operation: Operation | None,
    number: int,
    headers: dict[str, str],
    fault: FaultEffect | None,
) -> Reply:
    dials = workspace.state.dials
    if operation is None or (request.path != operation.path and dials.trailing_slash == "refused"):
        raise UnknownPath
    if workspaces.opened_by(key) is None:
        raise UnknownApiKey(key)
    check_access(workspace, key, request.address, operation.permission, number)
    if request.path != operation.path:
        _warn_of_slash(workspace, operation, number)
    body, problem = _parsed(request, dials)
    family = operation.family
    if not isinstance(family, Family):
        family = family(dials, body)
    counted = count(workspace.state, family, number)
    if fault is not None and fault.kind is FaultKind.STATUS:  # of these, only 429 gets here
        counted = refuse(workspace.state, family, counted)
    headers.clear()
    headers.update(limits.told(dials, family, counted))
    if counted.is_over:
        raise RateLimited
    if problem is not None:
        raise problem
    call = Call(workspace, request, number, body)
    if fault is not None:
        return faults.perform(operation.function, call, fault)
    return operation.function(call)


def _warn_of_slash(workspace: Workspace, operation: Operation, number: int) -> None:
    """Facts: paths-have-no-trailing-slash, trailing-slash-accepted"""
    now, says = workspace.clock.now(), f"taken for {operation.path}"
    workspace.state.hazard(Hazard.trailing_slash, now, number, f"{operation.path}/", says)


def _parsed(request: Request, dials: Dials) -> tuple[Any, Refusal | None]:
    """The JSON body of a POST, or why there is none.

    Facts: wrong-content-type-415, too-large-413, unparsable-json-400
    """
    if request.method in ("GET", "HEAD"):
        return None, None
    if request.is_too_large:
        return None, BodyTooLarge()
    if not _is_json(request.headers.get("content-type", "")):
        return None, WrongContentType()
    body = request.body
    try:
        if "content-encoding" in request.headers:
            body = _unpacked(body, request.headers["content-encoding"], dials)
        # Inferred: the parser is as strict as Ruby's (ruby-reads-json)
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, NotJson()
    except Refusal as refusal:
        return None, refusal
    if "authorization" not in request.headers and isinstance(parsed, dict):
        parsed.pop(LEGACY_MEMBER, None)  # it has opened the workspace, and means nothing more
    return parsed, None


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _unpacked(body: bytes, encoding: str, dials: Dials) -> bytes:
    """A compressed request body, unpacked as far as a body may be long.

    Raises:
        WrongContentType, BodyTooLarge, NotJson: it cannot be taken.

    Facts: compressed-request-bodies
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" if dials.compressed_body == "accepted":
            stream = decompressobj(wbits=31)
            try:
                unpacked = stream.decompress(body, LARGEST_BODY + 1)
            except ZlibError:
                raise NotJson from None
            if len(unpacked) > LARGEST_BODY:
                raise BodyTooLarge
            if not stream.eof:
                raise NotJson
            return unpacked
        case _:
            raise WrongContentType


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


def _complete(workspace: Workspace, reply: Reply, counters: Mapping[str, str]) -> None:
    """Put Braze's headers on an answer.

    Facts: etag-is-body-hash, cache-control-by-status, content-type-has-no-charset,
        rate-headers-on-every-answer, request-id-is-uuid, runtime-has-six-decimals, fixed-headers
    """
    seeds = workspace.state.seeds
    if reply.status in (200, 201):
        headers = dict(HEADERS_OF_SUCCESS)
        headers["Etag"] = etag(reply.body)
    else:
        headers = dict(HEADERS_OF_OTHERS)
    headers.update(reply.headers)
    headers.update(counters)
    headers["X-Request-Id"] = seeds.request_id()
    headers["X-Runtime"] = f"{seeds.runtime_seconds():.6f}"
    reply.headers = headers


def etag(body: bytes) -> str:
    """Facts: etag-is-body-hash"""
    return _etag_of_short(body) if len(body) <= SHORT_BODY else _etag(body)


def _etag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


_etag_of_short = lru_cache(maxsize=1024)(_etag)  # nearly all writes have one of a few answers


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
            reply.body,
            request.address,
        )
    )
