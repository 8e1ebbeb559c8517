"""The headers that Braze puts on every answer."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from mock_braze.domain.state import RUNTIME_STEPS
from mock_braze.domain.workspace import Workspace
from mock_braze.rest.exchange import Reply

SHORT_BODY = 200

_ALWAYS = (
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("Vary", "Origin,Accept-Encoding"),
)
HEADERS_OF_OTHERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-cache"),
    *_ALWAYS,
)
# What `X-Runtime` may say: 0.001 to 0.05 s. Nothing takes time here, so it is made up.
RUNTIMES = tuple(
    ("X-Runtime", f"{0.001 + 0.049 * step / RUNTIME_STEPS:.6f}") for step in range(RUNTIME_STEPS)
)
HEADERS_OF_SUCCESS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "max-age=0, private, must-revalidate"),
    *_ALWAYS,
)


def complete(workspace: Workspace, reply: Reply, counters: Sequence[tuple[str, str]]) -> None:
    """Put Braze's headers on an answer.

    Facts: etag-is-body-hash, cache-control-by-status, content-type-has-no-charset,
        rate-headers-on-every-answer, request-id-is-uuid, runtime-has-six-decimals, fixed-headers
    """
    seeds = workspace.state.seeds
    reply.headers = (
        *_fixed_headers(reply),
        *reply.headers,
        *counters,
        ("X-Request-Id", seeds.request_id()),
        RUNTIMES[seeds.runtime()],
    )


def _fixed_headers(reply: Reply) -> Sequence[tuple[str, str]]:
    if reply.status not in (200, 201):
        return HEADERS_OF_OTHERS
    if len(reply.body) <= SHORT_BODY:
        return _headers_of_short(reply.body)
    return _headers_of(reply.body)


def _headers_of(body: bytes) -> Sequence[tuple[str, str]]:
    """Facts: etag-is-body-hash"""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return (*HEADERS_OF_SUCCESS, ("Etag", etag))


_headers_of_short = lru_cache(maxsize=1024)(_headers_of)  # nearly all writes have a few answers
