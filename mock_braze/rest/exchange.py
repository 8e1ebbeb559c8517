"""What comes in and goes out: Request, Call, Reply, and how an answer may be disturbed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from mock_braze.domain.journal import Headers
from mock_braze.domain.workspace import Workspace

LARGEST_BODY = 4 * 1024 * 1024

# Where a key was sent before there was a header for it.
LEGACY_MEMBER = "api_key"


@dataclass(slots=True)
class Request:
    """What came in over HTTP. Header names are in lower case, and in order.

    `host` is where this server was reached; it differs from run to run, so it is no header here.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str = "127.0.0.1"
    is_too_large: bool = False
    host: str = "localhost"


@dataclass
class Call:
    """A request that has been let in: its workspace, its parsed body and query."""

    workspace: Workspace
    request: Request
    number: int
    json: Any = None

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        asked = parse_qsl(self.request.query, keep_blank_values=True)
        if "authorization" in self.request.headers:
            return asked
        # The key has opened the workspace, and means nothing more (legacy-api-key)
        return [(name, value) for name, value in asked if name != LEGACY_MEMBER]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What a server does to the connection of one answer; spans are seconds of real time."""

    delay: float = 0  # before the answer
    drip: float = 0  # over which its body arrives, byte by byte
    is_cut: bool = False  # in the middle of its body
    is_reset: bool = False  # instead of any answer


@dataclass(slots=True)
class Reply:
    """What goes out: compact JSON with its headers. Status 0 is no answer at all.

    The journal keeps every answer, so `headers` that are equal in many are one value in memory,
    and what each has for itself stands beside them.
    """

    status: int
    body: bytes
    headers: Headers = ()
    disturbance: Disturbance | None = None
    remaining: int | None = None
    request_id: str = ""
    runtime: str = ""


# What a server that has its connections in hand plays a disturbance with, in place of the body.
Wire = Callable[[Disturbance, bytes], Iterable[bytes]]


def without_a_wire(_: Disturbance, body: bytes) -> Iterable[bytes]:
    """What a server does that cannot disturb anything."""
    return [body]
