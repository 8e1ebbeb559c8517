"""What must hold of the profiles that the integration makes and of the states that it sets: one
function for each claim.
"""

from collections.abc import Iterator

from scenarios.evidence import LATELY, Evidence, News
from scenarios.invariants.breach import STATUS_SET, Breach, as_list, breach_by, member
from scenarios.journaled import JournaledEffect, JournaledRequest


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
