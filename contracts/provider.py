"""Does a server keep the contract? Known calls first, then data that schemathesis makes up.

Every answer goes through the same check as recorded traffic. On top of it, no answer may be a
server error, and each known call has the statuses it must get.

Made-up data fits the description or breaks it. Breaking it is no reason to be refused: Braze
ignores unknown members and lists bad objects beside good ones. Only a request that lacks what the
description demands in `x-refused-unless` must be refused.
"""

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from contracts.breaches import shown
from contracts.specification import JSON_TYPE, Specification
from contracts.traffic import Exchange, check_exchange
from contracts.violations import Violation

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

UNKNOWN_KEY = "no-such-key"
SUCCESSES = (200, 201)


@dataclass(slots=True)
class Verification:
    """What a run found: the calls it made per operation, and each distinct violation once."""

    calls: Counter[str] = field(default_factory=Counter)
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
    """A known call, the statuses it must get, why, and the fact behind it."""

    expected: tuple[int, ...]
    reason: str
    fact: str
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def verify_provider(
    provider: "WSGIApplication | str",
    api_key: str,
    *,
    subscription_group_id: str = "",
    max_examples: int = 25,
    specification: Specification | None = None,
) -> Verification:
    """Call every operation of `provider`, a WSGI application or a base URL, and judge the answers.

    `api_key` needs the permission of every operation. `subscription_group_id` names an SMS group
    that the provider has; without it only refusals are judged where a group is needed. For each
    operation, `max_examples` made-up requests fit the description and as many break it; they are
    the same in every run.
    """
    specification = specification or Specification()
    document = _about_group(specification.document, subscription_group_id)
    caller = _Caller(provider, document, api_key, specification)
    for operation in caller.operations:
        for probe in _probes(document, operation.path, operation.method, subscription_group_id):
            caller.probe(operation, probe)
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

        config = schemathesis.Config()
        self.sending: dict[str, Any] = {}
        if isinstance(provider, str):
            config.projects.default.base_url = provider
            self.sending["session"] = requests.Session()
            self.sending["session"].trust_env = False  # a proxy must not divert test traffic
        schema = schemathesis.openapi.from_dict(document, config=config)
        if not isinstance(provider, str):
            schema.app = provider
        self.operations: list[Any] = [each.ok() for each in schema.get_all_operations()]
        self.authorization = {"Authorization": f"Bearer {api_key}"}
        self.specification = specification
        self.verification = Verification()

    def probe(self, operation: Any, probe: Probe) -> None:
        """Send a known call; its answer must have an expected status."""
        body = {} if probe.body is None else {"body": probe.body, "media_type": JSON_TYPE}
        case = operation.Case(query=dict(probe.query), **body)
        status = self.send(case, {**self.authorization, **probe.headers})
        if status not in probe.expected and status < 500:
            words = f"{' or '.join(map(str, probe.expected))} {probe.reason}"
            name = f"{operation.method.upper()} {operation.path}"
            violation = Violation(name, "response", "status", str(status), words, probe.fact)
            self.verification.note(violation)

    def explore(self, operation: Any, max_examples: int) -> None:
        """Send made-up requests that fit the description, then some that break it."""
        from hypothesis import HealthCheck, Phase, given, settings
        from schemathesis import GenerationMode

        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=max_examples,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(_cases(operation, mode))
            def send(case: Any) -> None:
                self.send(case, self.authorization)

            send()

    def send(self, case: Any, headers: Mapping[str, str]) -> int:
        """Send one call, note what its answer breaks, and return its status."""
        given = {name: value for name, value in headers.items() if value}
        exchange = _exchange(case.call(headers=given, **self.sending))
        name = f"{exchange.method} {exchange.path}"
        self.verification.calls[name] += 1
        for violation in check_exchange(exchange, self.specification):
            if violation.side == "response":
                self.verification.note(violation)
        if exchange.status >= 500:
            sent = exchange.request_body[:200].decode(errors="replace")
            received = f"{exchange.status} for {sent or exchange.query}"
            words = "no server error, whatever is sent"
            self.verification.note(Violation(name, "response", "status", received, words))
        return exchange.status


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
    document: Mapping[str, Any], path: str, method: str, subscription_group_id: str
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
    is_about_group = path.startswith("/subscription/")
    for body in bodies or [None]:
        if subscription_group_id or not is_about_group:
            reason = "for an example of the description"
            yield Probe(SUCCESSES, reason, "", body, query)
    first = bodies[0] if bodies else None
    for headers, reason, fact in (
        ({"Authorization": ""}, "without a key", "missing-key-body"),
        ({"Authorization": "Bearer"}, "with nothing after Bearer", "missing-key-body"),
        ({"Authorization": f"Bearer {UNKNOWN_KEY}"}, "with an unknown key", "unknown-key-body"),
    ):
        yield Probe((401,), reason, fact, first, query, headers)
    if is_about_group:
        yield Probe(
            (400,),
            "for an unknown group",
            "unknown-group-400",
            {**first, "subscription_group_id": "no-such-group"} if first else None,
            {**query, "subscription_group_id": "no-such-group"} if query else {},
        )
    if bodies:
        other = {"Content-Type": "text/plain"}
        yield Probe((415,), f"for {shown(other)}", "wrong-content-type-415", first, query, other)
        cut = b'{"attributes": ['
        yield Probe((400,), "for a body that is cut off", "unparsable-json-400", cut, query)


def _about_group(value: Any, subscription_group_id: str) -> Any:
    """A copy of the description in which every request names the given group, if one is given."""
    if isinstance(value, list):
        return [_about_group(each, subscription_group_id) for each in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _about_group(each, subscription_group_id) for name, each in value.items()}
    if subscription_group_id:
        if value.get("name") == "subscription_group_id":
            copy["schema"] = {"const": subscription_group_id}
            copy["examples"] = {"known": {"value": subscription_group_id}}
        elif "subscription_group_id" in value:
            named = value["subscription_group_id"]
            is_schema = isinstance(named, dict)
            copy["subscription_group_id"] = (
                {"const": subscription_group_id} if is_schema else subscription_group_id
            )
    return copy
