"""Acquire a participant by SMS, with a single opt-in.

    check ──subscribed──> done   (credit: already subscribed)
      │
    look_up ──with our number, finished──────────────────────────┐
      │ │ │ └─with our number, young──wait──> confirm            │
      │ │ └───with another number──> done, no credit             │
      │ └─────without number──> attach_phone ──wait──> confirm   │
      └───────none──> create ──wait──> confirm        │ ^│       │
                                                      │ └┘ poll, then create or look_up again
                                       subscribe <────┴──────────┘
                                           │ wait
                                        verify ──subscribed──> done  (credit: subscription verified)
                                           ^│
                                           └┘ poll until the deadline, then done without credit

A state set for a number hangs on the number, so the number must be on a finished profile first;
otherwise no message would ever reach the participant. Setting the state is never repeated after
it was accepted: the participant may have answered STOP in the meantime.

Facts: quikly-sms-acquisition
"""

# ruff: noqa: ARG001  every step of the table takes the same parameters, needed or not

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from quikly_client import payloads, shortened
from quikly_client.braze import EXPORT, STATUS_GET, STATUS_SET, TRACK, BrazeClient
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.profile_writing import (
    create_profile,
    marks,
    not_readable_yet,
    refusal,
)
from quikly_client.journeys.progress import (
    AT_ONCE,
    Journey,
    JourneyStep,
    Progress,
    go_on,
    not_credited,
    settle,
)
from quikly_client.phone_numbers import is_same_number
from quikly_client.profiles import best_profile, carrying, reference_to
from quikly_client.results import ExportedUser, SubscriptionState
from quikly_client.settings import JourneySettings


def check(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit at once whoever is subscribed already.

    Facts: subscribed-is-credited-at-once, state-hangs-on-the-address
    """
    state = braze.subscription_state(settings.subscription_group_id, participation.known_phone)
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="already subscribed")
    return go_on(participation, Step.LOOK_UP)


def look_up(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask whether Braze knows the address, and with which number.

    A number that a customer has on file is never replaced: anybody may type somebody's email.

    Facts: export-address-returns-all, addresses-are-not-unique
    """
    alias = participation.alias(settings.alias_label)
    users = braze.export_by_email(participation.email)
    reachable = best_profile(_with_number(users, participation.known_phone), alias)
    if reachable is not None:
        known = replace(participation, profile=reference_to(reachable, alias))
        return _once_finished(known, reachable, now, settings)
    found = best_profile(users, alias)
    if found is None:
        return go_on(participation, Step.CREATE)
    if found.phone is not None:
        return not_credited(participation, _other_number(participation, found.phone))
    return go_on(replace(participation, profile=reference_to(found, alias)), Step.ATTACH_PHONE)


def create(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Make an alias-only profile that carries the number.

    Facts: alias-needs-update-only-false, group-change-needs-a-finished-profile
    """
    return create_profile(participation, braze, settings, settings.creation_wait)


def attach_phone(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Give the number to a profile that has none.

    Facts: state-hangs-on-the-address, track-partial-errors
    """
    change = payloads.existing_profile(
        participation.known_profile,
        marks=marks(participation, settings),
        phone=participation.known_phone,
    )
    result = braze.track([change])
    if result.errors:
        return not_credited(participation, refusal(result.errors))
    attached = replace(participation, writes=participation.writes + 1)
    return go_on(attached, Step.CONFIRM, wait=settings.creation_wait)


def confirm(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Go on once a profile with the address carries the number.

    Facts: new-profiles-appear-late, group-change-needs-a-finished-profile
    """
    alias = participation.alias(settings.alias_label)
    carriers = _with_number(braze.export_by_email(participation.email), participation.known_phone)
    ready = best_profile(carriers, alias)
    if ready is None:
        return not_readable_yet(
            participation,
            settings.creation_wait,
            f"no profile showed the number {shortened.phone(participation.known_phone)}",
        )
    if participation.profile_created and carrying(carriers, alias) is not None:
        return go_on(participation, Step.SUBSCRIBE)  # our own, and the wait for it has passed
    return _once_finished(participation, ready, now, settings)


def subscribe(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask for the state; only a look at it later tells whether it holds.

    Facts: state-hangs-on-the-address, group-change-needs-a-finished-profile
    """
    braze.set_subscription_state(
        settings.subscription_group_id, SubscriptionState.SUBSCRIBED, participation.known_phone
    )
    subscribed = replace(participation, subscribed_at=now)
    return go_on(subscribed, Step.VERIFY, wait=settings.verify_after)


def verify(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit once Braze says that the number is subscribed.

    Facts: credit-after-verified-subscribed, status-set-takes-a-while
    """
    state = braze.subscription_state(settings.subscription_group_id, participation.known_phone)
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="subscription verified")
    left = (participation.subscribed_at or now) + settings.verify_until - now
    if left <= AT_ONCE:
        return not_credited(
            participation,
            f"the subscription was accepted, but the state was still {state} "
            f"{_minutes(settings.verify_until)} later",
        )
    later = replace(participation, polls=participation.polls + 1)
    wait = settings.verify_after * 2**participation.polls
    return go_on(later, Step.VERIFY, wait=min(wait, left))


def _with_number(users: Sequence[ExportedUser], phone: str) -> list[ExportedUser]:
    return [user for user in users if is_same_number(phone, user.phone)]


def _once_finished(
    participation: Participation, user: ExportedUser, now: datetime, settings: JourneySettings
) -> Progress:
    """Subscribe if the profile is old enough to be finished, else look again when it is.

    Another journey may have made it just now; and while we wait, the brand may change it, so
    nothing is set without having seen the number on a finished profile.

    Facts: group-change-needs-a-finished-profile
    """
    left = AT_ONCE
    if user.created_at is not None:
        left = settings.creation_wait - (now - user.created_at)
    if left <= AT_ONCE:
        return go_on(participation, Step.SUBSCRIBE)
    if left > settings.creation_wait:  # Braze's clock is ahead of ours; its dates tell us nothing
        return go_on(participation, Step.SUBSCRIBE, wait=settings.creation_wait)
    return go_on(participation, Step.CONFIRM, wait=left)


def _other_number(participation: Participation, theirs: str) -> str:
    return (
        f"the profile with this email carries another number ({shortened.phone(theirs)}) than "
        f"the participant gave ({shortened.phone(participation.known_phone)})"
    )


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:g} min"


JOURNEY = Journey(
    first=Step.CHECK,
    steps={
        Step.CHECK: JourneyStep(check, STATUS_GET),
        Step.LOOK_UP: JourneyStep(look_up, EXPORT),
        Step.CREATE: JourneyStep(create, TRACK),
        Step.ATTACH_PHONE: JourneyStep(attach_phone, TRACK),
        Step.CONFIRM: JourneyStep(confirm, EXPORT),
        Step.SUBSCRIBE: JourneyStep(subscribe, STATUS_SET),
        Step.VERIFY: JourneyStep(verify, STATUS_GET),
    },
)
