"""Writing a profile and making sure that it became readable, as all journeys do.

A write is accepted long before it is true, so each is confirmed by reading. One that does not
show after a few looks is written again: it may have been lost, and a repetition by the same
alias lands on the same profile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from quikly_client import payloads, shortened
from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.progress import Progress, go_on, not_credited
from quikly_client.profiles import ProfileReference
from quikly_client.results import ExportedUser, TrackError
from quikly_client.settings import JourneySettings

MOST_WRITES = 3
POLLS_FOR_EACH_WRITE = 3


def marks(participation: Participation, settings: JourneySettings) -> dict[str, str]:
    """What the profile of a participant is marked with: the activation, in a set of them."""
    return {settings.participation_attribute: participation.activation}


def taken_alias(participation: Participation, carrier: ExportedUser | None) -> str | None:
    """Why no profile can be made by the alias of the participant; None when one can.

    `carrier` has the alias already. A write by it would give that profile the participant's email:
    it may be a customer who has another one by now.

    Facts: alias-pair-is-unique, repeated-alias-creation-updates
    """
    if carrier is None or (carrier.email or "").lower() == participation.email:
        return None
    if carrier.email is not None:
        theirs = shortened.email(carrier.email)
        return f"the alias for this email is on a profile with another one ({theirs})"
    if carrier.external_id is not None:
        return "the alias for this email is on a customer's profile without one"
    return None


def create_profile(
    participation: Participation,
    braze: BrazeClient,
    settings: JourneySettings,
    confirm_after: timedelta,
) -> Progress:
    """Make an alias-only profile with everything known of the participant, in one object.

    Facts: alias-needs-update-only-false, repeated-alias-creation-updates,
        new-profiles-appear-late
    """
    alias = participation.alias(settings.alias_label)
    profile = payloads.new_profile(
        alias,
        email=participation.email,
        phone=participation.phone,
        marks=marks(participation, settings),
        further=participation.attributes,
    )
    result = braze.track([profile])
    if result.errors:
        return not_credited(participation, refusal(result.errors))
    created = replace(
        participation,
        profile=ProfileReference.to_alias(alias),
        profile_created=True,
        writes=participation.writes + 1,
        seen_at=None,
    )
    return go_on(created, Step.CONFIRM, wait=confirm_after)


def not_readable_yet(participation: Participation, first_wait: timedelta, missing: str) -> Progress:
    """Look again later, after a few looks write again, and in the end give up.

    All is looked up anew first: meanwhile the profile may have got a number, or somebody else may
    have made one, and then ours would be a second.

    Facts: new-profiles-appear-late
    """
    if participation.polls < POLLS_FOR_EACH_WRITE:
        later = replace(participation, polls=participation.polls + 1)
        return go_on(later, participation.step, wait=first_wait * 2**participation.polls)
    if participation.writes < MOST_WRITES:
        return go_on(replace(participation, profile=None, profile_created=False), Step.LOOK_UP)
    return not_credited(
        participation, f"Braze accepted {participation.writes} writes, but {missing}"
    )


def refusal(errors: Sequence[TrackError]) -> str:
    """The reason of a participation whose object Braze left out of an accepted request.

    Facts: track-partial-errors
    """
    return f"Braze left the profile's data out: {'; '.join(map(str, errors))}"
