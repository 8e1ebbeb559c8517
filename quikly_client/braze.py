"""Braze as Quikly sees it: four endpoints, one method each, and no permission beyond them.

Facts: four-permissions
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quikly_client import payloads
from quikly_client.profiles import carrying
from quikly_client.results import (
    ExportedUser,
    SubscriptionState,
    TrackResult,
    UserAlias,
    read_exported_users,
    read_subscription_state,
    read_track_result,
)
from quikly_client.transport import Transport

TRACK = "/users/track"
EXPORT = "/users/export/ids"
STATUS_GET = "/subscription/status/get"
STATUS_SET = "/subscription/status/set"


class BrazeClient:
    """Every method makes one call and raises a BrazeError when it went wrong."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.listen = transport.listen

    def track(
        self,
        attributes: Sequence[Mapping[str, Any]] = (),
        events: Sequence[Mapping[str, Any]] = (),
    ) -> TrackResult:
        """Queue changes to profiles; look at the result's `errors`, a success may have some.

        Facts: success-only-means-queued, new-profiles-appear-late, track-partial-errors
        """
        body = payloads.track(attributes, events)
        return read_track_result(self._transport.send("POST", TRACK, body=body).body)

    def export_by_email(self, email: str) -> tuple[ExportedUser, ...]:
        """Every visible profile with this address; nobody found is an empty answer, no error.

        Facts: export-address-returns-all, export-nobody-found
        """
        body = payloads.export_by_email(email)
        return read_exported_users(self._transport.send("POST", EXPORT, body=body).body)

    def export_by_alias(self, alias: UserAlias) -> ExportedUser | None:
        """The visible profile that carries `alias`; None when nobody does.

        Facts: alias-pair-is-unique, export-nobody-found
        """
        body = payloads.export_by_alias(alias)
        return carrying(
            read_exported_users(self._transport.send("POST", EXPORT, body=body).body), alias
        )

    def subscription_state(self, group_id: str, phone: str) -> SubscriptionState:
        """The state of a number (E.164) in an SMS group; unknown when it has no history there.

        Facts: status-key-of-phone-queries, state-hangs-on-the-address
        """
        query = payloads.subscription_state(group_id, phone)
        return read_subscription_state(self._transport.send("GET", STATUS_GET, query=query).body)

    def set_subscription_state(self, group_id: str, state: SubscriptionState, phone: str) -> None:
        """Ask for a new state of a number; ask for the state later to know whether it holds.

        Facts: state-hangs-on-the-address, group-change-needs-a-finished-profile
        """
        body = payloads.subscription_change(group_id, state, phone)
        self._transport.send("POST", STATUS_SET, body=body)
