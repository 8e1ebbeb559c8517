"""Where webhooks really go: to this machine, or nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from mock_braze.domain.messages.webhook_requests import is_loopback


@dataclass(frozen=True, slots=True)
class Targets:
    """`by_host` says which server on this machine is called in the place of a host.

    `patience` is real time: what a receiver has for its answer. It stands for the 90 simulated
    seconds that Braze waits.
    """

    by_host: Mapping[str, str] = field(default_factory=dict)
    patience: timedelta = timedelta(seconds=2)

    def called(self, url: str) -> str:
        """The URL to call for one that was composed; empty for one that is only recorded."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            return ""
        if host in self.by_host:
            base = self.by_host[host].rstrip("/")
            path = parts.path if parts.path.startswith("/") or not parts.path else f"/{parts.path}"
            return f"{base}{path}" + (f"?{parts.query}" if parts.query else "")
        return url if parts.scheme == "http" and is_loopback(host) else ""


def problem_of_target(host: object, base: object) -> str:
    """Why requests to `host` cannot go to `base` instead; empty when they can."""
    if not isinstance(host, str) or not host or host != host.lower() or set(host) & set("/:@ "):
        return f"{host!r} must be the bare name of a host in lower case, such as api.quikly.com"
    try:
        parts = urlsplit(base if isinstance(base, str) else "")
        scheme, name, _ = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, name = "", ""
    if scheme != "http" or not is_loopback(name) or parts.query or parts.fragment:
        says = "must be http to this machine, such as http://127.0.0.1:9000, without a query"
        return f"the target of {host!r} {says}, not {base!r}"
    return ""
