"""Exchange: one request with its answer; do both keep the contract?"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from contracts.breaches import ABSENT, Breach, shown
from contracts.specification import JSON_TYPE, Answer, Operation, Specification
from contracts.violations import Violation

LARGEST_BODY = 4 * 1024 * 1024
LARGEST_BULK_BODY = 2 * 1024 * 1024
# How many objects the three arrays may hold together, and the fact behind it.
MOST_OBJECTS = {
    "/users/track": (75, "track-object-limit"),
    "/users/track/bulk": (1_000, "bulk-limits"),
}
# Lists whose query says how many items they may hold, and the fact behind it.
LIMITED = {
    "/subscription/user/status": ("users", "user-status-query"),
    "/email/hard_bounces": ("emails", "email-list-query"),
    "/email/unsubscribes": ("emails", "email-list-query"),
    "/sms/invalid_phone_numbers": ("sms", "invalid-phones-query"),
    "/content_blocks/list": ("content_blocks", "content-blocks-list"),
    "/templates/email/list": ("templates", "email-templates-list"),
}
ARRAYS = ("attributes", "events", "purchases")
# What the counters of an accepted request count.
_TRACKED = {f"{name}_processed": (name,) for name in ARRAYS}
COUNTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "/users/track": _TRACKED,
    "/users/track/bulk": _TRACKED,
    "/users/alias/new": {"aliases_processed": ("user_aliases",)},
    "/users/alias/update": {"aliases_processed": ("alias_updates",)},
    "/users/identify": {
        "aliases_processed": ("aliases_to_identify",),
        "emails_processed": ("emails_to_identify",),
        "phone_numbers_processed": ("phone_numbers_to_identify",),
    },
    "/users/delete": {
        "deleted": (
            "external_ids", "user_aliases", "braze_ids", "email_addresses", "phone_numbers",
        )
    },
}  # fmt: skip

_BEARER = re.compile(r"Bearer ([^\s\"']+)")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_UNREADABLE = object()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. Header names in any case; bodies as before any compression."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes


def check_exchange(exchange: Exchange, specification: Specification) -> list[Violation]:
    """Every promise that the consumer's request or the provider's answer breaks.

    A refused request is checked like any other, and so is its refusal. What a server error or a
    gateway says is free.
    """
    operation = specification.operation(exchange.method, exchange.path)
    if operation is None:
        name = f"{exchange.method} {exchange.path}"
        words = "no such operation in this contract"
        return [Violation(name, "request", "path", shown(exchange.path), words, "unknown-path-404")]
    sent = _Sent(exchange, operation)
    request = partial(Violation, operation.name, "request")
    response = partial(Violation, operation.name, "response")
    return [
        *(request(*breach) for breach in _request_breaches(sent)),
        *(response(*breach) for breach in _response_breaches(exchange, sent)),
    ]


class _Sent:
    """A request as the two checks need it: read once."""

    def __init__(self, exchange: Exchange, operation: Operation) -> None:
        self.operation = operation
        self.headers = _lower(exchange.request_headers)
        self.query = query_members(exchange.query)
        self.raw = exchange.request_body
        self.body = _parsed(self.raw) if operation.body else None
        key = _BEARER.fullmatch(self.headers.get("authorization", ""))
        self.key = key[1] if key else ""

    @property
    def has_json_type(self) -> bool:
        media_type = self.headers.get("content-type", "").partition(";")[0]
        return media_type.strip().lower() == JSON_TYPE


def query_members(query: tuple[tuple[str, str], ...]) -> dict[str, str | list[str]]:
    """The query string as one object: `name[]` is a list, and so is a plain name given twice."""
    members: dict[str, Any] = {}
    for name, value in query:
        if name.endswith("[]"):
            members.setdefault(name, []).append(value)
        elif name in members:
            before = members[name]
            members[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            members[name] = value
    return members


def _plainly_named(query: Mapping[str, Any]) -> dict[str, Any]:
    """The query with `name[]` and `name[0]` as `name`: a list holds what is needed as well."""
    return {name.partition("[")[0] or name: value for name, value in query.items()}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _UNREADABLE


# ------------------------------------------------------------------ the consumer's side


def _request_breaches(sent: _Sent) -> Iterator[Breach]:
    if not sent.key:
        received = ABSENT if "authorization" not in sent.headers else '"…"'
        words = "Bearer, one space, the key without quotes"
        yield Breach("headers.authorization", received, words, "bearer-key")
    yield from sent.operation.query.breaches(sent.query, "query")
    if sent.operation.body is None:
        return
    if not sent.has_json_type:
        received = shown(sent.headers["content-type"]) if "content-type" in sent.headers else ABSENT
        yield Breach("headers.content-type", received, JSON_TYPE, "wrong-content-type-415")
    if len(sent.raw) > LARGEST_BODY:
        yield Breach("body", f"{len(sent.raw)} bytes", "at most 4 MB", "too-large-413")
    elif sent.operation.path == "/users/track/bulk" and len(sent.raw) > LARGEST_BULK_BODY:
        yield Breach("body", f"{len(sent.raw)} bytes", "at most 2 MB", "bulk-body-limit")
    if sent.body is _UNREADABLE:
        yield Breach("body", _excerpt(sent.raw), "JSON in UTF-8", "unparsable-json-400")
    else:
        yield from sent.operation.body.breaches(sent.body, "body")
        yield from _too_many_objects(sent)


def _too_many_objects(sent: _Sent) -> Iterator[Breach]:
    if sent.operation.path in MOST_OBJECTS and isinstance(sent.body, dict):
        most, fact = MOST_OBJECTS[sent.operation.path]
        counts = [len(each) for each in map(sent.body.get, ARRAYS) if isinstance(each, list)]
        if max(counts, default=0) <= most < sum(counts):
            words = f"at most {most} objects in the three arrays together"
            yield Breach("body", f"{sum(counts)} objects", words, fact)


# ------------------------------------------------------------------ the provider's side


def _response_breaches(exchange: Exchange, sent: _Sent) -> Iterator[Breach]:
    yield from _missed_refusals(exchange.status, sent)
    answer = sent.operation.answer(exchange.status)
    if answer is None:
        words = f"one of {', '.join(sent.operation.answers)}"
        yield Breach("status", str(exchange.status), words)
        return
    headers = _lower(exchange.response_headers)
    yield from answer.headers.breaches(headers, "headers")
    if answer.bodies:
        yield from _body_breaches(exchange, sent, answer, headers)


def _missed_refusals(status: int, sent: _Sent) -> Iterator[Breach]:
    """A success, or the wrong refusal, for a request that cannot succeed."""
    received = str(status)
    if not sent.key and (status < 400 or status in (400, 403, 415)):
        yield Breach("status", received, "401 without a readable key", "missing-key-body")
    if status >= 400:
        return
    if sent.operation.body and not sent.has_json_type:
        yield Breach("status", received, "415 for another content type", "wrong-content-type-415")
    elif sent.operation.body and sent.body is _UNREADABLE:
        yield Breach("status", received, "400 for a body that is not JSON", "unparsable-json-400")
    elif len(sent.raw) > LARGEST_BODY:
        yield Breach("status", received, "413 over 4 MB", "too-large-413")
    elif sent.operation.path == "/users/track/bulk" and len(sent.raw) > LARGEST_BULK_BODY:
        yield Breach("status", received, "400 over 2 MB", "bulk-body-limit")
    else:
        needed = sent.body if sent.operation.body else _plainly_named(sent.query)
        for lack in sent.operation.minimum.breaches(needed, "request"):
            yield Breach("status", received, f"a refusal without {lack.documented}", lack.fact)


def _body_breaches(
    exchange: Exchange, sent: _Sent, answer: Answer, headers: Mapping[str, str]
) -> Iterator[Breach]:
    content_type = headers.get("content-type")
    if content_type != JSON_TYPE:
        received = ABSENT if content_type is None else shown(content_type)
        yield Breach("headers.content-type", received, JSON_TYPE, "content-type-has-no-charset")
    raw = exchange.response_body
    if "etag" in headers and exchange.status < 400:
        hashed = f'W/"{hashlib.sha256(raw).hexdigest()[:32]}"'
        if headers["etag"] != hashed:
            words = f"the hash of this body, {hashed}"
            yield Breach("headers.etag", shown(headers["etag"]), words, "etag-is-body-hash")
    body = _parsed(raw)
    if body is _UNREADABLE:
        yield Breach("body", _excerpt(raw), "JSON", "bodies-are-compact-message-last")
        return
    wrong_form = list(answer.bodies[JSON_TYPE].breaches(body, "body"))
    yield from wrong_form
    if not wrong_form:
        yield from _layout_breaches(raw, body)
        yield from _mismatches(exchange, sent, body)


def _layout_breaches(raw: bytes, body: Mapping[str, Any]) -> Iterator[Breach]:
    if orjson.dumps(body) != raw and re.search(rb"\s", _STRING.sub(b'""', raw)):
        words = "JSON without whitespace"
        yield Breach("body", _excerpt(raw), words, "bodies-are-compact-message-last")
    if [name for name in body if name != "errors"][-1] != "message":
        words = "message after the data"
        yield Breach("body", shown(list(body)), words, "bodies-are-compact-message-last")


def _mismatches(exchange: Exchange, sent: _Sent, body: Mapping[str, Any]) -> Iterator[Breach]:
    """Where an answer of the right form does not fit its request."""
    if exchange.status == 401 and sent.key and body["message"].startswith("Invalid API key: "):
        if body["message"] != f"Invalid API key: {sent.key}":
            yield Breach("body.message", '"…"', "the key as it was sent", "unknown-key-body")
    elif exchange.status == 201 and sent.operation.path in COUNTED:
        yield from _wrong_counters(sent, body)
        yield from _errors_about_nothing(sent, body)
    elif exchange.status == 200 and sent.operation.path == "/subscription/status/get":
        yield from _wrong_identifiers(sent.query, body["status"])
    elif exchange.status == 200 and sent.operation.path in LIMITED:
        yield from _more_than_asked(sent, body)
    elif exchange.status == 400:
        yield from _errors_about_nothing(sent, body)


def _wrong_counters(sent: _Sent, body: Mapping[str, Any]) -> Iterator[Breach]:
    counted = COUNTED[sent.operation.path]
    is_track = counted is _TRACKED
    for counter, arrays in counted.items():
        if counter not in body:
            continue
        sizes = [size for size in (_size(sent.body, name) for name in arrays) if size is not None]
        if is_track and not sizes:
            words = "no counter for an array that was not sent"
            yield Breach(
                f"body.{counter}", str(body[counter]), words, "absent-array-absent-counter"
            )
        elif body[counter] > sum(sizes):
            words = f"at most the {sum(sizes)} objects sent"
            fact = "track-success-body" if is_track else "user-item-errors"
            yield Breach(f"body.{counter}", str(body[counter]), words, fact)


def _errors_about_nothing(sent: _Sent, body: Mapping[str, Any]) -> Iterator[Breach]:
    """Errors that point at an object that was not sent."""
    for number, error in enumerate(body.get("errors", ())):
        if error["index"] >= _listed(sent.body, error["input_array"]):
            path = f"body.errors[{number}].index"
            yield Breach(path, str(error["index"]), "an object sent", "error-index-within-array")


def _listed(sent: Any, name: str) -> int:
    """How many items an error of this `input_array` can point at."""
    # Braze: /users/identify calls its three arrays by one name (identify-both-recencies)
    names = COUNTED["/users/identify"].values() if name == "user_identifiers" else [(name,)]
    return max(_size(sent, each) or 0 for each, *_ in names)


def _size(sent: Any, name: str) -> int | None:
    objects = sent.get(name) if isinstance(sent, dict) else None
    return len(objects) if isinstance(objects, list) else None


def _wrong_identifiers(
    query: Mapping[str, str | list[str]], status: Mapping[str, str]
) -> Iterator[Breach]:
    by_external_id = _queried(query, "external_id")
    asked = by_external_id or _queried(query, "email") or _queried(query, "phone")
    if by_external_id and status.keys() != by_external_id:
        words = f"exactly {shown(sorted(by_external_id))}"
    elif len(status) > len(asked):
        words = f"one entry for each of {shown(sorted(asked))}"
    else:
        return
    yield Breach("body.status", shown(status), words, "status-get-body")


def _queried(query: Mapping[str, str | list[str]], name: str) -> set[str]:
    values = [value for each, value in query.items() if each.partition("[")[0] == name]
    return {one for each in values for one in ([each] if isinstance(each, str) else each) if one}


def _more_than_asked(sent: _Sent, body: Mapping[str, Any]) -> Iterator[Breach]:
    """A list that is longer than the `limit` of its query."""
    (name, fact), limit = LIMITED[sent.operation.path], sent.query.get("limit")
    if isinstance(limit, str) and limit.isdecimal() and len(body[name]) > int(limit):
        yield Breach(f"body.{name}", f"{len(body[name])} items", f"at most {limit}", fact)


def _excerpt(raw: bytes) -> str:
    return shown(raw[:200].decode(errors="replace"))
