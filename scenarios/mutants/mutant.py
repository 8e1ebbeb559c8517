"""Mutant: our client, wrong in one way; and how one is made of other parts than ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Step, Workflow
from quikly_client.journeys.progress import Journey, JourneyStep, PerformStep
from quikly_client.settings import BrazeSettings
from quikly_client.store.interface import Store
from quikly_client.store.memory import MemoryStore
from quikly_client.transport import Transport
from quikly_client.worker import JOURNEYS, Worker
from scenarios.agreed import journey_settings
from scenarios.integration import Integration, MakeIntegration
from scenarios.our_integration import MakeReceiver, OurIntegration, our_receiver

Journeys = Mapping[Workflow, Journey]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A client that is wrong in one way: `says` what it does. `machine` is where that shows."""

    name: str
    says: str
    make_integration: MakeIntegration
    machine: str = "acquisition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Makes an integration like ours of parts, any of which may be another than ours.

    `settings` are changes of those that were agreed on.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    journeys: Journeys = field(default_factory=lambda: JOURNEYS)
    worker: type[Worker] = Worker
    braze: type[BrazeClient] = BrazeClient
    transport: Callable[[BrazeSettings, requests.Session], Transport] = Transport
    store: Callable[[], Store] = MemoryStore
    receiver: MakeReceiver = our_receiver

    def __call__(
        self, braze: BrazeSettings, session: requests.Session, group_id: str
    ) -> Integration:
        store, settings = self.store(), journey_settings(group_id, **self.settings)

        def make_worker(reaching: requests.Session) -> Worker:
            client = self.braze(self.transport(braze, reaching))
            return self.worker(store, client, settings, journeys=self.journeys)

        return OurIntegration(session, make_worker, self.receiver)


def performing(
    step: Step, perform: PerformStep, *workflows: Workflow, of: Journeys = JOURNEYS
) -> Journeys:
    """Our journeys, but for how they perform a step: those of some workflows, or of all."""
    return {
        workflow: _performing(journey, step, perform)
        if step in journey.steps and workflow in (workflows or of)
        else journey
        for workflow, journey in of.items()
    }


def _performing(journey: Journey, step: Step, perform: PerformStep) -> Journey:
    changed = JourneyStep(perform, journey.steps[step].endpoint)
    return replace(journey, steps={**journey.steps, step: changed})
