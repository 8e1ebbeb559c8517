"""An integration in another process, in any language, behind a small HTTP driver.

The driver answers JSON to a handful of calls, keeps no clock and never waits: each call that may
do something says what time it is (`now`, ISO 8601 in UTC), all but the first; and each answer says
when the integration has something to do next (`next_due`, null for never).

    POST /begin        {base_url, api_key, subscription_group_id, double_opt_in, offers,
                        webhook_authorization}: forget everything; Braze is at base_url
    POST /participate  {now, email, phone, activation}: a person takes part
    POST /run_due      {now}: do everything that is due
    GET  /credits      -> {credits: [{activation, participant, at, reason}]}
    POST /restart      {now}: forget what is not stored                        (optional)
    POST /webhook      {now, authorization, body} -> {status, body}            (optional)

What is optional and not there is answered 404.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import requests

from quikly_client.ledger import Credit
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings
from scenarios.agreed import (
    CONFIRMATION,
    DOUBLE_OPT_IN_ACTIVATION,
    DOUBLE_OPT_IN_GROUP_ID,
    OFFERS,
    OPT_IN_EVENT,
    WEBHOOK_VALUE,
)
from scenarios.integration import WebhookAnswer
from scenarios.port import Port

# An answer takes no simulated time, and not much of the real one.
ANSWER_SECONDS = 30


class DriverFailed(Exception):
    """The driver cannot be reached, or answers something else than the protocol says."""


class HttpIntegrations:
    """Makes integrations of the driver at `url`, which find Braze at `port`.

    There is one driver, so one integration at a time: the latest.
    """

    def __init__(self, url: str, port: Port) -> None:
        self.port = port
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy must not divert test traffic

    def __call__(
        self, braze: BrazeSettings, _session: requests.Session, group_id: str
    ) -> "HttpIntegration":
        integration = HttpIntegration(self._url, self._session)
        integration.begin(
            {
                "base_url": self.port.base_url,
                "api_key": braze.api_key,
                "subscription_group_id": group_id,
                "double_opt_in": {
                    "activation": DOUBLE_OPT_IN_ACTIVATION,
                    "subscription_group_id": DOUBLE_OPT_IN_GROUP_ID,
                    "event": OPT_IN_EVENT,
                    "confirmation": CONFIRMATION,
                },
                "offers": list(OFFERS),
                "webhook_authorization": WEBHOOK_VALUE,
            }
        )
        return integration


class HttpIntegration:
    """One run of the driver's integration.

    Every method may raise DriverFailed.
    """

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session
        self._next_due: datetime | None = None
        self._now = datetime.min.replace(tzinfo=UTC)

    def begin(self, world: Mapping[str, Any]) -> None:
        """Tell the driver where Braze is, and let it forget all that was before."""
        self._tell("/begin", world)

    def participate(self, participant: Participant, now: datetime) -> bool:
        person = {"email": participant.email, "phone": participant.phone}
        self._act("/participate", now, {**person, "activation": participant.activation})
        return True

    def next_due(self) -> datetime | None:
        return self._next_due

    def perform_next(self, now: datetime) -> object | None:
        return self.run_due(now) or None

    def run_due(self, now: datetime) -> int:
        if self._next_due is None or self._next_due > now:
            return 0
        self._act("/run_due", now)
        if self._next_due is not None and self._next_due <= now:
            raise DriverFailed(
                f"POST {self._url}/run_due did what was due at {now.isoformat()}, and answered "
                f"next_due {self._next_due.isoformat()}, which is no later: it would never end"
            )
        return 1

    def credits(self) -> Sequence[Credit]:
        told = self._answer("GET", "/credits")
        try:
            return [
                Credit(each["activation"], each["participant"], _moment(each["at"]), each["reason"])
                for each in told["credits"]
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise DriverFailed(
                f"GET {self._url}/credits answered {told!r}: it must be an object with `credits`, "
                "a list of objects with activation, participant, at and reason"
            ) from error

    def participations(self) -> None:
        """A driver tells of credits alone."""

    def restart(self) -> None:
        self._act("/restart", self._now, is_optional=True)

    def crash(self) -> None:
        """No call of a driver is under way when it is asked for something."""
        self.restart()

    def overlap(self, now: datetime) -> None:
        """A driver has one worker."""

    def receive_webhook(self, authorization: str, body: bytes, now: datetime) -> WebhookAnswer:
        sent = {"authorization": authorization, "body": body.decode()}
        told = self._act("/webhook", now, sent, is_optional=True)
        if told is None:
            return WebhookAnswer(404, None)
        if not isinstance(told.get("status"), int):
            raise DriverFailed(f"POST {self._url}/webhook answered {told!r}, without a `status`")
        return WebhookAnswer(told["status"], told.get("body"))

    def receive_together(
        self, authorization: str, bodies: Sequence[bytes], now: datetime
    ) -> Sequence[WebhookAnswer]:
        """A driver is asked for one thing at a time."""
        return [self.receive_webhook(authorization, body, now) for body in bodies]

    def _act(
        self,
        path: str,
        now: datetime,
        members: Mapping[str, Any] | None = None,
        *,
        is_optional: bool = False,
    ) -> dict[str, Any] | None:
        self._now = now
        told = {"now": now.isoformat().replace("+00:00", "Z"), **(members or {})}
        return self._tell(path, told, is_optional=is_optional)

    def _tell(
        self, path: str, body: Mapping[str, Any], *, is_optional: bool = False
    ) -> dict[str, Any] | None:
        told: dict[str, Any] | None = self._answer("POST", path, body, is_optional=is_optional)
        if told is not None:
            due = told.get("next_due")
            try:
                self._next_due = None if due is None else _moment(due)
            except (TypeError, ValueError) as error:
                raise DriverFailed(
                    f"POST {self._url}{path} answered next_due {due!r}: "
                    "it must be an ISO 8601 time, or null"
                ) from error
        return told

    def _answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        is_optional: bool = False,
    ) -> Any:
        call = f"{method} {self._url}{path}"
        try:
            answer = self._session.request(
                method, self._url + path, json=body, timeout=ANSWER_SECONDS
            )
        except requests.RequestException as error:
            raise DriverFailed(f"{call}: {error}; is the driver running?") from error
        if is_optional and answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise DriverFailed(f"{call} answered {answer.status_code}: {answer.text[:300]}")
        try:
            told = answer.json()
        except requests.JSONDecodeError as error:
            raise DriverFailed(f"{call} answered no JSON: {answer.text[:300]!r}") from error
        if not isinstance(told, dict):
            raise DriverFailed(f"{call} answered {told!r}, which is no object")
        return told


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
