"""What must hold of the integration's calls: one function for each claim, over the evidence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scenarios.evidence import Evidence, JournaledRequest, News
from scenarios.invariants.breach import (
    EXPORT,
    GROUP,
    STATUS_GET,
    STATUS_SET,
    TRACK,
    Breach,
    as_list,
    breach_by,
    member,
)

# A number above this is a moment, in seconds since 1970, and none of seconds left.
EPOCH_FROM = 1_000_000_000
# What Braze lets pass, though it cannot mean what was meant.
FORGIVEN = frozenset({"unknown_member_ignored", "unencoded_plus", "trailing_slash"})
# A group, and a number in it.
Holder = tuple[str, str]
NAMES = ("external_id", "braze_id")
PERMITTED = frozenset({TRACK, EXPORT, STATUS_GET, STATUS_SET})


def no_call_beyond_the_four_permissions(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """The integration calls the four endpoints of the partner page and nothing else.

    Facts: four-permissions
    """
    for request in news.requests:
        if request.operation not in PERMITTED or request.status == 403:
            yield breach_by(
                "no_call_beyond_the_four_permissions", request, request.operation,
                f"called, and answered {request.status}", fact="four-permissions",
            )  # fmt: skip
    for request in news.strangers:
        yield breach_by(
            "no_call_beyond_the_four_permissions", request, request.operation,
            "called with another key than the brand's own and the one it gave the integration",
            fact="four-permissions",
        )  # fmt: skip


def no_call_that_braze_only_forgives(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """Every member of a request has a name that Braze knows, and every query is encoded.

    Facts: unknown-members-ignored, plus-in-phone-query
    """
    for hazard in news.hazards:
        if hazard.hazard in FORGIVEN:
            yield Breach(
                "no_call_that_braze_only_forgives",
                hazard.at,
                hazard.subject,
                f"{hazard.says} {hazard.details}. {hazard.instead}",
                fact=hazard.fact,
            )


def no_call_that_braze_cannot_read(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """No request is refused for its form. One that is refused for what it says of people names
    the objects.

    Facts: unparsable-json-400, export-needs-fields
    """
    for request in news.requests:
        is_told = member(request.answered, "message") is not None
        if request.status == 400 and is_told and not _names_objects(request):
            yield breach_by(
                "no_call_that_braze_cannot_read", request, request.operation,
                f"refused: {member(request.answered, 'message')}", fact="unparsable-json-400",
            )  # fmt: skip


def _names_objects(request: JournaledRequest) -> bool:
    return any(
        member(each, "index") is not None for each in as_list(member(request.answered, "errors"))
    )


def no_call_while_rate_limited(evidence: Evidence, news: News) -> Iterator[Breach]:
    """An endpoint that answered 429 is left alone as long as it said, after a restart, too.

    A process that ended before it had the answer, or that works beside another, need not know.

    Facts: rate-limited-429, rate-limit-reset-two-meanings
    """
    if not evidence.is_one_process:
        return
    closed = news.remembered("no_call_while_rate_limited", dict[str, datetime])
    for request in news.requests:
        until = closed.get(request.operation, request.at)
        if request.at < until:
            yield breach_by(
                "no_call_while_rate_limited", request, request.operation,
                f"called, though it had said to come back at {until:%H:%M:%S}",
                fact="rate-limited-429",
            )  # fmt: skip
        if request.status == 429:
            closed[request.operation] = max(until, _reopens(request))


def _reopens(request: JournaledRequest) -> datetime:
    """When an endpoint may be called again, by the first header that says so."""
    told = {name.lower(): value for name, value in request.exchange.response_headers.items()}
    for name in ("retry-after", "x-ratelimit-retry-after", "x-ratelimit-reset"):
        if told.get(name, "").isdecimal():
            seconds = int(told[name])
            if seconds > EPOCH_FROM:
                return datetime.fromtimestamp(seconds, UTC)
            return request.at + timedelta(seconds=seconds)
    return request.at


def no_name_that_nobody_has(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """The integration writes to profiles by names that an export had shown it, and makes new ones
    by an alias alone. What comes with the object that makes one finds it.

    Facts: quikly-email-acquisition, alias-events-are-update-only
    """
    shown = news.remembered("no_name_that_nobody_has", set[str])
    for request in news.requests:
        if request.operation == EXPORT:
            users = member(request.answered, "users") or ()
            shown |= {name for user in users for name in _names_shown(user)}
        elif request.operation == TRACK:
            made = {_name(item) for item in _tracked(request) if _makes_an_alias(item)}
            for item in _tracked(request):
                name = _name(item)
                if name is not None and name not in shown | made:
                    yield breach_by(
                        "no_name_that_nobody_has", request, name,
                        "written to, and no export had shown a profile of this name",
                        fact="alias-events-are-update-only",
                    )  # fmt: skip


def _tracked(request: JournaledRequest) -> list[Mapping[str, Any]]:
    items = (
        item
        for array in ("attributes", "events", "purchases")
        for item in as_list(member(request.sent, array))
    )
    return [item for item in items if isinstance(item, Mapping)]


def _names_shown(user: Any) -> Iterator[str]:
    for name in NAMES:
        if member(user, name) is not None:
            yield f"{name} {user[name]}"
    for alias in as_list(member(user, "user_aliases")):
        yield _alias(alias)


def _name(item: Mapping[str, Any]) -> str | None:
    for name in NAMES:
        if name in item:
            return f"{name} {item[name]}"
    return _alias(item["user_alias"]) if "user_alias" in item else None


def _alias(alias: Any) -> str:
    return f"user_alias {member(alias, 'alias_label')} {member(alias, 'alias_name')}"


def _makes_an_alias(item: Mapping[str, Any]) -> bool:
    return "user_alias" in item and "name" not in item and not item.get("_update_existing_only", 1)


def no_subscription_after_a_stop(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever reads as unsubscribed, after the integration had subscribed them, is left alone.

    Where several took part by the number, or it read so before, nobody can tell what it means.

    Facts: subscription-lost-or-stopped
    """
    given = Counter(each.phone for each in evidence.arrivals.values())
    seen = news.remembered("no_subscription_after_a_stop", _Holders)
    for request in news.requests:
        if request.operation == STATUS_GET and _says_unsubscribed(request):
            read = _holders(request.query)
            seen.stopped |= read & seen.subscribed
            seen.unclear |= read - seen.subscribed
        elif request.operation == STATUS_SET and isinstance(request.sent, Mapping):
            for holder in _holders(request.sent):
                if holder in seen.stopped - seen.unclear and given[holder[1]] == 1:
                    yield breach_by(
                        "no_subscription_after_a_stop", request, holder[1],
                        "subscribed again, after Braze had said that they are unsubscribed",
                        fact="subscription-lost-or-stopped",
                    )  # fmt: skip
                seen.subscribed.add(holder)


@dataclass(slots=True)
class _Holders:
    subscribed: set[Holder] = field(default_factory=set)
    stopped: set[Holder] = field(default_factory=set)
    unclear: set[Holder] = field(default_factory=set)


def _holders(said: Mapping[str, Any]) -> set[Holder]:
    groups, phones = as_list(said.get(GROUP)), as_list(said.get("phone"))
    return {(str(group), str(phone)) for group in groups for phone in phones}


def _says_unsubscribed(request: JournaledRequest) -> bool:
    states = member(request.answered, "status") or {}
    return any(str(state).lower() == "unsubscribed" for state in states.values())
