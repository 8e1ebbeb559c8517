"""Faults on Braze's surface: which rule hits a call, and what becomes of call and answer."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mock_braze.domain.errors import Refusal
from mock_braze.domain.fault_reading import told_effect
from mock_braze.domain.faults import FaultEffect, FaultKind
from mock_braze.domain.journal import FaultInjected, Journal
from mock_braze.domain.workspace import Workspace
from mock_braze.rest.exchange import Call, Disturbance, Reply, Request

Function = Callable[[Call], Reply]


def fault_for(
    workspace: Workspace, key: str, request: Request, path: str, number: int
) -> FaultEffect | None:
    """What is to become of a call, journaled; None if no rule hits it.

    `path` is that of the endpoint, without a slash too many.
    """
    state = workspace.state
    rule = state.faults.hits(
        state.seeds.fault_share,
        method=request.method,
        path=path,
        api_key=key,
        texts=lambda: set(_texts(request)),
    )
    if rule is None:
        return None
    now, effect = workspace.clock.now(), told_effect(rule.effect)
    state.journal.add(FaultInjected(state.journal.next_number(), now, number, rule.id, effect))
    return rule.effect


def _texts(request: Request) -> Iterator[str]:
    """Every text and number in the query and in a JSON body, in lower case."""
    for _, value in parse_qsl(request.query, keep_blank_values=True):
        yield value.lower()
        yield f"+{value[1:]}" if value.startswith(" ") else ""  # an unencoded plus
    try:
        left: list[Any] = [orjson.loads(request.body)]
    except orjson.JSONDecodeError:
        return
    while left:
        match left.pop():
            case dict() as members:
                left.extend(members.values())
            case list() as items:
                left.extend(items)
            case bool() | None:
                pass
            case value:
                yield str(value).lower()


def perform(function: Function, call: Call, effect: FaultEffect) -> Reply:
    """What an operation answers, done never, once or twice.

    Facts: server-error-outcome-unknown
    """
    match effect.kind:
        case FaultKind.ACCEPTED_BUT_LOST:
            return _tried(function, call)
        case FaultKind.DUPLICATE_PROCESSING:
            reply = function(call)
            with suppress(Refusal):
                function(call)
            return reply
        case _:
            return function(call)


def _tried(function: Function, call: Call) -> Reply:
    """What the operation would answer; it works on a copy of the world, which is thrown away."""
    workspace = call.workspace
    kept = workspace.state
    spared = {id(kept.journal): Journal(), id(kept.clock): kept.clock}
    workspace.state = deepcopy(kept, spared)
    try:
        return function(call)
    finally:
        workspace.state = kept


def damaged(reply: Reply, effect: FaultEffect) -> Reply:
    """An answer as the client gets it."""
    match effect.kind:
        case FaultKind.LATENCY:
            reply.disturbance = Disturbance(delay=effect.seconds)
        case FaultKind.SLOW_DRIP:
            reply.disturbance = Disturbance(drip=effect.seconds)
        case FaultKind.TRUNCATED_BODY:
            reply.disturbance = Disturbance(is_cut=True)
        case FaultKind.MALFORMED_BODY:
            reply.body = reply.body[: len(reply.body) // 2]
        case FaultKind.APPLIED_THEN_LOST:
            return gateway_answer(effect)
    return reply


def gateway_answer(effect: FaultEffect) -> Reply:
    """The answer of something in front of Braze, or none.

    Facts: errors-may-not-be-json
    """
    if effect.status == 0:
        return Reply(0, b"", disturbance=Disturbance(is_reset=True))
    phrase = HTTPStatus(effect.status).phrase
    match effect.body:
        case "json":
            body = orjson.dumps({"message": phrase})
            headers = (("Content-Type", "application/json"), ("Cache-Control", "no-cache"))
            return Reply(effect.status, body, headers)
        case "html":
            title = f"{effect.status} {phrase}"
            page = f"<html><head><title>{title}</title></head><body>{title}</body></html>\r\n"
            return Reply(effect.status, page.encode(), (("Content-Type", "text/html"),))
        case _:
            return Reply(effect.status, b"")
