"""Clients that see, do or tell more than they may."""

import logging

from quikly_client.braze import BrazeClient
from quikly_client.results import ExportedUser, SubscriptionState
from scenarios.mutants.mutant import Client, Mutant

logger = logging.getLogger("quikly_client.mutants")


class Talkative(BrazeClient):
    """Writes into its log whom it looks for."""

    def export_by_email(self, email: str) -> tuple[ExportedUser, ...]:
        logger.info("looking for %s", email)
        return super().export_by_email(email)


class SubscribesByAnother(BrazeClient):
    """Takes the newer endpoint, for which its key has no permission."""

    def set_subscription_state(self, group_id: str, state: SubscriptionState, phone: str) -> None:
        change = {
            "subscription_group_id": group_id, "subscription_state": state.value, "phones": [phone],
        }  # fmt: skip
        self._transport.send(
            "POST", "/v2/subscription/status/set", body={"subscription_groups": [change]}
        )


PRYING = (
    Mutant(
        "personal-data-in-logs",
        "It writes email addresses into its log.",
        Client(braze=Talkative),
    ),
    Mutant(
        "endpoint-beyond-the-four",
        "It calls an endpoint that its key does not need.",
        Client(braze=SubscribesByAnother),
    ),
)
