"""Bring a participant's number onto a finished profile, as both SMS journeys do.

    check ──subscribed──> done   (credit: already subscribed)
      │
    look_up ──with our number, finished──────────────────────────┐
      │ │ │ └─with our number, young──wait──> confirm            │
      │ │ └───with another number──> done, no credit             │
      │ └─────without number──> attach_phone ──wait──> confirm   │
    look_up_alias ──on a profile with another email──> done      │
      └─free──> create ──wait──> confirm              │ ^│       │
                                                      │ └┘ poll, then look_up again
                                                      v          v
                                           the journey's own way to a subscription

A state hangs on the number, and a double opt-in begins only for a number that a finished profile
carries; otherwise no message would ever reach the participant.
"""

# ruff: noqa: ARG001  every step of the table takes the same parameters, needed or not

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from quikly_client import payloads, shortened
from quikly_client.braze import EXPORT, STATUS_GET, TRACK, BrazeClient
from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.journeys.profile_writing import (
    create_profile,
    marks,
    not_readable_yet,
    refusal,
    taken_alias,
)
from quikly_client.journeys.progress import (
    AT_ONCE,
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

WRITES_THE_NUMBER = frozenset({Step.CREATE, Step.ATTACH_PHONE})
# How each workflow goes on from a finished profile with the number.
GOES_ON_WITH: Mapping[Workflow, Step] = {
    Workflow.SMS: Step.SUBSCRIBE,
    Workflow.SMS_DOUBLE_OPT_IN: Step.ASK,
}


def check(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit at once whoever is subscribed already.

    Facts: subscribed-is-credited-at-once, state-hangs-on-the-address
    """
    state = braze.subscription_state(
        settings.group_of(participation.activation), participation.known_phone
    )
    if state is SubscriptionState.SUBSCRIBED:
        return settle(participation, credit="already subscribed")
    return go_on(replace(participation, state_before=state), Step.LOOK_UP)


def look_up(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask whether Braze knows the address, and with which number.

    Facts: export-address-returns-all, addresses-are-not-unique
    """
    users = braze.export_by_email(participation.email)
    participation = replace(participation, looked_at=now)
    if not users:
        return go_on(participation, Step.LOOK_UP_ALIAS)
    return _with_one_of(users, participation, now, settings)


def look_up_alias(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask whether the alias is free, before a profile is made by it.

    Facts: alias-pair-is-unique, repeated-alias-creation-updates
    """
    carrier = braze.export_by_alias(participation.alias(settings.alias_label))
    conflict = taken_alias(participation, carrier)
    if conflict is not None:
        return not_credited(participation, conflict)
    if carrier is None or carrier.email is None:
        return go_on(participation, Step.CREATE)
    return _with_one_of([carrier], participation, now, settings)  # it has just become readable


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
        further=participation.attributes,
    )
    result = braze.track([change])
    if result.errors:
        return not_credited(participation, refusal(result.errors))
    attached = replace(participation, writes=participation.writes + 1, seen_at=None)
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
    participation = replace(participation, seen_at=participation.seen_at or now)
    if participation.profile_created and carrying(carriers, alias) is not None:
        # our own, and the wait for it has passed
        return go_on(participation, GOES_ON_WITH[participation.workflow])
    # Another one than was written to, maybe: ours was lost, and the brand has made one.
    known = replace(participation, profile=reference_to(ready, alias))
    return _once_finished(known, ready, now, settings)


def is_in_the_way(other: Participation, participation: Participation) -> bool:
    """Whether another participation of the same person may have put another number on the profile
    since `participation` looked: a write of a second number would replace the first.

    Facts: number-on-file-stays, new-profiles-appear-late
    """
    if other.phone is None or other.phone == participation.phone:
        return False
    if other.seen_at is not None:
        return participation.looked_at is None or other.seen_at >= participation.looked_at
    is_writing = other.step in WRITES_THE_NUMBER and (other.in_flight or other.attempts > 0)
    return other.due is not None and (is_writing or other.writes > 0)


def look_again(participation: Participation, settings: JourneySettings) -> Progress:
    """Leave the write to the other one, and see later what became of it."""
    return go_on(replace(participation, profile=None), Step.LOOK_UP, wait=settings.confirm_after)


def _with_one_of(
    users: Sequence[ExportedUser],
    participation: Participation,
    now: datetime,
    settings: JourneySettings,
) -> Progress:
    """Take the profile with the number, or give the number to one that has none.

    A number that a customer has on file is never replaced: anybody may type somebody's email.
    """
    alias = participation.alias(settings.alias_label)
    reachable = best_profile(_with_number(users, participation.known_phone), alias)
    if reachable is not None:
        known = replace(participation, profile=reference_to(reachable, alias))
        return _once_finished(known, reachable, now, settings)
    found = best_profile(users, alias)
    if found is None:
        return go_on(participation, Step.LOOK_UP_ALIAS)
    if found.phone is not None:
        return not_credited(participation, _other_number(participation, found.phone))
    return go_on(replace(participation, profile=reference_to(found, alias)), Step.ATTACH_PHONE)


def _with_number(users: Sequence[ExportedUser], phone: str) -> list[ExportedUser]:
    return [user for user in users if is_same_number(phone, user.phone)]


def _once_finished(
    participation: Participation, user: ExportedUser, now: datetime, settings: JourneySettings
) -> Progress:
    """Go on if the profile is old enough to be finished, else look again when it is.

    Another journey may have made it just now; and while we wait, the brand may change it, so
    nothing is set without having seen the number on a finished profile.

    Facts: group-change-needs-a-finished-profile
    """
    goes_on_with = GOES_ON_WITH[participation.workflow]
    left = AT_ONCE
    if user.created_at is not None:
        left = settings.creation_wait - (now - user.created_at)
    if left <= AT_ONCE:
        return go_on(participation, goes_on_with)
    if left > settings.creation_wait:  # Braze's clock is ahead of ours; its dates tell us nothing
        return go_on(participation, goes_on_with, wait=settings.creation_wait)
    return go_on(participation, Step.CONFIRM, wait=left)


def _other_number(participation: Participation, theirs: str) -> str:
    return (
        f"the profile with this email carries another number ({shortened.phone(theirs)}) than "
        f"the participant gave ({shortened.phone(participation.known_phone)})"
    )


STEPS: Mapping[Step, JourneyStep] = {
    Step.CHECK: JourneyStep(check, STATUS_GET),
    Step.LOOK_UP: JourneyStep(look_up, EXPORT),
    Step.LOOK_UP_ALIAS: JourneyStep(look_up_alias, EXPORT),
    Step.CREATE: JourneyStep(create, TRACK),
    Step.ATTACH_PHONE: JourneyStep(attach_phone, TRACK),
    Step.CONFIRM: JourneyStep(confirm, EXPORT),
}
