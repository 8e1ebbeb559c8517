"""What must hold where consumers opt in twice, and of events: one function for each claim."""

from collections.abc import Iterator
from datetime import timedelta

from scenarios.evidence import Evidence, News
from scenarios.invariants.breach import (
    GROUP,
    STATUS_SET,
    TRACK,
    Breach,
    as_list,
    breach_by,
    breach_of,
    member,
)
from scenarios.sent_events import SentEvent

# Braze takes a confirmation as long as this.
CONFIRMATION_WINDOW = timedelta(days=30)


def double_opt_in_credit_only_once_confirmed(evidence: Evidence, news: News) -> Iterator[Breach]:
    """In an activation with double opt-in, whoever gave a phone is credited only after something
    other than the integration had subscribed the number: a confirmation, the brand itself, or a
    customer's new number to which the state moved along.

    Facts: quikly-double-opt-in, double-opt-in-confirmed, moved-phone-moves-states
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        group = evidence.double_opt_in.get(credit.activation)
        phone = None if participant is None else participant.phone
        if group is None or phone is None:
            continue
        confirmed = evidence.subscribed_by_others(group, phone)
        if not any(credited.could_know(effect) for effect in confirmed):
            yield breach_of(
                "double_opt_in_credit_only_once_confirmed", credit,
                f"credited ({credit.reason}) though nobody had confirmed for {phone}",
                fact="quikly-double-opt-in",
            )  # fmt: skip


def no_credit_after_the_double_opt_in_expired(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Nobody is credited more than 30 days after the event that asked for the double opt-in. One
    from before the person took part had asked for another's, who shares the profile.

    Facts: double-opt-in-polling, double-opt-in-lapses
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        if participant is None or credit.activation not in evidence.double_opt_in:
            continue
        asked_at = max(
            (
                sent.request.at
                for sent in evidence.events.about(credit.participant)
                if sent.activation in ("", credit.activation)
                and sent.request.at >= participant.consented_at
                and credited.could_know(sent.request)
            ),
            default=credit.at,
        )
        if credit.at > asked_at + CONFIRMATION_WINDOW:
            yield breach_of(
                "no_credit_after_the_double_opt_in_expired", credit,
                f"credited though the opt-in was asked for at {asked_at:%Y-%m-%d %H:%M:%S}",
                fact="double-opt-in-polling",
            )  # fmt: skip


def no_state_set_where_consumers_opt_in_twice(evidence: Evidence, news: News) -> Iterator[Breach]:
    """The integration never sets a state in a group of double opt-in, by any endpoint.

    Facts: quikly-double-opt-in
    """
    for request in news.requests:
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


def no_event_is_sent_twice(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Each event goes out at most once for each participation, whatever became of the first try.

    A request that Braze refused was not performed, so it does not count.

    Facts: events-are-never-deduplicated, rate-limited-429
    """
    for sent in news.events:
        if sent.times > max(_participations(evidence, sent), 1):
            yield breach_by(
                "no_event_is_sent_twice", sent.request, sent.owner,
                f"{sent.name} was sent {sent.times} times",
                fact="events-are-never-deduplicated",
            )  # fmt: skip


def _participations(evidence: Evidence, sent: SentEvent) -> int:
    """How many participations an event may belong to: people may share a profile."""
    emails = set(evidence.events.emails(sent))
    if sent.activation:
        return sum((sent.activation, email) in evidence.arrivals for email in emails)
    return sum(email in emails for _, email in evidence.arrivals)


def no_double_opt_in_on_an_unfinished_profile(evidence: Evidence, news: News) -> Iterator[Breach]:
    """No event asks for the double opt-in of a profile that Braze is still making, as far as the
    brand leaves it where it is.

    Facts: double-opt-in-on-unfinished-profile, group-change-needs-a-finished-profile
    """
    for hazard in news.hazards:
        unstarted = hazard.hazard == "double_opt_in_not_started"
        too_early = unstarted and "not finished" in hazard.details
        if too_early and not evidence.was_taken_away_lately(hazard):
            yield Breach(
                "no_double_opt_in_on_an_unfinished_profile",
                hazard.at,
                hazard.subject,
                f"{hazard.details}. {hazard.says} {hazard.instead}",
                fact=hazard.fact,
            )
