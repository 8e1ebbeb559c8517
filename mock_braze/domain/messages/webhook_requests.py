"""Webhook requests: what a webhook message becomes for one person."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.liquid.rendering import Aborted, Failed
from mock_braze.domain.messages.message import METHODS, WebhookMessage, texts_of
from mock_braze.domain.messages.rendered_texts import (
    Render,
    RenderedTexts,
    misprints_in,
    rendered_texts,
)

PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class ComposedRequest:
    """The request of one message; `notes` tell what is odd about it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    notes: tuple[str, ...] = ()


def problems_of(message: WebhookMessage, dials: Dials) -> list[str]:
    """Everything for which a webhook is not saved.

    Facts: unparsable-template, webhook-methods, webhook-ports
    """
    problems = []
    if message.method not in METHODS:
        problems.append(f"'method' must be one of {', '.join(METHODS)}, not {message.method!r}")
    if not message.url.strip():
        problems.append("'url' is empty")
    elif "{" not in message.url and (problem := url_problem(message.url)):
        problems.append(f"'url' {problem}")
    return problems + misprints_in(texts_of(message), dials)


def composed(
    message: WebhookMessage, render: Render, dials: Dials
) -> ComposedRequest | Aborted | Failed:
    """The request for whom `render` renders.

    Facts: webhook-pairs-are-strings, webhook-raw-text-as-it-is, webhook-blank-attribute,
    webhook-content-type-not-added
    """
    rendered = rendered_texts(texts_of(message), render, dials)
    if not isinstance(rendered, RenderedTexts):
        return rendered
    url, *others = rendered.texts
    if problem := url_problem(url):
        return Failed(f"'url' {problem}")
    count = 2 * len(message.headers)
    headers, body = tuple(_paired(others[:count])), others[count:]
    if message.pairs is None:
        (written,) = body
    else:
        written = json.dumps(dict(_paired(body)), ensure_ascii=False)
    return ComposedRequest(message.method, url, headers, written, rendered.notes)


def url_problem(url: str) -> str:
    """Why a rendered URL cannot be called; empty when it can.

    This machine may be called at any port, which is ours: nothing in a lab listens at 80.

    Facts: webhook-ports
    """
    if any(each.isspace() or not each.isprintable() for each in url):
        return f"must hold no blanks, but is {url!r}"
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme not in ("http", "https") or not host:
        return f"must be a whole one, with http or https and a host, not {url!r}"
    if port is not None and port not in PORTS and not is_loopback(host):
        return f"may name the ports 80 and 443 only, not {port}, but for this machine itself"
    return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _paired(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    each = iter(texts)
    return zip(each, each, strict=True)
