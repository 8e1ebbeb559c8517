"""Write the outcome of an activation back to the participant's profile.

    find ──found──> write_back ──> tell ──> tell … ──> done
     ^│
     └┘ nobody yet: poll, then done without

It follows a credit, or is all there is to do for somebody who won something later on, or who never
was a participant at all. Attributes may be written twice without harm; each event is sent at most
once. Nothing of it makes a profile.

Facts: outcomes-cascade
"""

# ruff: noqa: ARG001  every step of the table takes the same parameters, needed or not

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from quikly_client import payloads
from quikly_client.braze import EXPORT, TRACK, BrazeClient
from quikly_client.journeys.events import send_once
from quikly_client.journeys.participation import (
    Cascade,
    Outcome,
    Participation,
    Step,
    Value,
    Workflow,
)
from quikly_client.journeys.profile_writing import POLLS_FOR_EACH_WRITE, refusal
from quikly_client.journeys.progress import (
    Journey,
    JourneyStep,
    Progress,
    go_on,
    not_credited,
    noted,
    settle,
)
from quikly_client.profiles import best_profile, reference_to
from quikly_client.settings import JourneySettings


def begin(
    activation: str,
    email: str,
    cascade: Cascade,
    now: datetime,
    further: Mapping[str, Value] | None = None,
) -> Participation:
    """What a store is given so that an outcome gets written back, once.

    `further` attributes are those that the brand asked for of everybody.
    """
    return Participation(
        activation=activation,
        email=email,
        phone=None,
        workflow=Workflow.CASCADE,
        consented_at=now,
        step=JOURNEY.first,
        due=now,
        started_at=now,
        attributes=further or {},
        cascade=cascade,
    )


def find(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Look for the profile as it is now; one that was made just now may not be readable yet.

    Facts: export-address-returns-all, addresses-are-not-unique, new-profiles-appear-late
    """
    alias = participation.alias(settings.alias_label)
    found = best_profile(braze.export_by_email(participation.email), alias)
    if found is not None:
        known = replace(participation, profile=reference_to(found, alias))
        return _write(known) if _attributes(known) else _tell_next(known)
    if participation.polls < POLLS_FOR_EACH_WRITE:
        later = replace(participation, polls=participation.polls + 1)
        return go_on(later, Step.FIND, wait=settings.confirm_after * 2**participation.polls)
    return not_credited(participation, "nothing was written back: no profile has this email")


def write_back(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Set the custom attributes.

    Facts: outcomes-cascade, update-existing-only, track-partial-errors
    """
    change = payloads.existing_profile(
        participation.known_profile, further=_attributes(participation)
    )
    result = braze.track([change])
    if result.errors:
        return not_credited(participation, f"nothing was written back: {refusal(result.errors)}")
    return _tell_next(participation)


def tell(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Send the next custom event, at most once.

    Facts: outcomes-cascade, events-are-never-deduplicated
    """
    event = participation.known_cascade.events[participation.told]
    sent = send_once(
        participation,
        braze,
        payloads.custom_event(
            participation.known_profile, event.name, event.time, event.properties
        ),
    )
    told = replace(participation, told=participation.told + 1)
    if sent.says:
        told = noted(told, f"the event {event.name} {sent.says}")
    return _tell_next(told)


def _attributes(participation: Participation) -> Mapping[str, Value]:
    """Those of the outcome; with an outcome alone, also the further ones.

    A participation has sent the further ones before its credit.

    Facts: further-user-attributes
    """
    told = participation.known_cascade.attributes
    if participation.workflow is not Workflow.CASCADE:
        return told
    return {**participation.attributes, **told}


def _write(participation: Participation) -> Progress:
    return go_on(participation, Step.WRITE_BACK)


def _tell_next(participation: Participation) -> Progress:
    if participation.told < len(participation.known_cascade.events):
        return go_on(participation, Step.TELL)
    if participation.workflow is Workflow.CASCADE:
        participation = replace(
            participation, outcome=Outcome.WRITTEN_BACK, reason="the outcome was written back"
        )
    return settle(participation)


STEPS: Mapping[Step, JourneyStep] = {
    Step.FIND: JourneyStep(find, EXPORT),
    Step.WRITE_BACK: JourneyStep(write_back, TRACK),
    Step.TELL: JourneyStep(tell, TRACK),
}

JOURNEY = Journey(first=Step.FIND, steps=STEPS)
