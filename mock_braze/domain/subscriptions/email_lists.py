"""What is known of email addresses as such: bounces, spam reports, unsubscribes, waiting states."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Unsubscription:
    """When an address unsubscribed; `is_over` once it has taken another state."""

    at: datetime
    is_over: bool = False


@dataclass(slots=True, eq=False)
class EmailLists:
    """By address in stored form. `waiting_states` are global states of addresses nobody has."""

    hard_bounces: dict[str, datetime] = field(default_factory=dict)
    spam_reports: dict[str, datetime] = field(default_factory=dict)
    unsubscriptions: dict[str, Unsubscription] = field(default_factory=dict)
    waiting_states: dict[str, str] = field(default_factory=dict)

    def note_state(self, email: str, value: str, at: datetime) -> None:
        """Keep the list of unsubscribes in step with the global state of an address."""
        known = self.unsubscriptions.get(email)
        if value != "unsubscribed":
            if known is not None:
                known.is_over = True
        elif known is None or known.is_over:
            self.unsubscriptions[email] = Unsubscription(at)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list endpoint is asked for: some addresses, or all of a range of time.

    `is_paged` tells whether the query names an offset or a limit.
    """

    addresses: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    offset: int
    limit: int
    is_paged: bool = False
    newest_first: bool = True


def page_of(
    entries: Iterable[tuple[str, datetime]], query: ListQuery
) -> list[tuple[str, datetime]]:
    """The entries a query is about, in its order; a page beyond the last one is empty.

    Facts: email-list-query, email-list-order
    """
    found = [each for each in entries if _is_asked(each, query)]
    found.sort(key=lambda entry: entry[1], reverse=query.newest_first)
    return found[query.offset : query.offset + query.limit]


def _is_asked(entry: tuple[str, datetime], query: ListQuery) -> bool:
    address, at = entry
    if query.addresses:
        return address in query.addresses
    return query.start is not None and query.end is not None and query.start <= at <= query.end
