"""What must hold where consumers opt in twice, and of events: one function for each claim."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson

from scenarios.breach import GROUP, STATUS_SET, TRACK, Breach, as_list, breach_by, member
from scenarios.evidence import Evidence

# Braze takes a confirmation as long as this.
CONFIRMATION_WINDOW = timedelta(days=30)


def double_opt_in_credit_only_once_confirmed(evidence: Evidence) -> Iterator[Breach]:
    """In an activation with double opt-in, whoever gave a phone is credited only after something
    other than the integration had subscribed the number: a confirmation, or the brand itself.

    Facts: quikly-double-opt-in, double-opt-in-confirmed
    """
    for credit in evidence.credits:
        participant = evidence.arrivals.get(credit.key)
        group = evidence.double_opt_in.get(credit.activation)
        phone = None if participant is None else participant.phone
        if group is None or phone is None:
            continue
        confirmed = {
            effect.details["subscriber"]
            for effect in (*evidence.effects_of_texts, *evidence.effects_of_brand)
            if effect.effect == "subscription_state_changed"
            and effect.at <= credit.at
            and effect.details["group_id"] == group
            and effect.details["state"] == "subscribed"
        }
        # A state moves along when a profile gets another number (moved-phone-moves-states).
        if phone not in confirmed and not confirmed & _numbers_of_the_same(evidence, phone):
            yield Breach(
                "double_opt_in_credit_only_once_confirmed",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) though nobody had confirmed for {phone}",
                fact="quikly-double-opt-in",
            )


def _numbers_of_the_same(evidence: Evidence, phone: str) -> set[str]:
    """Every number that anybody wrote to a profile to which this one was written, too."""
    written: dict[str, set[str]] = {}
    for exchange in evidence.exchanges:
        if exchange.path == "/users/track":
            for item in as_list(member(orjson.loads(exchange.request_body), "attributes")):
                if member(item, "phone"):
                    written.setdefault(_owner(item), set()).add(item["phone"])
    return {number for numbers in written.values() if phone in numbers for number in numbers}


def no_credit_after_the_double_opt_in_expired(evidence: Evidence) -> Iterator[Breach]:
    """Nobody is credited more than 30 days after the event that asked for the double opt-in.

    Facts: double-opt-in-polling, double-opt-in-lapses
    """
    credited = {credit.key: credit.at for credit in evidence.credits}
    for each in evidence.participations:
        at = credited.get((each.activation, each.email))
        if at is None or each.asked_at is None:
            continue
        if at > each.asked_at + CONFIRMATION_WINDOW:
            yield Breach(
                "no_credit_after_the_double_opt_in_expired",
                at,
                each.email,
                f"credited though the opt-in was asked for at {each.asked_at:%Y-%m-%d %H:%M:%S}",
                fact="double-opt-in-polling",
            )


def no_state_set_where_consumers_opt_in_twice(evidence: Evidence) -> Iterator[Breach]:
    """The integration never sets a state in a group of double opt-in, by any endpoint.

    Facts: quikly-double-opt-in
    """
    for request in evidence.requests:
        groups = [member(request.sent, GROUP)] if request.operation == STATUS_SET else []
        if request.operation == TRACK:
            groups += [
                member(each, GROUP)
                for item in as_list(member(request.sent, "attributes"))
                for each in as_list(member(item, "subscription_groups"))
            ]
        for group in groups:
            if group in evidence.double_opt_in.values():
                yield breach_by(
                    "no_state_set_where_consumers_opt_in_twice", request, str(group),
                    "a state was set in a group that asks consumers to confirm",
                    fact="quikly-double-opt-in",
                )  # fmt: skip


def no_event_is_sent_twice(evidence: Evidence) -> Iterator[Breach]:
    """Each event goes out at most once for each participation, whatever became of the first try.

    A request that was answered 429 was not performed, so it does not count.

    Facts: events-are-never-deduplicated, rate-limited-429
    """
    sent: Counter[str] = Counter()
    owners = Counter(
        (each.activation, each.profile.value) for each in evidence.participations if each.profile
    )
    for request in evidence.requests:
        if request.operation != TRACK or request.status == 429:
            continue
        for event in as_list(member(request.sent, "events")):
            if not isinstance(event, Mapping):
                continue
            who, activation = _owner(event), member(event.get("properties"), "activation")
            name = f"{event.get('name')} of {who} in {activation}"
            sent[name] += 1
            if sent[name] > max(owners[str(activation), who], 1):
                yield breach_by(
                    "no_event_is_sent_twice", request, who,
                    f"{event.get('name')} was sent {sent[name]} times",
                    fact="events-are-never-deduplicated",
                )  # fmt: skip


def no_double_opt_in_on_an_unfinished_profile(evidence: Evidence) -> Iterator[Breach]:
    """No event asks for the double opt-in of a profile that Braze is still making.

    Facts: double-opt-in-on-unfinished-profile, group-change-needs-a-finished-profile
    """
    for hazard in evidence.hazards:
        if hazard.hazard == "double_opt_in_not_started" and "not finished" in hazard.details:
            yield Breach(
                "no_double_opt_in_on_an_unfinished_profile",
                hazard.at,
                hazard.subject,
                f"{hazard.details}. {hazard.says} {hazard.instead}",
                fact=hazard.fact,
            )


def _owner(event: Mapping[str, Any]) -> str:
    alias = member(event.get("user_alias"), "alias_name")
    return str(event.get("external_id") or alias or event.get("braze_id") or event.get("email"))
