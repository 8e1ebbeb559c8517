"""What must hold over any sequence of events: one function for each claim, over the evidence.

A function gives every breach that it finds in what is new; none means that the claim holds. What
it yields must not hang on how often it is asked: each breach belongs to one piece of news.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

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
from scenarios.call_invariants import (
    no_call_that_braze_cannot_read,
    no_call_that_braze_only_forgives,
    no_call_while_rate_limited,
    no_name_that_nobody_has,
    no_subscription_after_a_stop,
)
from scenarios.evidence import LATELY, NOTHING, Credited, Evidence, News
from scenarios.journaled import JournaledEffect, JournaledRequest
from scenarios.opt_in_invariants import (
    double_opt_in_credit_only_once_confirmed,
    no_credit_after_the_double_opt_in_expired,
    no_double_opt_in_on_an_unfinished_profile,
    no_event_is_sent_twice,
    no_state_set_where_consumers_opt_in_twice,
)
from scenarios.outcome_invariants import (
    no_credit_for_what_was_left_out,
    no_one_is_given_up_at_a_failure,
)
from scenarios.privacy_invariants import no_customer_is_changed, no_personal_data_in_logs
from scenarios.webhook_invariants import (
    falling_offers_fall,
    no_offer_is_over_claimed,
    no_offer_is_withheld,
    no_reward_without_an_email,
    repeats_get_the_first_answer,
    webhooks_need_authorization,
)

# A confirmation that comes in time, with what it takes to see it.
IN_TIME = timedelta(days=28)
PERMITTED = frozenset({TRACK, EXPORT, STATUS_GET, STATUS_SET})


def no_second_profile_for_an_email(evidence: Evidence, news: News) -> Iterator[Breach]:
    """The integration makes at most one profile for an email, and only after it had looked and
    found none.

    What the brand deletes, merges or identifies may have been the profile, so counting begins anew.
    A profile that somebody else makes between the look-up and the creation is Braze's race, not
    a fault; a rate limit or a failure may put the creation off for some minutes.

    Facts: quikly-email-acquisition, unknown-primary-makes-duplicate
    """
    for effect in news.effects:
        email, request = effect.details.get("email"), evidence.by_number[effect.request]
        if effect.effect != "profile_created" or email is None:
            continue
        if effect is not _first_of_its_time(evidence, email, effect):
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


def _first_of_its_time(evidence: Evidence, email: str, effect: JournaledEffect) -> JournaledEffect:
    """The first profile with an email that was made since the brand last took profiles away."""
    taken = evidence.times_taken_away(effect.request)
    alike = (
        each
        for each in evidence.creations(email)
        if evidence.times_taken_away(each.request) == taken
    )
    return next(alike)


def _found_none(evidence: Evidence, email: str, before: JournaledRequest) -> bool:
    """Whether a look-up of an email has found nobody lately."""
    return any(
        member(each.answered, "users") == []
        for each in evidence.look_ups(email)
        if each.number < before.number and each.at >= before.at - LATELY
    )


def sms_credit_only_after_verified_subscribed(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever joined by phone is credited only after Braze had said `Subscribed`.

    Facts: credit-after-verified-subscribed, quikly-sms-acquisition
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        phone = None if participant is None else participant.phone
        if phone is not None and not _was_subscribed(evidence, phone, credited):
            yield Breach(
                "sms_credit_only_after_verified_subscribed",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) before Braze had said that {phone} is subscribed",
                fact="credit-after-verified-subscribed",
            )


def _was_subscribed(evidence: Evidence, phone: str, credited: Credited) -> bool:
    group = evidence.double_opt_in.get(credited.credit.activation)
    return any(
        credited.could_know(request) and _says_subscribed(request)
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
    return next((each for each in asked if _double_group(evidence, each)), None)


def _double_group(evidence: Evidence, group_id: Any) -> str | None:
    return group_id if group_id in evidence.double_opt_in.values() else None


def _says_subscribed(request: JournaledRequest) -> bool:
    states = member(request.answered, "status") or {}
    return any(str(state).lower() == "subscribed" for state in states.values())


def email_credit_only_for_a_readable_profile(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever joined by email is credited only after an export had shown the profile.

    Facts: success-only-means-queued
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        by_email = participant is not None and participant.phone is None
        if by_email and not _was_exported(evidence, credited):
            yield Breach(
                "email_credit_only_for_a_readable_profile",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) before any export had shown the profile",
                fact="success-only-means-queued",
            )


def _was_exported(evidence: Evidence, credited: Credited) -> bool:
    shown = evidence.shown(credited.credit.participant)
    return any(credited.could_know(request) for request in shown)


def at_most_one_credit(evidence: Evidence, news: News) -> Iterator[Breach]:
    """A participant is credited at most once in an activation.

    Facts: credit-after-verified-subscribed
    """
    for credited in news.credited:
        credit = credited.credit
        if evidence.first_credit(credit.key) is not credited:
            yield Breach(
                "at_most_one_credit",
                credit.at,
                credit.participant,
                f"credited twice in {credit.activation}",
                fact="credit-after-verified-subscribed",
            )


def no_subscription_update_before_creation_lag(evidence: Evidence, news: News) -> Iterator[Breach]:
    """A state is set only once Braze has finished making the profile with that address, as far as
    the brand leaves it where it is.

    Facts: group-change-needs-a-finished-profile
    """
    for hazard in news.hazards:
        too_early = hazard.hazard == "subscription_before_creation_lag"
        if too_early and not evidence.was_taken_away_lately(hazard):
            yield Breach(
                "no_subscription_update_before_creation_lag",
                hazard.at,
                hazard.subject,
                f"{hazard.says[:-1]}; {hazard.details}. {hazard.instead}",
                fact=hazard.fact,
            )


def no_state_for_a_number_on_no_profile(evidence: Evidence, news: News) -> Iterator[Breach]:
    """A state is set only for a number that an export had shown on a profile.

    Facts: page-samples-lack-the-phone
    """
    for request in news.requests:
        if request.operation == STATUS_SET and request.status == 201:
            for phone in as_list(member(request.sent, "phone")):
                if phone is not None and not evidence.numbers.was_shown(phone, before=request):
                    yield breach_by(
                        "no_state_for_a_number_on_no_profile", request, str(phone),
                        "set, and no export had shown this number on a profile",
                        fact="page-samples-lack-the-phone",
                    )  # fmt: skip


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


def credit_only_for_participants(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Nobody is credited who did not take part.

    Facts: quikly-email-acquisition, quikly-sms-acquisition
    """
    for credited in news.credited:
        credit = credited.credit
        if credit.key not in evidence.arrivals:
            yield Breach(
                "credit_only_for_participants",
                credit.at,
                credit.participant,
                f"credited in {credit.activation} without having taken part",
                fact="quikly-email-acquisition",
            )


def no_credit_withheld(evidence: Evidence, _news: News) -> Iterator[Breach]:
    """At the end, whoever took part is credited, unless something in the traffic stood against it.

    That is: a call about them went wrong or was refused, an export showed their email with another
    number, or the last that Braze said of their number was not `Subscribed`, unless it became so.

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
    phone = participant.phone
    looks = evidence.look_ups(participant.email)
    names = {participant.email, *(name for each in looks for name in _names_shown(each))}
    about = [
        each
        for each in evidence.requests
        if any(name.encode() in each.exchange.request_body for name in names)
    ]
    if any(each.status >= 400 or member(each.answered, "errors") for each in about):
        return True
    if any(_shows_another_email(each, participant.email) for each in about):
        return True
    by_number = () if phone is None else evidence.state_reads(phone)
    if any(each.number in evidence.faults for each in (*about, *by_number)):
        return True
    if phone is None:
        return False
    if any(_shows_another_number(each, phone) for each in looks):
        return True
    group = evidence.double_opt_in.get(participant.activation)
    # Whoever takes part by this number later is asked about it again.
    ended = _settled_at(evidence, participant)
    reads = [each for each in _state_reads(evidence, phone, group) if not ended or each.at <= ended]
    asked = _asked_at(evidence, participant) if group else _was_set(evidence, phone)
    if not asked or not reads or _says_subscribed(reads[-1]):
        return False
    return not _came_true(evidence, participant, group)


def _settled_at(evidence: Evidence, participant: Participant) -> datetime | None:
    """When the integration was done with somebody; None if it is not, or does not tell."""
    for each in evidence.participations or ():
        if (each.activation, each.email) == (participant.activation, participant.email):
            return each.settled_at
    return None


def _came_true(evidence: Evidence, participant: Participant, group: str | None) -> bool:
    """Whether the number is subscribed for good since the integration had asked for it: by its own
    request, or, in a group of double opt-in, by whatever came within the time for that.

    Where several gave the number, it may have come true for another of them.
    """
    sharing = [
        each
        for each in evidence.arrivals.values()
        if each.phone == participant.phone and evidence.double_opt_in.get(each.activation) == group
    ]
    own = {each.number for each in evidence.effects}
    effects = [
        effect
        for effect in (*evidence.effects, *evidence.effects_of_texts, *evidence.effects_of_brand)
        if effect.effect.startswith("subscription_state")
        and effect.details["subscriber"] == participant.phone
        and _double_group(evidence, effect.details["group_id"]) == group
    ]
    last = max(effects, key=lambda each: each.number, default=None)
    if last is None or last.details.get("state") != "subscribed" or len(sharing) > 1:
        return False
    if group is None:
        return last.number in own
    asked_at = _asked_at(evidence, participant)
    return asked_at is not None and asked_at <= last.at <= asked_at + IN_TIME


def _names_shown(look_up: JournaledRequest) -> Iterator[str]:
    for user in member(look_up.answered, "users") or ():
        yield from (user[name] for name in ("external_id", "braze_id") if user.get(name))


def _shows_another_email(look_up: JournaledRequest, email: str) -> bool:
    """The alias of the participant is on a profile with another one, or without one."""
    by_alias = member(look_up.sent, "user_aliases") is not None
    users = (member(look_up.answered, "users") or ()) if by_alias else ()
    return any((user.get("email") or "").lower() != email for user in users)


def _shows_another_number(look_up: JournaledRequest, phone: str) -> bool:
    """A profile has another number, and none has this one."""
    numbers = {user.get("phone") for user in member(look_up.answered, "users") or ()} - {None}
    return bool(numbers) and phone not in numbers


def _was_set(evidence: Evidence, phone: str) -> bool:
    return any(
        each.operation == STATUS_SET and phone in as_list(member(each.sent, "phone"))
        for each in evidence.requests
    )


def _asked_at(evidence: Evidence, participant: Participant) -> datetime | None:
    """When an event asked for the double opt-in of somebody in this activation."""
    asked = (
        each.at
        for each in evidence.requests
        for event in as_list(member(each.sent, "events"))
        if member(member(event, "properties"), "activation") == participant.activation
    )
    return next(asked, None)


def everything_settles(evidence: Evidence, _news: News) -> Iterator[Breach]:
    """At the end of a run, everybody who took part is credited or knows why not.

    It is for integrations that tell of more than credits.

    Facts: credit-after-verified-subscribed
    """
    if evidence.participations is None:
        return
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


# What holds at every moment.
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
    no_call_that_braze_only_forgives,
    no_call_that_braze_cannot_read,
    no_name_that_nobody_has,
    no_subscription_after_a_stop,
    no_credit_for_what_was_left_out,
    no_call_while_rate_limited,
    no_customer_is_changed,
    no_personal_data_in_logs,
    webhooks_need_authorization,
    no_reward_without_an_email,
    repeats_get_the_first_answer,
    no_offer_is_over_claimed,
    no_offer_is_withheld,
    falling_offers_fall,
)
# What holds once nothing is due any more. Whoever watched knows of what holds always.
ONLY_AT_THE_END: Sequence[Invariant] = (
    everything_settles,
    no_one_is_given_up_at_a_failure,
    no_credit_withheld,
)
AT_THE_END: Sequence[Invariant] = (*ALWAYS, *ONLY_AT_THE_END)


def breaches(evidence: Evidence, invariants: Sequence[Invariant]) -> list[Breach]:
    """Everything that does not hold, in the order of the invariants."""
    return _broken(evidence, evidence.since(), invariants)


class Watch:
    """Checks evidence as it grows: each look costs what is new since the last one."""

    def __init__(self, evidence: Evidence, invariants: Sequence[Invariant]) -> None:
        self._evidence = evidence
        self._invariants = invariants
        self._mark = NOTHING
        self._memory: dict[str, Any] = {}

    def breaches(self) -> list[Breach]:
        """What does not hold of what is new; all looks together find what `breaches` does."""
        mark = self._evidence.mark()
        if mark == self._mark:
            return []
        news, self._mark = self._evidence.since(self._mark, self._memory), mark
        return _broken(self._evidence, news, self._invariants)


def _broken(evidence: Evidence, news: News, invariants: Sequence[Invariant]) -> list[Breach]:
    return [breach for invariant in invariants for breach in invariant(evidence, news)]
