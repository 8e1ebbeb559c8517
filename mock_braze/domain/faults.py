"""Faults: what a test may break, by rules that are matched against each call."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from http import HTTPStatus

# The key under which a server that has its connections in hand offers to disturb them.
WIRE = "mock_braze.wire"
GATEWAY_STATUSES = (502, 503, 504)


class FaultKind(StrEnum):
    """What can become of a call that a rule matches."""

    LATENCY = "latency"
    STATUS = "status"
    CONNECTION_RESET = "connection_reset"
    TRUNCATED_BODY = "truncated_body"
    MALFORMED_BODY = "malformed_body"
    SLOW_DRIP = "slow_drip"
    ACCEPTED_BUT_LOST = "accepted_but_lost"
    APPLIED_THEN_LOST = "applied_then_lost"
    DUPLICATE_PROCESSING = "duplicate_processing"


@dataclass(frozen=True, slots=True)
class FaultEffect:
    """One kind of damage. `status` 0 is no answer at all: the connection is reset.

    Facts: server-error-outcome-unknown, errors-may-not-be-json
    """

    kind: FaultKind
    seconds: float = 0
    status: int = 0
    body: str = "json"

    @property
    def is_on_the_wire(self) -> bool:
        """Whether only a server that has its socket in hand can play it."""
        match self.kind:
            case FaultKind.APPLIED_THEN_LOST:
                return self.status == 0
            case kind:
                return kind in (
                    FaultKind.LATENCY,
                    FaultKind.CONNECTION_RESET,
                    FaultKind.TRUNCATED_BODY,
                    FaultKind.SLOW_DRIP,
                )

    @property
    def happens_before_the_fake(self) -> bool:
        """Whether the call never gets as far as being looked at."""
        return self.kind is FaultKind.CONNECTION_RESET or (
            self.kind is FaultKind.STATUS and self.status != HTTPStatus.TOO_MANY_REQUESTS
        )


@dataclass(frozen=True, slots=True)
class FaultMatch:
    """Which calls a rule is about; what is empty matches every call."""

    method: str = ""
    path: str = ""  # a pattern: * stands for any text
    identifier: str = ""  # an address, ID or alias name anywhere in the query or the body
    api_key: str = ""
    nth: int = 1  # the first of the matching calls that is hit


@dataclass(slots=True)
class FaultRule:
    """A match and its effect, for some of the calls or all, with how often it was used.

    `times` None is without end; `probability` is the share of the calls that are hit.
    """

    id: int
    match: FaultMatch
    effect: FaultEffect
    times: int | None = None
    probability: float = 1
    seen: int = 0
    fired: int = 0


@dataclass(slots=True)
class Faults:
    """The rules of one workspace, in the order in which they are asked."""

    rules: list[FaultRule] = field(default_factory=list)
    made: int = 0

    def add(
        self, match: FaultMatch, effect: FaultEffect, times: int | None, probability: float
    ) -> FaultRule:
        self.made += 1
        rule = FaultRule(self.made, match, effect, times, probability)
        self.rules.append(rule)
        return rule

    def remove(self, rule_id: int | None = None) -> int:
        """Take away one rule, or all; how many there were."""
        kept = [each for each in self.rules if rule_id is not None and each.id != rule_id]
        removed = len(self.rules) - len(kept)
        self.rules = kept
        return removed

    def hits(
        self,
        chance: Callable[[], float],
        *,
        method: str,
        path: str,
        api_key: str,
        texts: Callable[[], Collection[str]],
    ) -> FaultRule | None:
        """The first rule that hits this call; rules before it have seen the call, too.

        `texts` are the identifiers in the call, in lower case; only asked for if a rule does.
        """
        for rule in self.rules:
            match = rule.match
            if (
                (match.method and match.method != method)
                or (match.path and not fnmatchcase(path, match.path))
                or (match.api_key and match.api_key != api_key)
                or (match.identifier and match.identifier.lower() not in texts())
            ):
                continue
            rule.seen += 1
            if rule.seen < match.nth or (rule.times is not None and rule.fired >= rule.times):
                continue
            if rule.probability < 1 and chance() >= rule.probability:
                continue
            rule.fired += 1
            return rule
        return None
