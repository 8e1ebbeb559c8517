"""Breach: a claim that did not hold; and what claims need to read requests and answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quikly_client.ledger import Credit
from scenarios.evidence import Evidence, News
from scenarios.journaled import JournaledRequest

TRACK = "POST /users/track"
EXPORT = "POST /users/export/ids"
STATUS_GET = "GET /subscription/status/get"
STATUS_SET = "POST /subscription/status/set"
GROUP = "subscription_group_id"


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that did not hold: when, for whom, and the fact it rests on; empty if none."""

    invariant: str
    at: datetime
    subject: str
    says: str
    fact: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.subject} at {self.at:%Y-%m-%d %H:%M:%S}: {self.says}"

    @property
    def with_fact(self) -> str:
        """The same, and the fact it rests on, if it does."""
        return f"{self} [{self.fact}]" if self.fact else str(self)


# A claim: what breaks it of what is new. The evidence holds that already, and all that was before.
Invariant = Callable[[Evidence, News], Iterator[Breach]]


def breach_by(
    invariant: str, request: JournaledRequest, subject: str, says: str, *, fact: str
) -> Breach:
    """A breach that is seen in one request."""
    return Breach(invariant, request.at, subject, says, fact)


def breach_of(invariant: str, credit: Credit, says: str, *, fact: str) -> Breach:
    """A breach that is seen in one credit."""
    return Breach(invariant, credit.at, credit.participant, says, fact)


def member(body: Any, name: str) -> Any:
    """A member of a JSON object; None where there is no such object or member."""
    return body.get(name) if isinstance(body, Mapping) else None


def as_list(value: Any) -> list[Any]:
    """A member that may be one or several."""
    return value if isinstance(value, list) else [value]
