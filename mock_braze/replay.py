"""Replay: make the calls of a journal again, at their times, so that the same world comes of it.

What stands in a journal is either a call (a request, a move of the clock, a control call), what a
receiver of a webhook answered, or what came of those. Calls are made again, receivers are not: what
they answered counts again. The rest only tells how far the clock had run.
"""

import base64
import binascii
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.dates import read_time
from mock_braze.domain.faults import WIRE
from mock_braze.domain.plain_values import shown
from mock_braze.domain.webhooks.deliveries import Answer, Failure
from mock_braze.domain.webhooks.delivering import record_answer
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.exchange import LARGEST_BODY, without_a_wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MOST_PROBLEMS = 20
OWN_URL = re.compile(r"http://([^/\s<>\"]+)/(?:control/exports/|[a-z_/]+\?cursor=)")
_TYPES: Mapping[type, str] = {
    str: "text", dict: "an object", list: "an array", int: "a whole number",
}  # fmt: skip


class BadJournal(ValueError):
    """Lines that are no whole journal; `problems` holds every reason, with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Sent:
    """A call to make again: a request, or one of the control plane."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str = "127.0.0.1"
    host: str = "localhost"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call of a receiver came to: which delivery, when it was made, and where."""

    delivery: int
    made_at: datetime
    url: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Step:
    """What an entry of a journal means for a replay: until when, what call, move or answer."""

    at: datetime
    call: Sent | None = None
    to: datetime | None = None
    answered: Answered | None = None


def read_steps(lines: Iterable[bytes]) -> list[Step]:
    """The steps behind the JSON Lines of a whole journal.

    Raises:
        BadJournal: a line that cannot be read, or one that is missing.
    """
    steps, problems = [], []
    for number, line in enumerate(lines, start=1):
        if number == 1 and line.strip() == b"{":
            says = "this is JSON over several lines, as an HTTP Archive is; a replay needs JSON"
            raise BadJournal([f"{says} Lines, so export the journal without 'format'"])
        try:
            steps.append(_step(line, number))
        except _BadLine as bad:
            problems.append(f"line {number}: {bad}")
        if len(problems) == MOST_PROBLEMS:
            problems.append("…")
            break
    if problems:
        raise BadJournal(problems)
    return steps


def replay(steps: Iterable[Step], workspaces: Workspaces) -> Workspace:
    """Make a journal's calls again in the default workspace, which should be as empty as that of
    the journal was, with the same seed and keys. Its clock becomes a manual one.

    Raises:
        BadJournal: the journal goes back in time, or began before the workspace.
    """
    workspace, app = workspaces.default, create_app(workspaces).wsgi_app
    workspace.calls_receivers = False
    for number, step in enumerate(steps, start=1):
        if number == 1:
            workspace.state.clock = ManualClock(step.at)
        clock = workspace.clock
        assert isinstance(clock, ManualClock)
        if step.at > clock.now():
            clock.advance(step.at - clock.now())
        if step.to is not None:
            if step.to < clock.now():
                raise BadJournal([f"line {number}: the clock goes back to {step.to.isoformat()}"])
            workspace.advance(step.to - clock.now())
        elif step.call is not None:
            _make(app, step.call)
        else:
            workspace.settle()
            if step.answered is not None:
                _play(workspace, step.answered, number)
    workspace.calls_receivers = True
    return workspace


def _play(workspace: Workspace, answered: Answered, number: int) -> None:
    """Let a receiver have answered as it did."""
    state, delivery = workspace.state, answered.delivery
    if delivery not in state.deliveries.outgoing:
        raise BadJournal([f"line {number}: no receiver is called for delivery {delivery} here"])
    record_answer(state, delivery, answered.made_at, answered.url, answered.answer)


class _BadLine(ValueError):
    """Why a line is no entry of a journal."""


def _step(line: bytes, number: int) -> Step:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _BadLine(f"this is not JSON ({error})") from None
    if not isinstance(entry, dict):
        raise _BadLine("this is no JSON object")
    if _member(entry, "number", int) != number:
        raise _BadLine(
            f"here should be entry {number}, not {entry['number']}; a replay needs the whole "
            "journal, so export it without 'since' and 'kind'"
        )
    at = _moment(entry, "at")
    match _member(entry, "kind", str):
        case "request":
            request = _member(entry, "request", dict)
            answered = _member(entry, "response", dict)
            is_too_large = _member(answered, "status", int) == 413
            return Step(at, _request(request, _host_in(answered), is_too_large=is_too_large))
        case "control":
            return Step(at, _control(entry))
        case "clock":
            return Step(at, to=_moment(entry, "to"))
        case "webhook":
            return Step(at, answered=_answered(entry))
        case _:
            return Step(at)


def _request(sent: Mapping[str, Any], host: str, *, is_too_large: bool) -> Sent:
    headers = _member(sent, "headers", dict)
    if not all(isinstance(value, str) for value in headers.values()):
        raise _BadLine("'headers' must hold text only")
    # A body over the limit is not kept; what it held made no difference.
    body = b" " * (LARGEST_BODY + 1) if is_too_large else _body(sent)
    address = _member(sent, "address", str) if "address" in sent else "127.0.0.1"
    return Sent(*_target(sent), headers, body, address, host)


def _host_in(answered: Mapping[str, Any]) -> str:
    """Where the server was reached. It differs from run to run, so only answers with a URL of the
    server tell it: those about files, and the links between pages.
    """
    named = OWN_URL.search(f"{answered.get('body')} {answered.get('headers')}")
    return named[1] if named else "localhost"


def _control(entry: Mapping[str, Any]) -> Sent:
    return Sent(*_target(entry), {}, _body(entry))


def _answered(entry: Mapping[str, Any]) -> Answered:
    told = _member(entry, "answer", dict)
    headers = [each for each in _member(told, "headers", list) if _is_pair(each)]
    failure = told.get("failure")
    if failure is not None and failure not in list(Failure):
        raise _BadLine(f"there is no failure {failure!r:.40}")
    answer = Answer(
        _member(told, "status", int),
        tuple((name, value) for name, value in headers),
        _member(told, "body", str),
        None if failure is None else Failure(failure),
        _member(told, "reason", str),
    )
    called, delivery = _member(entry, "called", str), _member(entry, "delivery", int)
    return Answered(delivery, _moment(entry, "made_at"), called, answer)


def _is_pair(value: object) -> bool:
    if isinstance(value, list) and list(map(type, value)) == [str, str]:
        return True
    raise _BadLine(f"each of 'headers' must be a name with its value, not {shown(value)}")


def _target(sent: Mapping[str, Any]) -> tuple[str, str, str]:
    return _member(sent, "method", str), _member(sent, "path", str), _member(sent, "query", str)


def _body(sent: Mapping[str, Any]) -> bytes:
    if "body_base64" in sent:
        try:
            return base64.b64decode(_member(sent, "body_base64", str), validate=True)
        except binascii.Error:
            raise _BadLine("'body_base64' is no base64") from None
    return str(_member(sent, "body", str)).encode()


def _member(entry: Mapping[str, Any], name: str, kind: type) -> Any:
    if name not in entry:
        raise _BadLine(f"{name!r} is missing")
    if type(entry[name]) is not kind:
        raise _BadLine(f"{name!r} must be {_TYPES[kind]}, not {shown(entry[name])}")
    return entry[name]


def _moment(entry: Mapping[str, Any], name: str) -> datetime:
    moment = read_time(_member(entry, name, str))
    if moment is None:
        raise _BadLine(f"{name!r} must be an ISO 8601 time, not {shown(entry[name])}")
    return moment


def _make(app: "WSGIApplication", call: Sent) -> None:
    """Whatever is answered: it is in the journal of the replay."""
    chunks = app(_environ(call), lambda *_: lambda _: None)
    close = getattr(chunks, "close", None)
    for _ in chunks:
        pass
    if close is not None:
        close()


def _environ(call: Sent) -> "WSGIEnvironment":
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": call.path.encode().decode("latin-1"),
        "QUERY_STRING": call.query,
        "HTTP_HOST": call.host,
        "SERVER_NAME": "replay",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": call.address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(call.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        WIRE: without_a_wire,  # rules of faults are taken; nobody is there to be disturbed
    }
    for name, value in call.headers.items():
        key = name.replace("-", "_").upper()
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
