"""Webhooks: Braze calls the integration's receiver for offers that run out or fall."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from scenarios import strategies
from scenarios.agreed import OFFERS
from scenarios.machines.story_machine import StoryMachine
from scenarios.steps import Credential, Restart, Wait, WebhookComes, WebhooksCome

SCOPES = [each["q_scope"] for each in OFFERS]


class Webhooks(StoryMachine):
    """People claim offers of which there are few; calls are repeated, forged, and out of order."""

    @rule(
        email=strategies.claimants(),
        q_scope=st.sampled_from(SCOPES),
        credential=st.sampled_from(["right", "right", "right", "wrong", "missing"]),
        times=st.sampled_from([1, 1, 2]),
    )
    def webhook_comes(self, email: str, q_scope: str, credential: Credential, times: int) -> None:
        for _ in range(times):
            self.take(WebhookComes(email=email, q_scope=q_scope, credential=credential))

    @rule(
        emails=st.lists(strategies.claimants(), min_size=2, max_size=3),
        q_scope=st.sampled_from(SCOPES),
    )
    def webhooks_come(self, emails: list[str], q_scope: str) -> None:
        self.take(WebhooksCome(emails=tuple(emails), q_scope=q_scope))

    @rule(seconds=st.sampled_from([1.0, 599.0, 600.0, 3600.0]))
    def wait(self, seconds: float) -> None:
        self.take(Wait(seconds=seconds))

    @rule()
    def restart(self) -> None:
        self.take(Restart())
