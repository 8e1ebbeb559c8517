"""Hosts that fail too often are not called for a minute."""

from bisect import bisect_right
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mock_braze.domain.webhooks.deliveries import Answer, Host

MINUTE = timedelta(minutes=1)
MOST_FAILURES = 3_000  # in a moving minute
COUNTED = frozenset({408, 429, 502, 503, 504, 529})


def host_of(url: str) -> str:
    """The name of the host that a URL leads to, whatever the port."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def note_answer(hosts: dict[str, Host], url: str, answer: Answer, at: datetime) -> None:
    """Count an answer that tells of trouble, and halt its host after too many of them.

    Facts: webhook-unhealthy-host
    """
    if answer.failure is not None or answer.status not in COUNTED:
        return
    host = hosts.setdefault(host_of(url), Host())
    del host.failures[: bisect_right(host.failures, at - MINUTE)]
    host.failures.append(at)
    if len(host.failures) > MOST_FAILURES:
        host.halted_until = at + MINUTE
        host.failures.clear()


def is_halted(hosts: dict[str, Host], url: str, now: datetime) -> bool:
    """Whether the host of a URL is left alone at present."""
    host = hosts.get(host_of(url)) if hosts else None
    return host is not None and host.halted_until is not None and now < host.halted_until
