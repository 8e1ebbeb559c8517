"""Acquire a participant by SMS, with a single opt-in.

    check, look_up, create, … confirm: the number is on a finished profile (number_on_profile)
      │
    subscribe ──wait──> verify ──subscribed──> done   (credit: subscription verified)
      ^                  │  ^│
      └──confirm <──lost─┘  └┘ poll until the deadline, then done without credit

A state that Braze accepted and that is still `unknown` after some minutes was lost, and is set
again, a few times. A number that has said `Unsubscribed` is left alone from then on: the
participant may have answered STOP meanwhile, and nobody can tell that from a lost update of a
number that had been unsubscribed before.

Facts: quikly-sms-acquisition, subscription-lost-or-stopped
"""

from dataclasses import replace
from datetime import datetime, timedelta

from quikly_client.braze import STATUS_GET, STATUS_SET, BrazeClient
from quikly_client.journeys import cascade, number_on_profile
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.progress import (
    AT_ONCE,
    Journey,
    JourneyStep,
    Progress,
    go_on,
    not_credited,
    settle,
)
from quikly_client.results import SubscriptionState
from quikly_client.settings import JourneySettings

MOST_SETS = 3


def subscribe(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask for the state; only a look at it later tells whether it holds.

    When nobody knows what became of an earlier try, the state is looked at before the next.

    Facts: state-hangs-on-the-address, group-change-needs-a-finished-profile,
        server-error-outcome-unknown
    """
    if participation.attempts:
        return go_on(replace(participation, sets=participation.sets + 1), Step.VERIFY)
    braze.set_subscription_state(
        settings.group_of(participation.activation),
        SubscriptionState.SUBSCRIBED,
        participation.known_phone,
    )
    before = 0 if participation.subscribed_at is None else participation.sets
    subscribed = replace(participation, sets=before + 1, subscribed_at=now)
    return go_on(subscribed, Step.VERIFY, wait=settings.verify_after)


def verify(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit once Braze says that the number is subscribed.

    Facts: credit-after-verified-subscribed, status-set-takes-a-while
    """
    state = braze.subscription_state(
        settings.group_of(participation.activation), participation.known_phone
    )
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="subscription verified")
    if participation.subscribed_at is None:
        return _try_again(participation, state, settings)
    since = now - participation.subscribed_at
    if state is SubscriptionState.UNSUBSCRIBED:
        participation = replace(participation, may_have_stopped=True)
    if _was_lost(participation, state, since, settings):
        return go_on(participation, Step.CONFIRM)
    left = settings.verify_until - since
    if left <= AT_ONCE:
        return not_credited(participation, _never_held(participation, state, settings))
    later = replace(participation, polls=participation.polls + 1)
    wait = settings.verify_after * 2**participation.polls
    return go_on(later, Step.VERIFY, wait=min(wait, left))


def _try_again(
    participation: Participation, state: SubscriptionState, settings: JourneySettings
) -> Progress:
    """No try was answered yet, so the state is set again while it is what it was at first."""
    if participation.sets >= settings.retry.attempts:
        return not_credited(
            participation, f"gave up after {participation.sets} tries of subscribe without answer"
        )
    if state is not participation.state_before:
        return not_credited(participation, f"the state turned {state} before it could be set")
    wait = settings.retry.wait_after(
        participation.sets, participation.activation, participation.email, Step.SUBSCRIBE
    )
    return go_on(participation, Step.SUBSCRIBE, wait=wait)


def _was_lost(
    participation: Participation,
    state: SubscriptionState,
    since: timedelta,
    settings: JourneySettings,
) -> bool:
    return (
        state is SubscriptionState.UNKNOWN
        and not participation.may_have_stopped
        and participation.sets < MOST_SETS
        and since >= settings.set_again_after
    )


def _never_held(
    participation: Participation, state: SubscriptionState, settings: JourneySettings
) -> str:
    times = f" {participation.sets} times" if participation.sets > 1 else ""
    still = "still " if state is participation.state_before else ""
    return (
        f"the subscription was accepted{times}, but the state was {still}{state} "
        f"{settings.verify_until.total_seconds() / 60:g} min later"
    )


JOURNEY = Journey(
    first=Step.CHECK,
    steps={
        **number_on_profile.STEPS,
        **cascade.STEPS,
        Step.SUBSCRIBE: JourneyStep(subscribe, STATUS_SET),
        Step.VERIFY: JourneyStep(verify, STATUS_GET),
    },
)
