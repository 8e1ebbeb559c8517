"""A stub of Braze: a requests adapter that gives scripted answers and keeps what it was sent."""

from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict

BASE_URL = "https://braze.example"
API_KEY = "0c2f6b1e-key-of-the-brand-91d7"


@dataclass(frozen=True)
class Call:
    """One request as it would have gone over the wire."""

    method: str
    path: str
    query: str
    headers: CaseInsensitiveDict[str]
    content: bytes
    timeout: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def body(self) -> Any:
        return orjson.loads(self.content)


class ScriptedBraze(BaseAdapter):
    """Answers in the scripted order; a call without an answer left fails the test."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._script: deque[Any] = deque()

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount(BASE_URL, self)
        return session

    def answers(self, body: Any, status: int = 201, **headers: str) -> "ScriptedBraze":
        """Answer with JSON; `retry_after="3"` gives the header `Retry-After`."""
        return self.answers_bytes(orjson.dumps(body), status, **headers)

    def answers_bytes(self, content: bytes, status: int, **headers: str) -> "ScriptedBraze":
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self._script.append((status, names, content))
        return self

    def fails(self, error: BaseException) -> "ScriptedBraze":
        self._script.append(error)
        return self

    def tracks(self, *errors: Any) -> "ScriptedBraze":
        body: dict[str, Any] = {"attributes_processed": 1, "message": "success"}
        return self.answers(body | ({"errors": list(errors)} if errors else {}))

    def finds(self, *users: dict[str, Any]) -> "ScriptedBraze":
        return self.answers({"users": list(users), "message": "success"})

    def finds_nobody(self) -> "ScriptedBraze":
        """Neither by the email nor by the alias that a new profile would get."""
        return self.finds().finds()

    def has_state(self, state: str) -> "ScriptedBraze":
        return self.answers({"status": {"13135550171": state}, "message": "success"}, status=200)

    def takes_state(self) -> "ScriptedBraze":
        return self.answers({"message": "success"})

    @property
    def called(self) -> list[str]:
        return [call.name for call in self.calls]

    @property
    def is_finished(self) -> bool:
        return not self._script

    def send(self, request: PreparedRequest, timeout: Any = None, **_: Any) -> Response:
        url = urlsplit(str(request.url))
        content = request.body or b""
        self.calls.append(
            Call(
                method=str(request.method),
                path=url.path,
                query=url.query,
                headers=request.headers,
                content=content.encode() if isinstance(content, str) else content,
                timeout=timeout,
            )
        )
        assert self._script, f"no answer left for {request.method} {url.path}"
        scripted = self._script.popleft()
        if isinstance(scripted, BaseException):
            raise scripted
        return _response(request, *scripted)

    def close(self) -> None:
        pass


def _response(
    request: PreparedRequest, status: int, headers: dict[str, str], content: bytes
) -> Response:
    response = Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.url = str(request.url)
    response.request = request
    response._content = content
    return response


def a_user(alias: str | None = None, **fields: Any) -> dict[str, Any]:
    """An exported user as on the wire; `alias` is its name under the label `email`."""
    aliases = [] if alias is None else [{"alias_name": alias, "alias_label": "email"}]
    return {"braze_id": "5eea769d45bb2e1467418f92", "user_aliases": aliases} | fields
