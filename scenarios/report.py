"""Results as text that a person reads: what went over the wire, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from scenarios.evidence import Evidence, JournaledEffect, JournaledHazard, JournaledRequest

SHOWN_EFFECTS = frozenset(
    {"profile_created", "profile_finished", "update_dropped", "subscription_state_changed",
     "subscription_state_orphaned", "subscription_state_adopted", "subscription_state_expired",
     "subscription_state_lost"}
)  # fmt: skip


def timeline(evidence: Evidence) -> Iterator[str]:
    """The integration's requests, their effects and hazards, and its credits, in time order."""
    shown: list[tuple[datetime, int, str]] = [
        (each.at, each.number, _request(each)) for each in evidence.requests
    ]
    shown += [
        (each.at, each.number, _effect(each))
        for each in evidence.effects
        if each.effect in SHOWN_EFFECTS
    ]
    shown += [(each.at, each.number, _hazard(each)) for each in evidence.hazards]
    last = max((number for _, number, _ in shown), default=0)
    shown += [
        (each.at, last + 1, f"credit   {each.participant} in {each.activation}: {each.reason}")
        for each in evidence.credits
    ]
    for at, _, line in sorted(shown):
        yield f"{at:%m-%d %H:%M:%S}  {line}"


def _request(request: JournaledRequest) -> str:
    return f"request  {request.operation} {subject_of(request)} -> {request.status} {gist(request)}"


def subject_of(request: JournaledRequest) -> str:
    """Whom a request is about, in full: shorten it before it leaves the machine."""
    sent = request.sent if isinstance(request.sent, Mapping) else {}
    if request.method == "GET":
        return " ".join(
            value for name in ("phone", "email") for value in request.query.get(name, ())
        )
    if request.path == "/users/track":
        return ", ".join(_tracked(each) for each in _objects(sent))
    aliases = [str(each.get("alias_name")) for each in sent.get("user_aliases") or ()]
    phones = sent.get("phone") or ()
    numbers = [phones] if isinstance(phones, str) else map(str, phones)
    return str(sent.get("email_address") or ", ".join(numbers) or ", ".join(aliases))


def _objects(sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for name in ("attributes", "events") for each in sent.get(name) or ()]


def _tracked(item: Mapping[str, Any]) -> str:
    alias = item.get("user_alias") or {}
    who = item.get("external_id") or alias.get("alias_name") or item.get("braze_id") or ""
    what = "event" if "name" in item else "attributes"
    phone = f" phone {item['phone']}" if "phone" in item else ""
    return f"{what} of {who}{phone}"


def gist(request: JournaledRequest) -> str:
    """What an answer says, in a few words."""
    answered = request.answered if isinstance(request.answered, Mapping) else {}
    if "users" in answered:
        found = len(answered["users"])
        return f"{found} profile{'s' if found != 1 else ''}"
    if "status" in answered:
        return ", ".join(str(state) for state in answered["status"].values())
    return str(answered.get("message", ""))


def _effect(effect: JournaledEffect) -> str:
    details = effect.details
    who = details.get("email") or details.get("subscriber") or details.get("identifier")
    return f"effect   {effect.effect} {who or details.get('braze_id', '')}"


def _hazard(hazard: JournaledHazard) -> str:
    return f"hazard   {hazard.hazard} {hazard.subject}: {hazard.details}"
