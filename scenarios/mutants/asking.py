"""Clients that do not leave the double opt-in to the brand, or ask for it too early."""

# ruff: noqa: ARG001  every step takes the same parameters, needed or not

from dataclasses import replace
from datetime import datetime

from quikly_client.braze import BrazeClient
from quikly_client.journeys import double_opt_in, email_acquisition, number_on_profile
from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.journeys.progress import Progress, go_on, settle
from quikly_client.profiles import ProfileReference
from quikly_client.results import SubscriptionState
from quikly_client.settings import JourneySettings
from scenarios.mutants.mutant import Client, Mutant, performing


def set_the_state(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Subscribe people where the brand has them confirm."""
    group = settings.group_of(participation.activation)
    braze.set_subscription_state(group, SubscriptionState.SUBSCRIBED, participation.known_phone)
    return go_on(participation, Step.AWAIT, wait=settings.opt_in_first_poll)


def ask_before_creating(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Send the event first, and then the attributes that make the profile and give it a number."""
    alias = ProfileReference.to_alias(participation.alias(settings.alias_label))
    asked = double_opt_in.ask(replace(participation, profile=alias), braze, now, settings)
    number_on_profile.create(participation, braze, now, settings)
    return asked


def announce_at_once(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Send the event of the participation, and make the profile afterwards."""
    alias = ProfileReference.to_alias(participation.alias(settings.alias_label))
    announced = replace(participation, profile=alias)
    email_acquisition.announce(announced, braze, now, settings)
    return go_on(participation, Step.CREATE)


def announce_no_more(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """It has been announced already."""
    return settle(participation)


SILENT_LATER = performing(Step.ANNOUNCE, announce_no_more)
ANNOUNCED_AT_ONCE = performing(
    Step.LOOK_UP_ALIAS, announce_at_once, Workflow.EMAIL, of=SILENT_LATER
)

ASKING = (
    Mutant(
        "state-set-in-double-opt-in",
        "It subscribes people itself where the brand has them confirm.",
        Client(journeys=performing(Step.ASK, set_the_state)),
    ),
    Mutant(
        "event-before-attributes",
        "It sends the event that asks for the double opt-in before there is a number to ask.",
        Client(journeys=performing(Step.CREATE, ask_before_creating, Workflow.SMS_DOUBLE_OPT_IN)),
    ),
    Mutant(
        "event-for-an-absent-profile",
        "It sends events by an alias that no profile has yet.",
        Client(journeys=ANNOUNCED_AT_ONCE),
    ),
)
