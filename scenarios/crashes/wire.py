"""Calls of a child process, made by its parent, in which the fake outlives the child."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from scenarios.crashes.boundaries import Boundary, Fuse


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as the child would have put it on the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_to_braze(self) -> bool:
        """Not to the switchboard, by which the child moves the clock."""
        return not urlsplit(self.url).path.startswith("/control/")


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """What the fake answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ChildsAdapter(BaseAdapter):
    """In the child: hands a request to the parent, with a fuse before and after it."""

    def __init__(self, connection: Connection, fuse: Fuse) -> None:
        super().__init__()
        self._connection = connection
        self._fuse = fuse

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body = request.body or b""
        sent = SentRequest(
            str(request.method),
            str(request.url),
            dict(request.headers),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        if sent.is_to_braze:
            self._fuse.comes_to(Boundary.BEFORE_THE_CALL)
        self._connection.send(sent)
        answer: SentAnswer = self._connection.recv()
        if sent.is_to_braze:
            self._fuse.comes_to(Boundary.AFTER_THE_CALL)
        return _response(request, answer)

    def close(self) -> None: ...


def answer_child(
    connection: Connection, session: requests.Session, happened: Callable[[SentRequest], None]
) -> Any:
    """In the parent: make the child's calls until it ends; what it said last, or None if it was
    killed before it could.
    """
    said = None
    while True:
        try:
            sent = connection.recv()
        except EOFError:
            return said
        if not isinstance(sent, SentRequest):
            said = sent
            continue
        response = session.request(sent.method, sent.url, headers=sent.headers, data=sent.body)
        happened(sent)
        connection.send(SentAnswer(response.status_code, dict(response.headers), response.content))


def _response(request: requests.PreparedRequest, answer: SentAnswer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.url = str(request.url)
    response.request = request
    response._content = answer.body
    return response
