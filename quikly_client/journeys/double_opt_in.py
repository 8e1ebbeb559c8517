"""Acquire a participant by SMS, with a double opt-in that the brand runs.

    check, look_up, create, … confirm: the number is on a finished profile (number_on_profile)
      │
    ask ──> await ──subscribed──> done   (credit: double opt-in confirmed)
              ^│
              └┘ poll until the time to confirm is over, then done: expired

The event of `ask` starts the brand's campaign, which sends the prompt; the state is never set from
here. The event finds a profile by its identifier and makes none, and the prompt goes to the number
on that profile, so both must be there first. It is sent at most once: when nobody knows whether it
went out, the journey waits for a confirmation all the same, and the participation says so.

Everything but `Subscribed` means "not yet": a number that waits for its confirmation may read as
unknown or unsubscribed, and after STOP the participant may still text START and confirm.

Facts: quikly-double-opt-in, double-opt-in-needs-a-profile, alias-events-are-update-only,
    pending-is-not-told
"""

from dataclasses import replace
from datetime import datetime

from quikly_client import payloads
from quikly_client.braze import STATUS_GET, TRACK, BrazeClient
from quikly_client.journeys import cascade, number_on_profile
from quikly_client.journeys.events import Delivery, send_once
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.profile_writing import marks
from quikly_client.journeys.progress import (
    AT_ONCE,
    Journey,
    JourneyStep,
    Progress,
    expired,
    go_on,
    not_credited,
    noted,
    settle,
)
from quikly_client.results import SubscriptionState
from quikly_client.settings import JourneySettings


def ask(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Send the event that the brand's campaign waits for, at most once.

    The activation is marked in the same request: attributes come first, so the campaign can look
    for the mark.

    Facts: events-are-never-deduplicated, order-within-a-track-request
    """
    rules = settings.rules_of(participation.activation)
    event = payloads.custom_event(
        participation.known_profile,
        rules.opt_in_event,
        time=now,
        properties=rules.opt_in_properties_of(
            participation.activation, settings.group_of(participation.activation)
        ),
    )
    mark = payloads.existing_profile(
        participation.known_profile,
        marks=marks(participation, settings),
        further=participation.attributes,
    )
    sent = send_once(participation, braze, event, [mark])
    if sent.delivery is Delivery.NOT_TAKEN:
        return not_credited(participation, f"the opt-in event {sent.says}")
    asked = replace(participation, asked_at=now)
    if sent.says:
        asked = noted(asked, f"the opt-in event {sent.says}")
    return go_on(asked, Step.AWAIT, wait=settings.opt_in_first_poll)


def await_confirmation(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit once Braze says that the number is subscribed, and look ever less often for it.

    Facts: quikly-double-opt-in, double-opt-in-polling, double-opt-in-lapses
    """
    group = settings.group_of(participation.activation)
    state = braze.subscription_state(group, participation.known_phone)
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="double opt-in confirmed")
    left = (participation.asked_at or now) + settings.opt_in_window - now
    if left <= AT_ONCE:
        days = settings.opt_in_window.total_seconds() / 86_400
        return expired(
            participation,
            f"the double opt-in was not confirmed within {days:g} days; "
            f"the state was {state} at the end",
        )
    doublings = min(participation.polls + 1, 60)
    wait = settings.opt_in_longest_poll
    if settings.opt_in_first_poll.total_seconds() * 2.0**doublings < wait.total_seconds():
        wait = settings.opt_in_first_poll * 2**doublings
    later = replace(participation, polls=participation.polls + 1)
    return go_on(later, Step.AWAIT, wait=min(wait, left))


JOURNEY = Journey(
    first=Step.CHECK,
    steps={
        **number_on_profile.STEPS,
        **cascade.STEPS,
        Step.ASK: JourneyStep(ask, TRACK),
        Step.AWAIT: JourneyStep(await_confirmation, STATUS_GET),
    },
)
