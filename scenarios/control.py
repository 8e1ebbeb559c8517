"""Control: the switchboard of a fake, over HTTP. Paths and JSON of /control are known only here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import requests
from flask import Flask

from mock_braze.control import at_hand
from mock_braze.control.calls import WORKSPACES
from mock_braze.domain.calendar import CannotMove
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import app_behind

TIMEOUT_SECONDS = 30


class ControlRefused(Exception):
    """The fake did not do what it was told; it says why."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The simulated time of the fake, and when something accepted becomes true next."""

    now: datetime
    next_due: datetime | None
    mode: str


class Control:
    """One workspace of a fake, seen from outside Braze's surface."""

    def __init__(
        self, session: requests.Session, base_url: str, workspace: str = "default"
    ) -> None:
        self._session = session
        self._base_url = f"{base_url}/control"
        self._workspace = workspace
        app = app_behind(session, base_url)
        # Where the session needs no server, what is asked for at every step needs no HTTP.
        self._in_process: Workspaces | None = (
            app.config[WORKSPACES] if isinstance(app, Flask) else None
        )

    def clock(self) -> ClockReading:
        return _reading(self._call("GET", "/clock"))

    def move_clock(self, now: datetime) -> ClockReading:
        """Set a manual clock forward to `now`."""
        workspace = self._at_hand()
        if workspace is not None:
            return _moved(workspace, now)
        return _reading(self._call("PUT", "/clock", {"mode": "manual", "now": now.isoformat()}))

    def advance(self, seconds: float) -> ClockReading:
        """Move a manual or scaled clock forward."""
        return _reading(self._call("POST", "/clock/advance", {"seconds": seconds}))

    def let_clock_run(self) -> ClockReading:
        """Let the time of the fake go on by itself, as fast as that of the machine."""
        return _reading(self._call("PUT", "/clock", {"mode": "scaled"}))

    def add_group(self, name: str, channel: str, group_id: str, **settings: Any) -> None:
        described = {"name": name, "channel": channel, "id": group_id, **settings}
        self._call("POST", "/subscription_groups", described)

    def add_canvas(self, name: str, trigger: Mapping[str, Any], *steps: Any, **rules: Any) -> None:
        """Launch a Canvas."""
        told = {"name": name, "trigger": dict(trigger), "steps": list(steps), **rules}
        self._call("POST", "/canvases", told)

    def text(self, group_id: str, phone: str, body: str) -> None:
        """A consumer texts to a group's number."""
        self._call("POST", "/sms/inbound", {"group_id": group_id, "phone": phone, "body": body})

    def add_key(self, key: str, permissions: Sequence[str], *, is_partner: bool = False) -> None:
        """A partner's key is watched: what it reaches beyond its need is a hazard."""
        sent = {"key": key, "permissions": list(permissions), "partner": is_partner}
        self._call("POST", "/api_keys", sent)

    def break_calls(
        self, effect: Mapping[str, Any], match: Mapping[str, Any], **rule: float
    ) -> None:
        """Add a rule for what is to go wrong; `rule` may hold `times` and `probability`."""
        self._call("POST", "/faults", {"effect": dict(effect), "match": dict(match), **rule})

    def turn_dials(self, dials: Mapping[str, Any]) -> None:
        self._call("PATCH", "/dials", dict(dials))

    def send_webhooks_to(self, targets: Mapping[str, str], patience: float) -> None:
        """Call these hosts at servers on this machine, which have some real seconds to answer."""
        self._call("PUT", "/webhook_targets", {"targets": dict(targets), "patience": patience})

    def limit(self, **calls: int) -> None:
        """Give families of endpoints other rate limits."""
        self._call("PATCH", "/rate_limits", calls)

    def profiles(self, **one: str) -> list[dict[str, Any]]:
        """All profiles, or those with one `email`, `phone`, `external_id` or `braze_id`."""
        answered: list[dict[str, Any]] = self._call("GET", "/profiles", query=one)["profiles"]
        return answered

    def journal(self, since: int = 0) -> Iterator[dict[str, Any]]:
        """The entries after number `since`."""
        workspace = self._at_hand()
        if workspace is not None:
            yield from at_hand.read_journal(workspace, since)
            return
        for line in self.journal_lines(since).splitlines():
            yield orjson.loads(line)

    def journal_lines(self, since: int = 0) -> bytes:
        """The journal as it is, in JSON Lines."""
        return self._send("GET", "/journal", query={"since": str(since)}).content

    def snapshot(self) -> bytes:
        """The whole world of the workspace, for `restore`."""
        return self._send("GET", "/snapshot").content

    def restore(self, snapshot: bytes) -> None:
        """Make the workspace what it was, with its clock."""
        self._call("PUT", "/snapshot", orjson.loads(snapshot))

    def call(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        """Any call of the control plane, for what has no method of its own.

        Raises:
            ControlRefused: with what it said.
        """
        self._call(method, path, body)

    def _at_hand(self) -> Workspace | None:
        return None if self._in_process is None else self._in_process.named(self._workspace)

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        answered: dict[str, Any] = self._send(method, path, body, query).json()
        return answered

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> requests.Response:
        response = self._session.request(
            method,
            self._base_url + path,
            params={"workspace": self._workspace, **(query or {})},
            json=body,
            timeout=TIMEOUT_SECONDS,
        )
        if not response.ok:
            raise ControlRefused(f"{method} /control{path}: {response.text.strip()}")
        return response


def _moved(workspace: Workspace, now: datetime) -> ClockReading:
    try:
        return _reading(at_hand.move_clock(workspace, now))
    except CannotMove as problem:
        raise ControlRefused(f"PUT /control/clock: {problem}") from None


def _reading(told: Mapping[str, Any]) -> ClockReading:
    due = told["next_due"]
    return ClockReading(
        datetime.fromisoformat(told["now"]),
        None if due is None else datetime.fromisoformat(due),
        told["mode"],
    )
