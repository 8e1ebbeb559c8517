"""Clients that credit too early, or for something that earns no credit."""

# ruff: noqa: ARG001  every step takes the same parameters, needed or not

from datetime import datetime

from quikly_client.braze import BrazeClient
from quikly_client.journeys import double_opt_in, email_acquisition
from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.journeys.progress import PerformStep, Progress, settle
from quikly_client.settings import JourneySettings
from scenarios.mutants.mutant import Client, Mutant, performing


def credit_unseen(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Do not look whether it is so."""
    return settle(participation, credit="Braze will have done it")


def credited_after(perform: PerformStep) -> PerformStep:
    """Perform a step, and credit because Braze answered 201."""

    def step(
        participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
    ) -> Progress:
        done = perform(participation, braze, now, settings)
        return settle(done.participation, credit="Braze answered 201")

    return step


def credit_whatever_is_said(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    """Take any answer for a good one."""
    braze.subscription_state(settings.group_of(participation.activation), participation.known_phone)
    return settle(participation, credit="Braze knows the number")


CREDITING = (
    Mutant(
        "credit-before-verify",
        "It asks for the state and credits without looking whether it holds.",
        Client(journeys=performing(Step.VERIFY, credit_unseen)),
    ),
    Mutant(
        "credit-on-201",
        "It credits because Braze answered 201 to the creation of a profile.",
        Client(
            journeys=performing(
                Step.CREATE, credited_after(email_acquisition.create), Workflow.EMAIL
            )
        ),
    ),
    Mutant(
        "credit-for-asking",
        "It credits because Braze took the event that asks for the double opt-in.",
        Client(journeys=performing(Step.ASK, credited_after(double_opt_in.ask))),
    ),
    Mutant(
        "credit-for-any-state",
        "It credits because the number has a state, whichever it is.",
        Client(journeys=performing(Step.VERIFY, credit_whatever_is_said)),
    ),
)
