"""create_app: the Flask application around the table of operations and the control plane.

The table is mounted twice: as URL rules of Flask, and as a direct dispatch in front of it that
answers a hit without Flask's request machinery, which costs several times what the call does.
"""

import gzip
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from http import HTTPStatus
from operator import itemgetter
from sys import intern
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.datastructures import Accept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

import mock_braze.rest  # noqa: F401  fills the table
from mock_braze.control import (
    api_keys,
    blocked_users,
    campaigns,
    clock,
    connected_content,
    content_cards,
    custom_attributes,
    dials,
    email,
    exports,
    faults,
    frequency_caps,
    given_profiles,
    index,
    invalid_phone_numbers,
    journal,
    listings,
    profiles,
    rate_limits,
    segments,
    sessions,
    sms,
    snapshot,
    subscription_groups,
    webhook_targets,
    webhook_templates,
    webhooks,
    world,
)
from mock_braze.control import workspaces as control_workspaces
from mock_braze.control.calls import WORKSPACES, BadControl
from mock_braze.control.index import CONTROL
from mock_braze.control.turns import take_turns
from mock_braze.domain.faults import WIRE
from mock_braze.domain.journal import own_headers
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.exchange import LARGEST_BODY, Reply, Request, Wire, without_a_wire
from mock_braze.rest.operations import TABLE, UNJOURNALED_HEADERS, Operation, answer, operation_for
from mock_braze.url_rules import LazyRule
from mock_braze.webhooks.sending import deliver

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXPORTS = "/control/exports/"  # their names are secrets, and clients without the token read them
LONGEST_NUMBER = 18  # digits; Python refuses to read numbers of thousands
BLUEPRINTS = (
    index.blueprint,
    control_workspaces.blueprint,
    snapshot.blueprint,
    world.blueprint,
    given_profiles.blueprint,
    clock.blueprint,
    dials.blueprint,
    faults.blueprint,
    rate_limits.blueprint,
    api_keys.blueprint,
    subscription_groups.blueprint,
    sms.blueprint,
    email.blueprint,
    invalid_phone_numbers.blueprint,
    segments.blueprint,
    campaigns.blueprint,
    frequency_caps.blueprint,
    listings.blueprint,
    exports.blueprint,
    webhooks.blueprint,
    webhook_targets.blueprint,
    webhook_templates.blueprint,
    sessions.blueprint,
    content_cards.blueprint,
    connected_content.blueprint,
    journal.blueprint,
    profiles.blueprint,
    custom_attributes.blueprint,
    blocked_users.blueprint,
)
STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}
STATUS_LINES[0] = STATUS_LINES[502]  # no answer at all, where the connection cannot be reset


def create_app(
    workspaces: Workspaces,
    *,
    control_token: str = "",
    dispatch_directly: bool = True,
    pages: Sequence[Blueprint] = (),
) -> Flask:
    """The fake as a WSGI application.

    With a `control_token`, every call under /control must carry it as a bearer token. Without
    `dispatch_directly` all calls go through Flask; the answers are the same. `pages` are served
    beside the calls, to anybody: a browser that opens one has no token.
    """
    app = Flask("mock_braze", static_folder=None)
    app.config[WORKSPACES] = workspaces
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types its provider loosely
    app.url_map.merge_slashes = False
    app.url_rule_class = LazyRule
    for operation in TABLE.values():
        app.add_url_rule(
            operation.path,
            endpoint=f"{operation.method} {operation.path}",
            view_func=partial(_flask_view, workspaces, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    control = Blueprint("control", __name__, url_prefix=CONTROL)
    take_turns(control)
    for blueprint in BLUEPRINTS:
        control.register_blueprint(blueprint)
    app.register_blueprint(control)
    for page in pages:
        app.register_blueprint(page)
    open_to_all = frozenset(page.name for page in pages)
    app.before_request(partial(_check_control_token, control_token, open_to_all))
    app.teardown_request(partial(_deliver_webhooks, workspaces))
    app.register_error_handler(HTTPException, partial(_http_error, workspaces))
    app.register_error_handler(BadControl, _bad_control)
    if dispatch_directly:
        app.wsgi_app = direct_dispatch(workspaces, app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def direct_dispatch(workspaces: Workspaces, otherwise: "WSGIApplication") -> "WSGIApplication":
    """A WSGI application that answers the table's calls itself and leaves the others."""

    def dispatch(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        operation = TABLE.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if operation is None:
            return otherwise(environ, start_response)
        reply = answer(workspaces, read_request(environ), operation)
        body, headers = _encoded(reply, environ)
        start_response(STATUS_LINES[reply.status], headers)
        if reply.disturbance is not None:
            wire: Wire = environ.get(WIRE, without_a_wire)
            return wire(reply.disturbance, body)
        return [body]

    return dispatch


def read_request(environ: "WSGIEnvironment") -> Request:
    """The request in a WSGI environment; a body over the limit is not kept.

    The journal keeps it, so what is the same in many requests is one text in memory: to touch new
    memory costs more than to look a text up.
    """
    path = environ["PATH_INFO"]
    body = _read_body(environ)
    is_too_large = len(body) > LARGEST_BODY
    return Request(
        intern(environ["REQUEST_METHOD"]),
        intern(path if path.isascii() else path.encode("latin-1").decode(errors="replace")),
        environ.get("QUERY_STRING", ""),
        _headers_in(environ),
        b"" if is_too_large else body,
        intern(environ.get("REMOTE_ADDR") or "127.0.0.1"),
        is_too_large,
        environ.get("HTTP_HOST", "localhost"),
    )


def _headers_in(environ: "WSGIEnvironment") -> Mapping[str, str]:
    """The headers of a request. Those of one client hardly differ, so equal ones are one value."""
    names, values_in = _headers_among(tuple(environ))
    return _headers(names, values_in(environ))


@lru_cache(maxsize=256)
def _headers_among(keys: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    """The names, in lower case and in order, of the headers among the keys of an environment, and
    what takes their values out of it.
    """
    named = {key: key.removeprefix("HTTP_").replace("_", "-").lower() for key in keys}
    chosen = [
        key
        for key in sorted(named, key=named.__getitem__)
        if (key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH"))
        and named[key] not in UNJOURNALED_HEADERS
    ]
    names = tuple(named[key] for key in chosen)
    if len(chosen) < 2:  # of one key, an `itemgetter` would give no tuple
        return names, lambda environ: tuple(environ[key] for key in chosen)
    return names, itemgetter(*chosen)


@lru_cache(maxsize=1024)
def _headers(names: tuple[str, ...], values: tuple[str, ...]) -> Mapping[str, str]:
    return dict(zip(names, values, strict=True))


def _read_body(environ: "WSGIEnvironment") -> bytes:
    """At most one byte more than the limit, so that nobody can fill the memory."""
    length = environ.get("CONTENT_LENGTH", "")
    if length.isdecimal() and len(length) <= LONGEST_NUMBER:
        return bytes(environ["wsgi.input"].read(min(int(length), LARGEST_BODY + 1)))
    if environ.get("wsgi.input_terminated") or "HTTP_TRANSFER_ENCODING" in environ:
        return bytes(environ["wsgi.input"].read(LARGEST_BODY + 1))
    return b""


def _encoded(reply: Reply, environ: "WSGIEnvironment") -> tuple[bytes, list[tuple[str, str]]]:
    """The body as sent, and the headers.

    Facts: gzip-when-accepted
    """
    body = reply.body
    headers = [*reply.headers, *own_headers(reply.remaining, reply.request_id, reply.runtime)]
    if body and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return body, headers


@lru_cache(maxsize=256)
def accepts_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, and not with the weight 0."""
    return "gzip" in accepted and parse_accept_header(accepted, Accept).quality("gzip") > 0


def _flask_view(workspaces: Workspaces, operation: Operation | None) -> Response:
    if operation is None or request.environ["PATH_INFO"] != operation.path:
        # Flask would forgive slashes in front (unknown-path-404)
        operation = operation_for(request.method, request.environ["PATH_INFO"])
    reply = answer(workspaces, read_request(request.environ), operation)
    body, headers = _encoded(reply, request.environ)
    if reply.disturbance is None:
        return Response(body, STATUS_LINES[reply.status], headers)
    wire: Wire = request.environ.get(WIRE, without_a_wire)
    return Response(wire(reply.disturbance, body), STATUS_LINES[reply.status], headers)


def _is_control(path: str) -> bool:
    return path == CONTROL or path.startswith(f"{CONTROL}/")


def _check_control_token(token: str, open_to_all: frozenset[str]) -> None:
    if not token or not _is_control(request.path) or request.path.startswith(EXPORTS):
        return
    if request.blueprint in open_to_all:
        return
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), token.encode()):
        raise BadControl(401, ["this server asks for its control token: Authorization: Bearer …"])


def _deliver_webhooks(workspaces: Workspaces, _: BaseException | None) -> None:
    """Send what a control call has made due, when its turn is over; a call of the table does so
    for itself.
    """
    if _is_control(request.path):
        for workspace in workspaces:
            deliver(workspace)


def _http_error(workspaces: Workspaces, error: HTTPException) -> Response:
    """What Flask itself refuses: under /control with its reason, elsewhere as Braze does."""
    status = error.code or 500
    if _is_control(request.path):
        called = f"{request.method} {request.path}"
        return _bad_control(BadControl(status, [f"{called}: {index.why_not(error)}"]))
    if status in (404, 405):
        return _flask_view(workspaces, None)
    response = jsonify(message=error.name)
    response.status_code = status
    return response


def _bad_control(error: BadControl) -> Response:
    response = jsonify(problems=error.problems)
    response.status_code = error.status
    return response
