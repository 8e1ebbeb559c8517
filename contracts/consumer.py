"""Do a client's requests keep the contract? It runs against the fake, which remembers them all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from contracts.breaches import NO_SUCH_MEMBER
from contracts.findings import Finding, finding_of
from contracts.foreign_traffic import ForeignSpecification
from contracts.likely_names import documented_names, likely_name
from contracts.specification import Operation, Specification
from contracts.traffic import Exchange, check_exchange
from contracts.violations import Violation

if TYPE_CHECKING:
    from mock_braze.domain.journal import Entry
    from mock_braze.domain.workspace import Workspace


@dataclass(slots=True)
class Consumption:
    """What a client asked for: calls by operation, permissions that they need, and findings."""

    calls: Counter[str] = field(default_factory=Counter)
    permissions: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def judge_requests(
    exchanges: Iterable[Exchange],
    specification: Specification | ForeignSpecification,
    permitted: frozenset[str] | None = None,
) -> Consumption:
    """Every promise that requests break, each once; what needs a permission beyond `permitted`;
    what is deprecated.
    """
    consumption = Consumption()
    findings: dict[Finding, None] = {}
    for exchange in exchanges:
        operation = specification.operation(exchange.method, exchange.path)
        name = operation.name if operation else f"{exchange.method} {exchange.path}"
        consumption.calls[name] += 1
        for violation in violations_in(exchange, specification):
            if violation.side == "request":
                findings[told_violation(violation, operation)] = None
        if operation is not None:
            consumption.permissions |= operation.permissions
            findings |= dict.fromkeys(needs_of(operation, permitted))
    consumption.findings = list(findings)
    return consumption


def violations_in(
    exchange: Exchange, specification: Specification | ForeignSpecification
) -> list[Violation]:
    """What an exchange breaks, be the description the contract here or another one."""
    if isinstance(specification, ForeignSpecification):
        return specification.check(exchange)
    return check_exchange(exchange, specification)


def needs_of(operation: Operation, permitted: frozenset[str] | None) -> Iterator[Finding]:
    """What a call of this operation needs beyond `permitted`, and that it is deprecated."""
    name = operation.name
    for permission in sorted(operation.permissions - (permitted or operation.permissions)):
        says = f"{name} needs the permission {permission}, which it should not have"
        yield Finding(says, operation=name, fact="four-permissions")
    if operation.deprecated:
        yield Finding(f"{name} is deprecated", "note", name)


def told_violation(
    violation: Violation, operation: Operation | None, file: str = "", line: int = 0, entry: int = 0
) -> Finding:
    """A violation; where a member is unknown, with the name that was likely meant."""
    finding = finding_of(violation, file, line, entry)
    if (
        violation.side != "request"
        or operation is None
        or operation.body is None
        or violation.documented != NO_SUCH_MEMBER
    ):
        return finding
    name = violation.property.rpartition(".")[2].partition("['")[2].removesuffix("']")
    name = name or violation.property.rpartition(".")[2]
    meant = likely_name(name, documented_names(operation.body))
    return (
        replace(finding, says=f"{finding.says}; probably {meant} was meant") if meant else finding
    )


def requests_in(workspace: "Workspace") -> list[Exchange]:
    """The requests that a fake has answered, in their order."""
    from mock_braze.domain.journal import RequestAnswered

    return [
        Exchange(
            entry.method,
            entry.path,
            tuple(parse_qsl(entry.query, keep_blank_values=True)),
            entry.request_headers,
            entry.request_body,
            entry.status,
            entry.answered_with,
            entry.response_body,
        )
        for entry in _entries(workspace, RequestAnswered.kind)
        if isinstance(entry, RequestAnswered)
    ]


def hazards_in(workspace: "Workspace") -> list[Finding]:
    """What the fake accepted and a careful client would not send, as notes, each kind once."""
    from mock_braze.domain.journal import HazardSeen

    found: dict[str, Finding] = {}
    for entry in _entries(workspace, HazardSeen.kind):
        if isinstance(entry, HazardSeen):
            kind = entry.hazard.value
            details = f" ({entry.details})" if entry.details else ""
            says = f"{entry.hazard.name}: {kind.says}{details} {kind.instead}"
            found.setdefault(entry.hazard.name, Finding(says, "note", fact=kind.fact))
    return list(found.values())


def _entries(workspace: "Workspace", kind: str) -> "Iterator[Entry]":
    with workspace.lock:
        entries = list(workspace.state.journal.since(0, kind))
    return iter(entries)
