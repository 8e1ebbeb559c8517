"""Does a server keep the contract? Known calls first, then data that schemathesis makes up.

Every answer goes through the same check as recorded traffic. On top of it, no answer may be a
server error, and each known call has the statuses it must get.

Made-up data fits the description or breaks it. Breaking it is no reason to be refused: Braze
ignores unknown members and lists bad objects beside good ones. Only a request that lacks what the
description demands in `x-refused-unless` must be refused.
"""

import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from contracts.breaches import shown
from contracts.specification import JSON_TYPE, Specification
from contracts.traffic import Exchange, check_exchange
from contracts.violations import Violation

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

UNKNOWN_KEY = "no-such-key"
LONG_TEXT = 5_000  # characters
SUCCESSES = (200, 201, 202)
# What a call may need that only the provider can have, and the fact behind its absence.
RESOURCES: Mapping[str, str] = {
    "subscription_group_id": "unknown-group-400",
    "segment_id": "unknown-segment-id",
    "campaign_id": "unknown-campaign-id",
    "canvas_id": "canvas-id-sentence",
    "schedule_id": "unknown-schedule",
    "message_variation_id": "send-campaign-refusals",
}
# What these need, only a call before can have made.
SCHEDULE_CHANGES = ("/schedule/update", "/schedule/delete")
# Made-up values come from these as often as not: a pattern alone rarely makes an address that
# exists, and calls that name the same people meet.
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "email": ("email@example.com", "other@example.com", "third.one+tag@example.org"),
    "phone": ("+13135551212", "+13135551213", "+442079460018"),
    "external-id": ("q-1", "q-2", "q-100"),
}


@dataclass(slots=True)
class Verification:
    """What a run found: the statuses it got per operation, and each distinct violation once."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    violations: list[Violation] = field(default_factory=list)
    _seen: set[tuple[str, str, str]] = field(default_factory=set, repr=False)

    def note(self, violation: Violation) -> None:
        """Keep the first violation of each rule; the others say nothing new."""
        rule = (violation.operation, violation.property.partition("[")[0], violation.documented)
        if rule not in self._seen:
            self._seen.add(rule)
            self.violations.append(violation)


@dataclass(frozen=True, slots=True)
class Probe:
    """A known call, the statuses it must get, why, and the fact behind it.

    Without any status, its answer is judged as that of any other call.
    """

    expected: tuple[int, ...]
    reason: str = ""
    fact: str = ""
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def verify_provider(
    provider: "WSGIApplication | str",
    api_key: str,
    *,
    resources: Mapping[str, str] | None = None,
    max_examples: int = 25,
    only: Collection[str] = (),
    specification: Specification | None = None,
) -> Verification:
    """Call every operation of `provider`, a WSGI application or a base URL, and judge the answers.

    `api_key` needs the permission of every operation. `resources` names one of each kind in
    RESOURCES that the provider has; without it only refusals are judged where one is needed. For
    each operation, `max_examples` made-up requests fit the description and as many break it; they
    are the same in every run. `only` names the operations to call, such as `POST /users/track`;
    none means all.

    Raises:
        ValueError: the description has no such operation.
    """
    specification = specification or Specification()
    unknown = set(only) - {each.name for each in specification.operations}
    if unknown:
        raise ValueError(f"no such operation: {', '.join(sorted(unknown))}")
    resources = resources or {}
    document = _with_samples(_about(specification.document, resources))
    caller = _Caller(provider, document, api_key, specification)
    for operation in caller.operations:
        if only and f"{operation.method.upper()} {operation.path}" not in only:
            continue
        for probe in _probes(document, operation.path, operation.method, resources):
            caller.probe(operation, probe)
        if "schedule_id" not in resources and operation.path.endswith(SCHEDULE_CHANGES):
            caller.change_schedule(operation)
        caller.explore(operation, max_examples)
    return caller.verification


class _Caller:
    """Sends schemathesis's cases, and judges each answer."""

    def __init__(
        self,
        provider: "WSGIApplication | str",
        document: dict[str, Any],
        api_key: str,
        specification: Specification,
    ) -> None:
        import requests
        import schemathesis

        from mock_braze.in_process import BASE_URL, in_process_session

        config = schemathesis.Config()
        if isinstance(provider, str):
            url, self.session = provider, requests.Session()
            self.session.trust_env = False  # a proxy must not divert test traffic
        else:
            # Not schemathesis's own way to an application: it reports other queries than it sends.
            url, self.session = BASE_URL, in_process_session(provider)
        config.projects.default.base_url = url
        schema = schemathesis.openapi.from_dict(document, config=config)
        self.operations: list[Any] = [each.ok() for each in schema.get_all_operations()]
        self.authorization = {"Authorization": f"Bearer {api_key}"}
        self.document = document
        self.specification = specification
        self.verification = Verification()

    def probe(self, operation: Any, probe: Probe) -> None:
        """Send a known call; its answer must have an expected status, if any is expected."""
        body = {} if probe.body is None else {"body": probe.body, "media_type": JSON_TYPE}
        case = operation.Case(query=dict(probe.query), **body)
        status = self.send(case, {**self.authorization, **probe.headers}).status
        if probe.expected and status not in probe.expected and status < 500:
            words = f"{' or '.join(map(str, probe.expected))} {probe.reason}"
            name = f"{operation.method.upper()} {operation.path}"
            violation = Violation(name, "response", "status", str(status), words, probe.fact)
            self.verification.note(violation)

    def change_schedule(self, operation: Any) -> None:
        """Make a schedule by the example of its creation, and change or delete that one."""
        path = f"{operation.path.rpartition('/')[0]}/create"
        create = next(each for each in self.operations if each.path == path)
        headers = self.authorization
        made = self.send(create.Case(body=self._example(create), media_type=JSON_TYPE), headers)
        try:
            schedule_id = orjson.loads(made.response_body)["schedule_id"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return  # that a schedule could not be made is the matter of its own operation
        body = {**self._example(operation), "schedule_id": schedule_id}
        reason = "for a schedule that was made just before"
        self.probe(operation, Probe(SUCCESSES, reason, "", body))

    def _example(self, operation: Any) -> Any:
        item = self.document["paths"][operation.path][operation.method.lower()]
        examples = item["requestBody"]["content"][JSON_TYPE]["examples"]
        return next(iter(examples.values()))["value"]

    def explore(self, operation: Any, max_examples: int) -> None:
        """Send made-up requests that fit the description, then some that break it."""
        explore(operation, max_examples, lambda case: self.send(case, self.authorization))

    def send(self, case: Any, headers: Mapping[str, str]) -> Exchange:
        """Send one call, note what its answer breaks, and return both."""
        given = {name: value for name, value in headers.items() if value}
        exchange = _exchange(case.call(headers=given, session=self.session))
        name = f"{exchange.method} {exchange.path}"
        self.verification.statuses[name][exchange.status] += 1
        for violation in check_exchange(exchange, self.specification):
            if violation.side == "response":
                self.verification.note(violation)
        if exchange.status >= 500:
            sent = exchange.request_body[:200].decode(errors="replace")
            received = f"{exchange.status} for {sent or exchange.query}"
            words = "no server error, whatever is sent"
            self.verification.note(Violation(name, "response", "status", received, words))
        return exchange


def explore(operation: Any, max_examples: int, send: Callable[[Any], object]) -> None:
    """Hand `send` made-up cases of an operation: some that fit it, then some that break it.

    They are the same in every run.
    """
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode

    from contracts.reproducible import REPRODUCIBLE

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=max_examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            backend=REPRODUCIBLE,
            suppress_health_check=list(HealthCheck),
        )
        @given(_cases(operation, mode))
        def send_each(case: Any) -> None:
            send(case)

        try:
            send_each()
        except Unsatisfiable:
            if mode is GenerationMode.POSITIVE:
                raise  # what takes nothing cannot be broken, but it can be called


def _cases(operation: Any, mode: Any) -> Any:
    """Made-up cases; a mutation from which schemathesis cannot make a value is passed over."""
    from hypothesis import reject, strategies
    from schemathesis.errors import InvalidSchema

    @strategies.composite
    def cases(draw: Any) -> Any:
        try:
            return draw(operation.as_strategy(generation_mode=mode))
        except InvalidSchema:
            reject()

    return cases()


def _exchange(response: Any) -> Exchange:
    sent = response.request
    url = urlsplit(sent.url)
    body = sent.body or b""
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    content = response.content
    if headers.get("content-encoding") == "gzip" and content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)  # requests has done so, the WSGI client has not
    return Exchange(
        method=sent.method,
        path=url.path,
        query=tuple(parse_qsl(url.query, keep_blank_values=True)),
        request_headers=dict(sent.headers),
        request_body=body.encode() if isinstance(body, str) else body,
        status=response.status_code,
        response_headers=headers,
        response_body=content,
    )


def _probes(
    document: Mapping[str, Any], path: str, method: str, resources: Mapping[str, str]
) -> Iterator[Probe]:
    """The known calls of one operation, made from the examples in its description."""
    item = document["paths"][path][method.lower()]
    content = item.get("requestBody", {}).get("content", {})
    examples = content.get(JSON_TYPE, {}).get("examples", {})
    bodies = [each["value"] for each in examples.values()]
    query = {
        parameter["name"]: example["value"]
        for parameter in item.get("parameters", ())
        for example in parameter.get("examples", {}).values()
    }
    needed = [name for name in RESOURCES if name in query or _has(bodies, name)]
    if all(name in resources for name in needed):
        for body in bodies or [None]:
            yield Probe(SUCCESSES, "for an example of the description", "", body, query)
    first = bodies[0] if bodies else None
    for headers, reason, fact in (
        ({"Authorization": ""}, "without a key", "missing-key-body"),
        ({"Authorization": "Bearer"}, "with nothing after Bearer", "missing-key-body"),
        ({"Authorization": f"Bearer {UNKNOWN_KEY}"}, "with an unknown key", "unknown-key-body"),
    ):
        yield Probe((401,), reason, fact, first, query, headers)
    for name in RESOURCES:
        if not _has([first, query], name):
            continue
        unknown = {name: "no-such-thing"}
        reason = f"for an unknown {name}"
        asked = {**query, **unknown} if query else {}
        yield Probe((400,), reason, RESOURCES[name], _about(first, unknown), asked)
    for lengthened in _with_a_long_text([first, query]):
        yield Probe((), body=lengthened[0], query=lengthened[1])
    for missing in first or query:
        yield Probe((), body=_but(first, missing), query=_but(query, missing))
    if bodies:
        other = {"Content-Type": "text/plain"}
        yield Probe((415,), f"for {shown(other)}", "wrong-content-type-415", first, query, other)
        cut = b'{"attributes": ['
        yield Probe((400,), "for a body that is cut off", "unparsable-json-400", cut, query)


def _with_a_long_text(value: Any) -> Iterator[Any]:
    """The same value with one of its texts longer than made-up data ever is, for each in turn."""
    if isinstance(value, str):
        yield value + "x" * LONG_TEXT
    elif isinstance(value, list):
        for place, each in enumerate(value):
            for lengthened in _with_a_long_text(each):
                yield [*value[:place], lengthened, *value[place + 1 :]]
    elif isinstance(value, dict):
        for name, each in value.items():
            for lengthened in _with_a_long_text(each):
                yield {**value, name: lengthened}


def _but(members: Any, name: str) -> Any:
    """The same members without this one."""
    return members and {each: value for each, value in members.items() if each != name}


def _has(value: Any, name: str) -> bool:
    """Whether a member of this name is anywhere in `value`."""
    if isinstance(value, list):
        return any(_has(each, name) for each in value)
    return isinstance(value, dict) and (
        name in value or any(_has(each, name) for each in value.values())
    )


def _with_samples(document: dict[str, Any]) -> dict[str, Any]:
    """The same description, which suggests values as often as it leaves them to a pattern."""
    schemas = document["components"]["schemas"]
    for name, values in SAMPLES.items():
        sample = {"enum": list(values)}
        schemas[name] = {"anyOf": [sample, {**schemas[name], "not": sample}]}
    return document


def _about(value: Any, resources: Mapping[str, str]) -> Any:
    """A copy of a description, or a body, in which every request names the given resources."""
    if isinstance(value, list):
        return [_about(each, resources) for each in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _about(each, resources) for name, each in value.items()}
    if value.get("in") == "query" and value["name"] in resources:
        named = resources[value["name"]]
        return {**copy, "schema": {"const": named}, "examples": {"known": {"value": named}}}
    for name, named in resources.items():
        if name in value:
            copy[name] = {"const": named} if isinstance(value[name], dict) else named
    return copy
