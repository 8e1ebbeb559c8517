"""Clients that read Braze's answers wrongly, or do not read them."""

# ruff: noqa: ARG001  every step takes the same parameters, needed or not

from dataclasses import replace
from datetime import datetime

from quikly_client import payloads
from quikly_client.braze import STATUS_GET, BrazeClient
from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.journeys.profile_writing import marks
from quikly_client.journeys.progress import Progress, go_on, settle
from quikly_client.profiles import best_profile, reference_to
from quikly_client.results import ExportedUser, SubscriptionState
from quikly_client.settings import JourneySettings
from scenarios.mutants.mutant import Client, Mutant, performing


class CaseSensitive(BrazeClient):
    """Knows states in the spelling of requests alone."""

    def subscription_state(self, group_id: str, phone: str) -> SubscriptionState:
        query = payloads.subscription_state(group_id, phone)
        states = self._transport.send("GET", STATUS_GET, query=query).body["status"].values()
        is_subscribed = "subscribed" in states
        return SubscriptionState.SUBSCRIBED if is_subscribed else SubscriptionState.UNKNOWN


class IndexedByGroup(BrazeClient):
    """Looks for the state under the identifier of the group, as answers have it elsewhere."""

    def subscription_state(self, group_id: str, phone: str) -> SubscriptionState:
        query = payloads.subscription_state(group_id, phone)
        states = self._transport.send("GET", STATUS_GET, query=query).body["status"]
        return SubscriptionState(str(states.get(group_id, "unknown")).lower())


class FirstOfSeveral(BrazeClient):
    """Takes the first profile of an export for the only one."""

    def export_by_email(self, email: str) -> tuple[ExportedUser, ...]:
        return super().export_by_email(email)[:1]


def mark_and_announce(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Mark the profile and send the event at once, and take 201 for a success of both."""
    profile, activation = participation.known_profile, participation.activation
    mark = payloads.existing_profile(
        profile, marks=marks(participation, settings), further=participation.attributes
    )
    event = payloads.custom_event(
        profile, settings.participation_event, time=now, properties={"activation": activation}
    )
    braze.track([mark], [event])
    return settle(participation, credit="existing profile marked")


def find_nobody(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Do not look whether somebody is there."""
    return go_on(participation, Step.CREATE)


def overwrite(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Give the number to the profile with the email, whatever number it has."""
    users = braze.export_by_email(participation.email)
    alias = participation.alias(settings.alias_label)
    found = best_profile(users, alias)
    if found is None:
        return go_on(participation, Step.LOOK_UP_ALIAS)
    return go_on(replace(participation, profile=reference_to(found, alias)), Step.ATTACH_PHONE)


BY_PHONE = (Workflow.SMS, Workflow.SMS_DOUBLE_OPT_IN)

READING = (
    Mutant(
        "case-sensitive-state",
        "It waits for `subscribed`, and Braze says `Subscribed`.",
        Client(braze=CaseSensitive),
    ),
    Mutant(
        "status-map-by-the-wrong-key",
        "It looks for the state under the group, and Braze tells it under the number.",
        Client(braze=IndexedByGroup),
    ),
    Mutant(
        "first-of-several-profiles",
        "It takes the first of several profiles with an email for the only one.",
        Client(braze=FirstOfSeveral),
    ),
    Mutant(
        "partial-errors-ignored",
        "It takes 201 for a success of everything that was sent.",
        Client(journeys=performing(Step.MARK, mark_and_announce)),
    ),
    Mutant(
        "new-profile-although-one-exists",
        "It makes a profile without looking whether there is one.",
        Client(journeys=performing(Step.LOOK_UP, find_nobody)),
    ),
    Mutant(
        "alias-not-looked-up",
        "It makes a profile by an alias that somebody with another email may have.",
        Client(journeys=performing(Step.LOOK_UP_ALIAS, find_nobody)),
    ),
    Mutant(
        "number-overwritten",
        "It replaces the number that a customer has by the one that a participant gives.",
        Client(journeys=performing(Step.LOOK_UP, overwrite, *BY_PHONE)),
    ),
)
