"""Acquire a participant by email.

    look_up ──found──> mark ──────────────────────────> done   (credit: existing profile marked)
       │
    look_up_alias ──on a profile with another email──> done, no credit
       │
       └─free──> create ──wait──> confirm ──visible──> announce ──> done   (credit at confirm)
                                     │ ^│
          look_up <──still not───────┘ └┘ not visible: wait twice as long

Everything but `announce` may be repeated without harm. The event of `announce` would count
twice, so it is sent at most once, and not again when nobody knows whether it went out.

Facts: quikly-email-acquisition
"""

# ruff: noqa: ARG001  every step of the table takes the same parameters, needed or not

from dataclasses import replace
from datetime import datetime

from quikly_client import payloads
from quikly_client.braze import EXPORT, TRACK, BrazeClient
from quikly_client.journeys import cascade
from quikly_client.journeys.events import send_once
from quikly_client.journeys.participation import Participation, Step
from quikly_client.journeys.profile_writing import (
    create_profile,
    marks,
    not_readable_yet,
    refusal,
    taken_alias,
)
from quikly_client.journeys.progress import (
    Journey,
    JourneyStep,
    Progress,
    go_on,
    not_credited,
    noted,
    settle,
)
from quikly_client.profiles import best_profile, carrying, reference_to
from quikly_client.settings import JourneySettings


def look_up(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask whether Braze knows the address.

    Facts: export-address-returns-all, addresses-are-not-unique
    """
    alias = participation.alias(settings.alias_label)
    found = best_profile(braze.export_by_email(participation.email), alias)
    if found is None:
        return go_on(participation, Step.LOOK_UP_ALIAS)
    return go_on(replace(participation, profile=reference_to(found, alias)), Step.MARK)


def look_up_alias(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Ask whether the alias is free, before a profile is made by it.

    Facts: alias-pair-is-unique, repeated-alias-creation-updates
    """
    alias = participation.alias(settings.alias_label)
    carrier = braze.export_by_alias(alias)
    conflict = taken_alias(participation, carrier)
    if conflict is not None:
        return not_credited(participation, conflict)
    if carrier is None or carrier.email is None:
        return go_on(participation, Step.CREATE)
    # It has just become readable.
    return go_on(replace(participation, profile=reference_to(carrier, alias)), Step.MARK)


def mark(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Note the activation on the profile that was there before.

    Facts: array-values-are-unique, track-partial-errors
    """
    change = payloads.existing_profile(
        participation.known_profile,
        marks=marks(participation, settings),
        further=participation.attributes,
    )
    result = braze.track([change])
    if result.errors:
        return not_credited(participation, refusal(result.errors))
    return settle(participation, credit="existing profile marked")


def create(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Make an alias-only profile.

    Facts: alias-needs-update-only-false
    """
    return create_profile(participation, braze, settings, settings.confirm_after)


def confirm(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Credit once the profile made here is readable, whoever else has the address.

    Facts: new-profiles-appear-late, pause-between-dependent-calls
    """
    users = braze.export_by_email(participation.email)
    if carrying(users, participation.alias(settings.alias_label)) is None:
        return not_readable_yet(
            participation, settings.confirm_after, "the profile never became readable"
        )
    return go_on(participation, Step.ANNOUNCE, credit="new profile confirmed")


def announce(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Send the event that marks the participation, at most once.

    The credit stands whatever comes of it; what is not certain becomes a note.

    Facts: events-are-never-deduplicated, alias-events-are-update-only
    """
    event = payloads.custom_event(
        participation.known_profile,
        settings.participation_event,
        time=participation.started_at,
        properties={"activation": participation.activation},
    )
    sent = send_once(participation, braze, event)
    if sent.says:
        return settle(noted(participation, f"the participation event {sent.says}"))
    return settle(participation)


JOURNEY = Journey(
    first=Step.LOOK_UP,
    steps={
        **cascade.STEPS,
        Step.LOOK_UP: JourneyStep(look_up, EXPORT),
        Step.LOOK_UP_ALIAS: JourneyStep(look_up_alias, EXPORT),
        Step.MARK: JourneyStep(mark, TRACK),
        Step.CREATE: JourneyStep(create, TRACK),
        Step.CONFIRM: JourneyStep(confirm, EXPORT),
        Step.ANNOUNCE: JourneyStep(announce, TRACK),
    },
)
