"""What the brand of a lab does by itself: it answers the event that asks for a double opt-in."""

from collections.abc import Sequence
from typing import Any

from quikly_client.braze import STATUS_SET
from quikly_client.transport import Transport
from scenarios.breach import TRACK, as_list, member
from scenarios.control import Control
from scenarios.evidence import JournaledRequest


class OptInCampaign:
    """Begins a double opt-in for each profile of which the agreed event tells, once.

    It stands for the brand's campaign, which ends in this very call.

    Facts: quikly-double-opt-in, double-opt-in-prompted-by-request
    """

    def __init__(self, control: Control, brand: Transport, group_id: str, event: str) -> None:
        self._control = control
        self._brand = brand
        self._group_id = group_id
        self._event = event
        self._answered: set[str] = set()
        self._read_to = 0

    def answer(self, requests: Sequence[JournaledRequest]) -> None:
        """Look at what the integration has sent since the last time."""
        for request in requests[self._read_to :]:
            if request.operation == TRACK and request.status == 201:
                for event in as_list(member(request.sent, "events")):
                    if member(event, "name") == self._event:
                        self._begin(event)
        self._read_to = len(requests)

    def _begin(self, event: Any) -> None:
        alias = member(member(event, "user_alias"), "alias_name")
        told = {"external_id": event.get("external_id"), "braze_id": event.get("braze_id")}
        one = {name: value for name, value in told.items() if value} or {"email": str(alias)}
        for profile in self._control.profiles(**one):
            if profile["phone"] and profile["braze_id"] not in self._answered:
                self._answered.add(profile["braze_id"])
                body = {
                    "subscription_group_id": self._group_id,
                    "subscription_state": "subscribed",
                    "phone": profile["phone"],
                    "use_double_opt_in_logic": True,
                }
                self._brand.send("POST", STATUS_SET, body=body)
