"""HTTP to Braze: the key, the time limits, and statuses turned into errors.

The only file that imports requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson
import requests
from requests.models import PreparedRequest

from quikly_client import shortened
from quikly_client.errors import (
    BrazeUnavailable,
    NoAnswer,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)
from quikly_client.settings import BrazeSettings

LONGEST_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer with its parsed JSON body; header names may have any case.

    Facts: header-names-any-case
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and what came of it, without bodies, query or key.

    `status` is None when no answer came, and `failure` says why in some words. Header names are
    in lower case.
    """

    method: str
    path: str
    status: int | None
    seconds: float | None
    headers: Mapping[str, str]
    failure: str = ""

    @property
    def is_success(self) -> bool:
        """Whether Braze took the call."""
        return self.status is not None and 200 <= self.status < 300


Listener = Callable[[Exchange], None]


class Transport:
    """Sends one call at a time over reused connections.

    A `session` handed in is used as it is, so a test may mount an adapter on it.
    """

    def __init__(self, settings: BrazeSettings, session: requests.Session | None = None) -> None:
        self._settings = settings
        self._base_url = settings.base_url.rstrip("/")
        self._session = _own_session() if session is None else session
        self._listeners: list[Listener] = []
        self._headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"braze-lab-quikly/{_version()}",
        }

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every call from now on, before its outcome is returned or raised."""
        self._listeners.append(listener)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Make one call and wait for its answer; nothing is repeated here.

        Raises:
            NoAnswer, BrazeUnavailable: the outcome is unknown.
            RateLimited, Refused: the call was not performed.
            UnexpectedAnswer: a redirect, or a success without JSON.

        Facts: success-only-means-queued, errors-may-not-be-json, rate-limited-429
        """
        call = f"{method} {path}"
        try:
            response = self._session.request(
                method,
                self._base_url + path,
                params=query,  # percent-encoded, so a phone's + stays one (plus-in-phone-query)
                data=None if body is None else orjson.dumps(body),
                headers=self._headers,
                auth=self._authorize,
                timeout=(
                    self._settings.connect_timeout_seconds,
                    self._settings.read_timeout_seconds,
                ),
                allow_redirects=False,  # a redirect must not carry the key elsewhere
            )
        except requests.RequestException as error:
            self._tell(Exchange(method, path, None, None, {}, _cause(error)))
            # The error's own text is left to the chain: it holds the query, and so the phone.
            raise NoAnswer(f"no answer to {call} ({_cause(error)})") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        seconds = response.elapsed.total_seconds()
        self._tell(Exchange(method, path, response.status_code, seconds, headers))
        return self._answer(call, response)

    def _tell(self, exchange: Exchange) -> None:
        for listener in self._listeners:
            listener(exchange)

    def _authorize(self, request: PreparedRequest) -> PreparedRequest:
        """As an auth hook, the key cannot be replaced by one from the machine's .netrc."""
        request.headers["Authorization"] = f"Bearer {self._settings.api_key}"
        return request

    def _answer(self, call: str, response: requests.Response) -> Answer:
        status = response.status_code
        if status >= 500:
            raise BrazeUnavailable(call, status)
        if status == 429:
            raise RateLimited(call, response.headers)
        if status >= 400:
            raise self._refusal(call, response)
        if not 200 <= status < 300:
            raise UnexpectedAnswer(f"{call} was answered {status}, which Braze never does")
        try:
            return Answer(status, orjson.loads(response.content), response.headers)
        except orjson.JSONDecodeError as error:
            raise UnexpectedAnswer(f"{call} was answered {status} without JSON") from error

    def _refusal(self, call: str, response: requests.Response) -> Refused:
        message, errors = _reasons(response)
        return Refused(
            call,
            response.status_code,
            self._without_key(message),
            [self._without_key(error) for error in errors],
        )

    def _without_key(self, text: str) -> str:
        """Braze: a 401 repeats the key it was sent (unknown-key-body)."""
        return text.replace(self._settings.api_key, shortened.key(self._settings.api_key))


def _own_session() -> requests.Session:
    session = requests.Session()
    # A proxy variable or .netrc of the machine must not divert or re-sign the traffic.
    session.trust_env = False
    return session


def _version() -> str:
    try:
        return version("braze-lab")
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "unknown"


def _cause(error: requests.RequestException) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return "connecting took too long"
    if isinstance(error, requests.Timeout):
        return "the answer took too long"
    if isinstance(error, requests.ConnectionError):
        return "the connection was refused or broken off"
    return type(error).__name__


def _reasons(response: requests.Response) -> tuple[str, list[str]]:
    """Braze's `message` and `errors` as texts; of a body that is no JSON object, its beginning."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        text = response.content.decode("utf-8", errors="replace").strip()
        return text[:LONGEST_EXCERPT] or response.reason or "no reason given", []
    message = body.get("message") or "no message given"
    errors = body.get("errors") or []
    return str(message), [
        _text(item) for item in (errors if isinstance(errors, list) else [errors])
    ]


def _text(error: Any) -> str:
    return error if isinstance(error, str) else orjson.dumps(error).decode()
