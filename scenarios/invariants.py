"""What must hold over any sequence of events: one function for each claim, over the evidence.

A function gives every breach it finds; none means that the claim holds.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from quikly_client.participants import Participant
from scenarios.breach import (
    EXPORT,
    GROUP,
    STATUS_GET,
    STATUS_SET,
    TRACK,
    Breach,
    Invariant,
    as_list,
    breach_by,
    member,
)
from scenarios.evidence import Evidence, JournaledRequest
from scenarios.opt_in_invariants import (
    double_opt_in_credit_only_once_confirmed,
    no_credit_after_the_double_opt_in_expired,
    no_double_opt_in_on_an_unfinished_profile,
    no_event_is_sent_twice,
    no_state_set_where_consumers_opt_in_twice,
)

# How long what a look-up said may be relied on.
LATELY = timedelta(minutes=10)
# After such a call of the brand, a profile may be gone.
TAKES_AWAY = frozenset({"/users/delete", "/users/merge", "/users/identify"})
PERMITTED = frozenset({TRACK, EXPORT, STATUS_GET, STATUS_SET})


def no_second_profile_for_an_email(evidence: Evidence) -> Iterator[Breach]:
    """The integration makes at most one profile for an email, and only after it had looked and
    found none.

    What the brand deletes, merges or identifies may have been the profile, so counting begins anew.
    A profile that somebody else makes between the look-up and the creation is Braze's race, not
    a fault; a rate limit or a failure may put the creation off for some minutes.

    Facts: quikly-email-acquisition, unknown-primary-makes-duplicate
    """
    made: Counter[tuple[str, int]] = Counter()
    taken_away = [each.number for each in evidence.brand_requests if each.path in TAKES_AWAY]
    for effect in evidence.effects:
        email, request = effect.details.get("email"), evidence.by_number[effect.request]
        if effect.effect != "profile_created" or email is None:
            continue
        taken = bisect(taken_away, request.number)
        made[email, taken] += 1
        if made[email, taken] > 1:
            yield breach_by(
                "no_second_profile_for_an_email", request, email, "a second profile was created",
                fact="unknown-primary-makes-duplicate",
            )  # fmt: skip
        elif not _found_none(evidence, email, before=request):
            yield breach_by(
                "no_second_profile_for_an_email", request, email,
                "a profile was created without a look-up that had found none",
                fact="quikly-email-acquisition",
            )  # fmt: skip


def _found_none(evidence: Evidence, email: str, before: JournaledRequest) -> bool:
    """Whether a look-up of an email has found nobody lately."""
    return any(
        member(each.answered, "users") == []
        for each in evidence.look_ups(email)
        if each.number < before.number and each.at >= before.at - LATELY
    )


def sms_credit_only_after_verified_subscribed(evidence: Evidence) -> Iterator[Breach]:
    """Whoever joined by phone is credited only after Braze had said `Subscribed`.

    Facts: credit-after-verified-subscribed, quikly-sms-acquisition
    """
    for credit in evidence.credits:
        participant = evidence.arrivals.get(credit.key)
        phone = None if participant is None else participant.phone
        group = evidence.double_opt_in.get(credit.activation)
        if phone is not None and not _was_subscribed(evidence, phone, group, by=credit.at):
            yield Breach(
                "sms_credit_only_after_verified_subscribed",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) before Braze had said that {phone} is subscribed",
                fact="credit-after-verified-subscribed",
            )


def _was_subscribed(evidence: Evidence, phone: str, group: str | None, by: datetime) -> bool:
    return any(
        request.at <= by and _says_subscribed(request)
        for request in _state_reads(evidence, phone, group)
    )


def _state_reads(evidence: Evidence, phone: str, group: str | None) -> list[JournaledRequest]:
    """The integration's questions for the number in a group of double opt-in, or in another."""
    return [
        request
        for request in evidence.state_reads(phone)
        if _group_of_double_opt_in(evidence, request) == group
    ]


def _group_of_double_opt_in(evidence: Evidence, request: JournaledRequest) -> str | None:
    asked = (*request.query.get("subscription_group_id", ()), member(request.sent, GROUP))
    return next((each for each in evidence.double_opt_in.values() if each in asked), None)


def _says_subscribed(request: JournaledRequest) -> bool:
    states = member(request.answered, "status") or {}
    return any(str(state).lower() == "subscribed" for state in states.values())


def email_credit_only_for_a_readable_profile(evidence: Evidence) -> Iterator[Breach]:
    """Whoever joined by email is credited only after an export had shown the profile.

    Facts: success-only-means-queued
    """
    for credit in evidence.credits:
        participant = evidence.arrivals.get(credit.key)
        by_email = participant is not None and participant.phone is None
        if by_email and not _was_exported(evidence, credit.participant, credit.at):
            yield Breach(
                "email_credit_only_for_a_readable_profile",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) before any export had shown the profile",
                fact="success-only-means-queued",
            )


def _was_exported(evidence: Evidence, email: str, by: datetime) -> bool:
    return any(request.at <= by for request in evidence.shown(email))


def at_most_one_credit(evidence: Evidence) -> Iterator[Breach]:
    """A participant is credited at most once in an activation.

    Facts: credit-after-verified-subscribed
    """
    seen: set[tuple[str, str]] = set()
    for credit in evidence.credits:
        if credit.key in seen:
            yield Breach(
                "at_most_one_credit",
                credit.at,
                credit.participant,
                f"credited twice in {credit.activation}",
                fact="credit-after-verified-subscribed",
            )
        seen.add(credit.key)


def no_subscription_update_before_creation_lag(evidence: Evidence) -> Iterator[Breach]:
    """A state is set only once Braze has finished making the profile with that address.

    Facts: group-change-needs-a-finished-profile
    """
    for hazard in evidence.hazards:
        if hazard.hazard == "subscription_before_creation_lag":
            yield Breach(
                "no_subscription_update_before_creation_lag",
                hazard.at,
                hazard.subject,
                f"{hazard.says[:-1]}; {hazard.details}. {hazard.instead}",
                fact=hazard.fact,
            )


def no_state_for_a_number_on_no_profile(evidence: Evidence) -> Iterator[Breach]:
    """A state is set only for a number that an export had shown on a profile.

    Facts: page-samples-lack-the-phone
    """
    seen: set[str] = set()
    for request in evidence.requests:
        if request.operation == EXPORT:
            users = member(request.answered, "users") or []
            seen |= {user["phone"] for user in users if "phone" in user}
        elif request.operation == STATUS_SET and request.status == 201:
            for phone in as_list(member(request.sent, "phone")):
                if phone is not None and phone not in seen:
                    yield breach_by(
                        "no_state_for_a_number_on_no_profile", request, str(phone),
                        "set, and no export had shown this number on a profile",
                        fact="page-samples-lack-the-phone",
                    )  # fmt: skip


def no_call_beyond_the_four_permissions(evidence: Evidence) -> Iterator[Breach]:
    """The integration calls the four endpoints of the partner page and nothing else.

    Facts: four-permissions
    """
    for request in evidence.requests:
        if request.operation not in PERMITTED or request.status == 403:
            yield breach_by(
                "no_call_beyond_the_four_permissions", request, request.operation,
                f"called, and answered {request.status}", fact="four-permissions",
            )  # fmt: skip
    for request in evidence.strangers:
        yield breach_by(
            "no_call_beyond_the_four_permissions", request, request.operation,
            "called with another key than the brand's own and the one it gave the integration",
            fact="four-permissions",
        )  # fmt: skip


def credit_only_for_participants(evidence: Evidence) -> Iterator[Breach]:
    """Nobody is credited who did not take part.

    Facts: quikly-email-acquisition, quikly-sms-acquisition
    """
    for credit in evidence.credits:
        if credit.key not in evidence.arrivals:
            yield Breach(
                "credit_only_for_participants",
                credit.at,
                credit.participant,
                f"credited in {credit.activation} without having taken part",
                fact="quikly-email-acquisition",
            )


def no_credit_withheld(evidence: Evidence) -> Iterator[Breach]:
    """At the end, whoever took part is credited, unless something in the traffic stood against it.

    That is: Braze refused something about them, an export showed their email with another number,
    or the last that Braze said of their number was not `Subscribed`.

    Facts: quikly-email-acquisition, quikly-sms-acquisition
    """
    credited = {credit.key for credit in evidence.credits}
    for key, participant in evidence.arrivals.items():
        if key not in credited and not _was_hindered(evidence, participant):
            yield Breach(
                "no_credit_withheld",
                participant.consented_at,
                participant.email,
                f"took part in {participant.activation}, and nothing stood against a credit",
                fact="quikly-email-acquisition",
            )


def _was_hindered(evidence: Evidence, participant: Participant) -> bool:
    email, phone = participant.email, participant.phone
    about = [each for each in evidence.requests if email.encode() in each.exchange.request_body]
    if any(each.status >= 400 or member(each.answered, "errors") for each in about):
        return True
    if phone is None:
        return False
    users = [user for each in about for user in member(each.answered, "users") or ()]
    if any(user.get("phone", phone) != phone for user in users):
        return True
    group = evidence.double_opt_in.get(participant.activation)
    reads = _state_reads(evidence, phone, group)
    asked = _was_asked(evidence, participant) if group else _was_set(evidence, phone)
    return asked and bool(reads) and not _says_subscribed(reads[-1])


def _was_set(evidence: Evidence, phone: str) -> bool:
    return any(
        each.operation == STATUS_SET and phone in as_list(member(each.sent, "phone"))
        for each in evidence.requests
    )


def _was_asked(evidence: Evidence, participant: Participant) -> bool:
    """Whether an event asked for the double opt-in of somebody in this activation."""
    return any(
        member(member(event, "properties"), "activation") == participant.activation
        for each in evidence.requests
        for event in as_list(member(each.sent, "events"))
    )


def everything_settles(evidence: Evidence) -> Iterator[Breach]:
    """At the end of a run, everybody who took part is credited or knows why not.

    Facts: credit-after-verified-subscribed
    """
    known = {(each.activation, each.email) for each in evidence.participations}
    for key, participant in evidence.arrivals.items():
        if key not in known:
            yield Breach(
                "everything_settles",
                participant.consented_at,
                participant.email,
                f"took part in {participant.activation}, and the integration knows nothing of it",
                fact="credit-after-verified-subscribed",
            )
    for each in evidence.participations:
        if each.due is not None or each.outcome is None or not each.reason:
            yield Breach(
                "everything_settles",
                each.due or each.started_at,
                each.email,
                f"still at step {each.step} of {each.activation}",
                fact="credit-after-verified-subscribed",
            )


# What holds at every moment, and what holds once nothing is due any more.
ALWAYS: Sequence[Invariant] = (
    no_second_profile_for_an_email,
    sms_credit_only_after_verified_subscribed,
    email_credit_only_for_a_readable_profile,
    double_opt_in_credit_only_once_confirmed,
    no_credit_after_the_double_opt_in_expired,
    no_state_set_where_consumers_opt_in_twice,
    no_double_opt_in_on_an_unfinished_profile,
    no_event_is_sent_twice,
    credit_only_for_participants,
    at_most_one_credit,
    no_subscription_update_before_creation_lag,
    no_state_for_a_number_on_no_profile,
    no_call_beyond_the_four_permissions,
)
AT_THE_END: Sequence[Invariant] = (*ALWAYS, everything_settles, no_credit_withheld)


def breaches(evidence: Evidence, invariants: Sequence[Invariant]) -> list[Breach]:
    """Everything that does not hold, in the order of the invariants."""
    return [breach for invariant in invariants for breach in invariant(evidence)]
