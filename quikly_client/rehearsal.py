"""A run without Braze: shows what would be sent, had Braze nobody and took everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quikly_client.braze import EXPORT, STATUS_GET, STATUS_SET, TRACK
from quikly_client.settings import BrazeSettings
from quikly_client.transport import Answer, Exchange, Transport


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request that would be made; its key is left out."""

    method: str
    path: str
    query: Mapping[str, str] | None
    body: Mapping[str, Any] | None


class Rehearsal(Transport):
    """Answers as a Braze would in which every participant is new and every call works.

    Profiles are there at once, and whoever is asked to confirm an opt-in does so.
    """

    def __init__(self, settings: BrazeSettings, planned: Callable[[PlannedRequest], None]) -> None:
        super().__init__(settings)
        self._planned = planned
        self._profiles: dict[str, dict[str, Any]] = {}
        self._subscribed: set[str] = set()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        self._planned(PlannedRequest(method, path, query, body))
        answers: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            TRACK: self._track, EXPORT: self._export,
            STATUS_GET: self._state, STATUS_SET: self._set_state,
        }  # fmt: skip
        answer = {**answers[path](body or query or {}), "message": "success"}
        self._tell(Exchange(method, path, 201, 0, {}))
        return Answer(201, answer, {})

    def _track(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        attributes, events = body.get("attributes", ()), body.get("events", ())
        for each in attributes:
            alias = each.get("user_alias")
            if alias is not None:
                known = self._profiles.setdefault(alias["alias_name"], {"user_aliases": [alias]})
                known |= {name: each[name] for name in ("email", "phone") if name in each}
        for each in events:
            alias_name = each.get("user_alias", {}).get("alias_name")
            phone = self._profiles.get(alias_name, {}).get("phone")
            if phone is not None:
                self._subscribed.add(phone)
        return {"attributes_processed": len(attributes), "events_processed": len(events)}

    def _export(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        names = [alias["alias_name"] for alias in body.get("user_aliases", ())]
        users = [
            profile
            for name, profile in self._profiles.items()
            if name in names or profile.get("email") == body.get("email_address", name)
        ]
        return {"users": users}

    def _state(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        phone = query["phone"]
        return {"status": {phone: "Subscribed" if phone in self._subscribed else "unknown"}}

    def _set_state(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self._subscribed.add(body["phone"])
        return {}
