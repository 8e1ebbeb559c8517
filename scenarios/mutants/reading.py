"""Clients that read Braze's answers wrongly."""

from quikly_client import payloads
from quikly_client.braze import STATUS_GET, BrazeClient
from quikly_client.results import SubscriptionState
from scenarios.mutants.mutant import Client, Mutant


class CaseSensitive(BrazeClient):
    """Knows states in the spelling of requests alone."""

    def subscription_state(self, group_id: str, phone: str) -> SubscriptionState:
        query = payloads.subscription_state(group_id, phone)
        states = self._transport.send("GET", STATUS_GET, query=query).body["status"].values()
        is_subscribed = "subscribed" in states
        return SubscriptionState.SUBSCRIBED if is_subscribed else SubscriptionState.UNKNOWN


class IndexedByPhone(BrazeClient):
    """Looks for the state under the number as the participant gave it."""

    def subscription_state(self, group_id: str, phone: str) -> SubscriptionState:
        query = payloads.subscription_state(group_id, phone.removeprefix("+"))
        states = self._transport.send("GET", STATUS_GET, query=query).body["status"]
        return SubscriptionState(states.get(phone, "unknown").lower())


READING = (
    Mutant(
        "case-sensitive-state",
        "It waits for `subscribed`, and Braze says `Subscribed`.",
        Client(braze=CaseSensitive),
    ),
)
