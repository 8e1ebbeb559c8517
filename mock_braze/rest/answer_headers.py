"""The headers that Braze puts on every answer."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from mock_braze.domain.workspace import Workspace
from mock_braze.rest.exchange import Reply

SHORT_BODY = 200

HEADERS_OF_OTHERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-cache",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Vary": "Origin,Accept-Encoding",
}
HEADERS_OF_SUCCESS = {
    **HEADERS_OF_OTHERS,
    "Cache-Control": "max-age=0, private, must-revalidate",
}


def complete(workspace: Workspace, reply: Reply, counters: Mapping[str, str]) -> None:
    """Put Braze's headers on an answer.

    Facts: etag-is-body-hash, cache-control-by-status, content-type-has-no-charset,
        rate-headers-on-every-answer, request-id-is-uuid, runtime-has-six-decimals, fixed-headers
    """
    seeds = workspace.state.seeds
    if reply.status in (200, 201):
        headers = dict(HEADERS_OF_SUCCESS)
        headers["Etag"] = etag(reply.body)
    else:
        headers = dict(HEADERS_OF_OTHERS)
    headers.update(reply.headers)
    headers.update(counters)
    headers["X-Request-Id"] = seeds.request_id()
    headers["X-Runtime"] = f"{seeds.runtime_seconds():.6f}"
    reply.headers = headers


def etag(body: bytes) -> str:
    """Facts: etag-is-body-hash"""
    return _etag_of_short(body) if len(body) <= SHORT_BODY else _etag(body)


def _etag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


_etag_of_short = lru_cache(maxsize=1024)(_etag)  # nearly all writes have one of a few answers
