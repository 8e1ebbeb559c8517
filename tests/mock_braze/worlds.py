"""Small worlds to test in: a workspace as such, and a whole fake reached over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.dials.values import turned
from mock_braze.domain.journal import EffectSettled, HazardSeen, WriteSettled
from mock_braze.domain.sms.inbound import Heard
from mock_braze.domain.sms.keywords import ENGLISH_PRESETS, PRESET_DOUBLE_OPT_IN, SmsSettings
from mock_braze.domain.subscriptions.subscription import Channel, Subscriber
from mock_braze.domain.subscriptions.subscription_changes import StatusChange
from mock_braze.domain.subscriptions.subscription_status import readable_states
from mock_braze.domain.tracking.ingestion import TrackAccepted, TrackRequest
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId, Identifier, UserAlias
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import BASE_URL, in_process_session

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = "partner-key"
SMS_GROUP = "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e"
DOUBLE_GROUP = "6c1d9f20-4e3a-4b7c-8d5e-2f3a4b5c6d7e"
EMAIL_GROUP = "7b0e4c1d-93a2-4f58-8c6d-1e2f3a4b5c6d"
PHONE, OTHER_PHONE = "+13135550171", "+13135550172"
EMAIL, OTHER_EMAIL = "anna@example.com", "ben@example.com"


def a_workspace(*, seed: int = 0, start: datetime = START, **dials: Any) -> Workspace:
    """A workspace with an SMS and an email group; dials as in JSON."""
    workspace = Workspace(ManualClock(start), seed=seed)
    workspace.state.dials = turned(workspace.state.dials, dials)
    add_groups(workspace)
    return workspace


def add_groups(workspace: Workspace) -> None:
    workspace.add_group("Text message offers", Channel.SMS, SMS_GROUP)
    workspace.add_group("Newsletter", Channel.EMAIL, EMAIL_GROUP)


def add_double_opt_in_group(workspace: Workspace, **settings: Any) -> None:
    """An SMS group with double opt-in as the presets have it, and more `settings`."""
    english = replace(ENGLISH_PRESETS, double_opt_in=PRESET_DOUBLE_OPT_IN)
    sms = SmsSettings(**{"languages": (english,), **settings})
    workspace.add_group("Confirmed offers", Channel.SMS, DOUBLE_GROUP, sms)


def text(
    workspace: Workspace, body: str, *, phone: str = PHONE, group: str = DOUBLE_GROUP
) -> Heard:
    """A consumer texts to a group's number."""
    address = Address(AddressKind.PHONE, phone)
    return workspace.receive_text(workspace.group(group), address, body)


def sent(workspace: Workspace) -> list[str]:
    """What each SMS was for that has gone out, in order."""
    return [each.message.value for each in workspace.sent_messages()]


def track(workspace: Workspace, *attributes: Any, **arrays: list[Any]) -> TrackAccepted:
    return workspace.track(TrackRequest(attributes=list(attributes), **arrays))


def tracked(workspace: Workspace, *attributes: Any, **arrays: list[Any]) -> None:
    """Track and wait until it is readable and every new profile is finished."""
    track(workspace, *attributes, **arrays)
    advance(workspace, 200)


def advance(workspace: Workspace, seconds: float) -> None:
    workspace.advance(timedelta(seconds=seconds))


def set_state(
    workspace: Workspace,
    *subscribers: Subscriber,
    state: str = "subscribed",
    group: str = SMS_GROUP,
    flag: bool = False,
) -> None:
    change = StatusChange(workspace.group(group), state, subscribers, 0, flag)
    workspace.set_subscription_state(change)


def state_of(workspace: Workspace, subscriber: Subscriber, group: str = SMS_GROUP) -> str:
    states = readable_states(workspace.state, workspace.group(group), [("asked", subscriber)])
    return next(iter(states.values()))


def profiles(workspace: Workspace, identifier: Identifier) -> list[Profile]:
    return list(workspace.find([identifier]).profiles)


def profile(workspace: Workspace, identifier: Identifier | str) -> Profile:
    """The one profile behind an identifier; text is an external_id."""
    named = ExternalId(identifier) if isinstance(identifier, str) else identifier
    (found,) = profiles(workspace, named)
    return found


def attributes_of(workspace: Workspace, external_id: str) -> dict[str, Any]:
    return profile(workspace, external_id).custom_attributes


def an_alias(name: str = EMAIL, label: str = "email") -> UserAlias:
    return UserAlias(name, label)


def alias_json(name: str = EMAIL, label: str = "email") -> dict[str, str]:
    return {"alias_name": name, "alias_label": label}


def an_event(name: str = "entered", **members: Any) -> dict[str, Any]:
    return {"name": name, "time": "2026-01-05T08:00:00Z", **members}


def a_purchase(**members: Any) -> dict[str, Any]:
    basic = {"product_id": "p-1", "currency": "USD", "price": 2.5, "time": "2026-01-05T08:00:00Z"}
    return {**basic, **members}


def hazards(workspace: Workspace) -> list[str]:
    return [each.hazard.name for each in hazards_seen(workspace)]


def hazards_seen(workspace: Workspace) -> list[HazardSeen]:
    entries = workspace.state.journal.since(kind="hazard")
    return [each for each in entries if isinstance(each, HazardSeen)]


def effects(workspace: Workspace) -> list[EffectSettled | WriteSettled]:
    entries = workspace.state.journal.since(kind="effect")
    return [each for each in entries if isinstance(each, EffectSettled | WriteSettled)]


class World:
    """A fake with its default workspace, called over HTTP without a network."""

    def __init__(self, *, seed: int = 0, dispatch_directly: bool = True, **dials: Any) -> None:
        self.workspaces = Workspaces(ManualClock(START), seed=seed, api_key=KEY)
        self.workspace = self.workspaces.default
        self.workspace.state.dials = turned(self.workspace.state.dials, dials)
        add_groups(self.workspace)
        app = create_app(self.workspaces, dispatch_directly=dispatch_directly)
        self.session = in_process_session(app)
        self.session.headers = {"Accept-Encoding": "identity"}  # type: ignore[assignment]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> requests.Response:
        """One call with the key; a header given as None is left out."""
        sent: dict[str, str | None] = {"Authorization": f"Bearer {KEY}"}
        data = raw
        if body is not None or raw is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode() if raw is None else raw
        chosen = {name: value for name, value in {**sent, **(headers or {})}.items() if value}
        return self.session.request(method, BASE_URL + path, data=data, headers=chosen)

    def post(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("POST", path, {} if body is None else body, **how)

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.call("GET", path, **how)

    def track(self, *attributes: Any, **arrays: list[Any]) -> requests.Response:
        sent = {"attributes": list(attributes)} if attributes else {}
        return self.post("/users/track", {**sent, **arrays})

    def tracked(self, *attributes: Any, **arrays: list[Any]) -> None:
        """Track and wait until it is readable and every new profile is finished."""
        assert self.track(*attributes, **arrays).status_code == 201
        advance(self.workspace, 200)

    def export(self, **members: Any) -> requests.Response:
        return self.post("/users/export/ids", members)

    def user(self, external_id: str) -> dict[str, Any]:
        (user,) = self.export(external_ids=[external_id]).json()["users"]
        return user

    def status(self, query: str, group: str = SMS_GROUP) -> requests.Response:
        return self.get(f"/subscription/status/get?subscription_group_id={group}&{query}")

    def set_status(self, group: str = SMS_GROUP, **members: Any) -> requests.Response:
        wanted = {"subscription_group_id": group, "subscription_state": "subscribed", **members}
        return self.post("/subscription/status/set", wanted)

    def control(self, method: str, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call(method, f"/control{path}", body, **how)

    def journal(self) -> bytes:
        return self.get("/control/journal").content

    def hazards(self) -> list[str]:
        return hazards(self.workspace)
