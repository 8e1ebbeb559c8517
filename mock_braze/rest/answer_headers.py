"""The headers that Braze puts on every answer."""

import hashlib
from functools import lru_cache

from mock_braze.domain.journal import Headers
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
RUNTIMES = tuple(f"{0.001 + 0.049 * step / RUNTIME_STEPS:.6f}" for step in range(RUNTIME_STEPS))
HEADERS_OF_SUCCESS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "max-age=0, private, must-revalidate"),
    *_ALWAYS,
)


def complete(workspace: Workspace, reply: Reply, window: Headers, remaining: int | None) -> None:
    """Put Braze's headers on an answer. `window` are those about its rate window.

    Facts: etag-is-body-hash, cache-control-by-status, content-type-has-no-charset,
        rate-headers-on-every-answer, request-id-is-uuid, runtime-has-six-decimals, fixed-headers
    """
    seeds = workspace.state.seeds
    is_success = reply.status in (200, 201)
    if is_success and len(reply.body) <= SHORT_BODY and not reply.headers:
        reply.headers = _headers_of_short(reply.body, window)
    else:
        fixed = _headers_of(reply.body) if is_success else HEADERS_OF_OTHERS
        reply.headers = (*fixed, *reply.headers, *window)
    reply.remaining = remaining
    reply.request_id = seeds.request_id()
    reply.runtime = RUNTIMES[seeds.runtime()]


def _headers_of(body: bytes) -> Headers:
    """Facts: etag-is-body-hash"""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return (*HEADERS_OF_SUCCESS, ("Etag", etag))


@lru_cache(maxsize=1024)  # nearly all writes have a few answers
def _headers_of_short(body: bytes, window: Headers) -> Headers:
    return (*_headers_of(body), *window)
