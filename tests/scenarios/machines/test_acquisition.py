"""The machine holds for our client, and finds it out when a step is taken away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
import requests
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from quikly_client.braze import BrazeClient
from quikly_client.journeys import double_opt_in, sms_acquisition
from quikly_client.journeys.participation import Participation, Step, Workflow
from quikly_client.journeys.progress import (
    Journey,
    JourneyStep,
    PerformStep,
    Progress,
    settle,
)
from quikly_client.journeys.rules import ActivationRules
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.transport import Transport
from quikly_client.worker import JOURNEYS, Worker
from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION, DOUBLE_OPT_IN_GROUP_ID, journey_settings
from scenarios.budgets import SHRINKING, chosen
from scenarios.integration import Integration
from scenarios.machines.acquisition import Acquisition
from scenarios.machines.story_machine import InvariantBroken
from scenarios.our_integration import OurIntegration, our_integration
from scenarios.steps import Step as StoryStep


def test_all_journeys_hold_under_everything_nobody_knows() -> None:
    run_state_machine_as_test(Acquisition, settings=chosen())


class WithoutWait(Acquisition):
    """The client of somebody who did not read that Braze needs about two minutes."""

    make_integration = staticmethod(partial(our_integration, creation_wait=timedelta(seconds=1)))


def story_of(machine: type[RuleBasedStateMachine]) -> tuple[InvariantBroken, Sequence[StoryStep]]:
    """The failure that the machine finds, and the steps of its shrunk story."""
    with pytest.raises(InvariantBroken) as failure:
        run_state_machine_as_test(machine, settings=settings(SHRINKING, max_examples=300))
    return failure.value, failure.value.story.steps


def test_without_the_wait_the_story_is_short_and_names_the_lag() -> None:
    broken, steps = story_of(WithoutWait)

    assert "no_subscription_update_before_creation_lag" in str(broken)
    assert "Wait about 2 minutes" in str(broken)
    assert len(steps) <= 4


class SetsTheState(Acquisition):
    """A client that subscribes people itself where the brand has them confirm."""

    @staticmethod
    def make_integration(
        braze: BrazeSettings, session: requests.Session, group_id: str
    ) -> Integration:
        direct = ActivationRules(Workflow.SMS, DOUBLE_OPT_IN_GROUP_ID)
        settings = JourneySettings(group_id, activations={DOUBLE_OPT_IN_ACTIVATION: direct})
        store = MemoryStore()
        return OurIntegration(
            session, lambda reaching: Worker(store, client_of(braze, reaching), settings)
        )


def client_of(braze: BrazeSettings, session: requests.Session) -> BrazeClient:
    return BrazeClient(Transport(braze, session))


def test_a_state_set_where_consumers_confirm_is_found_in_a_short_story() -> None:
    broken, steps = story_of(SetsTheState)

    assert "no_state_set_where_consumers_opt_in_twice" in str(broken)
    assert len(steps) <= 5


def credit_without_waiting(
    participation: Participation, _braze: BrazeClient, _now: datetime, _settings: JourneySettings
) -> Progress:
    return settle(participation, credit="the event went out")


def ask_again(
    participation: Participation, braze: BrazeClient, now: datetime, settings: JourneySettings
) -> Progress:
    double_opt_in.ask(participation, braze, now, settings)
    return double_opt_in.ask(participation, braze, now, settings)


@pytest.mark.parametrize(
    ("step", "wrong", "invariant"),
    [
        (Step.AWAIT, credit_without_waiting, "double_opt_in_credit_only_once_confirmed"),
        (Step.ASK, ask_again, "no_event_is_sent_twice"),
    ],
)
def test_a_double_opt_in_that_is_cut_short_is_found_in_a_short_story(
    monkeypatch: pytest.MonkeyPatch, step: Step, wrong: PerformStep, invariant: str
) -> None:
    journey = double_opt_in.JOURNEY
    taken = JourneyStep(wrong, journey.steps[step].endpoint)
    hasty = replace(journey, steps={**journey.steps, step: taken})
    monkeypatch.setattr(
        "quikly_client.worker.JOURNEYS", {**JOURNEYS, Workflow.SMS_DOUBLE_OPT_IN: hasty}
    )

    broken, steps = story_of(Acquisition)

    assert invariant in str(broken)
    assert len(steps) <= 5


def credit_without_looking(
    participation: Participation, _braze: BrazeClient, _now: datetime, _settings: JourneySettings
) -> Progress:
    return settle(participation, credit="Braze answered 201")


def test_crediting_before_verifying_is_found_in_a_short_story(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journey = sms_acquisition.JOURNEY
    verify = JourneyStep(credit_without_looking, journey.steps[Step.VERIFY].endpoint)
    hasty = replace(journey, steps={**journey.steps, Step.VERIFY: verify})
    monkeypatch.setattr("quikly_client.worker.JOURNEYS", _with_sms_journey(hasty))

    broken, steps = story_of(Acquisition)

    assert "sms_credit_only_after_verified_subscribed" in str(broken)
    assert len(steps) <= 4


class Forgetful(Worker):
    """Loses everybody who takes part."""

    def participate(self, participant: Participant, now: datetime) -> bool:
        return bool(participant and now)


class LosesEverybody(Acquisition):
    """A client that drops people before it has done anything for them."""

    @staticmethod
    def make_integration(
        braze: BrazeSettings, session: requests.Session, group_id: str
    ) -> Integration:
        store, settings = MemoryStore(), journey_settings(group_id)
        return OurIntegration(
            session, lambda reaching: Forgetful(store, client_of(braze, reaching), settings)
        )


def test_a_client_that_loses_people_is_found_in_a_short_story() -> None:
    broken, steps = story_of(LosesEverybody)

    assert "everything_settles" in str(broken)
    assert len(steps) <= 4


def _with_sms_journey(journey: Journey) -> dict[object, Journey]:
    return {
        workflow: journey if workflow == "sms" else theirs for workflow, theirs in JOURNEYS.items()
    }
