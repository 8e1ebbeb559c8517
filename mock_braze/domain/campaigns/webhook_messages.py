"""Webhook messages: what somebody composes and saves, and the request it becomes for one person."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.liquid.rendering import (
    Aborted,
    Failed,
    Rendered,
    Rendering,
    Unreadable,
    misprints_of,
)

METHODS = ("POST", "GET", "PUT", "DELETE")
PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class WebhookTemplate:
    """A composed webhook under its name. Each text in it but the method is a Liquid template.

    The body is `pairs`, composed into one JSON object, or, where they are None, `raw_text`.

    Facts: webhook-methods, webhook-body-kinds, webhook-headers, webhook-template
    """

    name: str
    saved_at: datetime
    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] | None = None
    raw_text: str = ""


@dataclass(frozen=True, slots=True)
class ComposedRequest:
    """The request of one message; `notes` tell what is odd about it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    notes: tuple[str, ...] = ()


Render = Callable[[str], Rendering]


def problems_of(template: WebhookTemplate, dials: Dials) -> list[str]:
    """Everything for which a template is not saved.

    Facts: unparsable-template, webhook-methods, webhook-ports
    """
    problems = []
    if template.method not in METHODS:
        problems.append(f"'method' must be one of {', '.join(METHODS)}, not {template.method!r}")
    if not template.url.strip():
        problems.append("'url' is empty")
    elif "{" not in template.url and (problem := url_problem(template.url)):
        problems.append(f"'url' {problem}")
    if dials.unparsable_template == "refused":
        problems += [
            f"'{place}' is no Liquid: {misprint}"
            for place, text in _texts(template)
            for misprint in misprints_of(text)
        ]
    return problems


def composed(
    template: WebhookTemplate, render: Render, dials: Dials
) -> ComposedRequest | Aborted | Failed:
    """The request for whom `render` renders.

    Facts: webhook-pairs-are-strings, webhook-raw-text-as-it-is, webhook-blank-attribute,
    webhook-content-type-not-added
    """
    rendered: list[str] = []
    notes: list[str] = []
    for place, text in _texts(template):
        match render(text):
            case Rendered() as good:
                rendered.append(good.text)
                notes += _notes(place, good)
            case Unreadable() if dials.unparsable_template == "raw_text":
                rendered.append(text)
                notes.append(f"'{place}' is no Liquid and stays as it is")
            case Unreadable(reason) | Failed(reason):
                return Failed(f"'{place}': {reason}")
            case Aborted() as aborted:
                return aborted
    url, *others = rendered
    if problem := url_problem(url):
        return Failed(f"'url' {problem}")
    count = 2 * len(template.headers)
    headers, body = tuple(_paired(others[:count])), others[count:]
    if template.pairs is None:
        (written,) = body
    else:
        written = json.dumps(dict(_paired(body)), ensure_ascii=False)
    return ComposedRequest(template.method, url, headers, written, tuple(notes))


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


def _texts(template: WebhookTemplate) -> Iterator[tuple[str, str]]:
    """Each text to render with its place: the URL, names and values of headers, the body."""
    yield "url", template.url
    # Inferred: names may hold Liquid as values do (webhook-names-hold-liquid)
    for name, value in template.headers:
        yield f"headers, the name {name}", name
        yield f"headers.{name}", value
    if template.pairs is None:
        yield "raw_text", template.raw_text
    for name, value in template.pairs or ():
        yield f"pairs, the name {name}", name
        yield f"pairs.{name}", value


def _paired(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    each = iter(texts)
    return zip(each, each, strict=True)


def _notes(place: str, rendered: Rendered) -> Iterator[str]:
    for output in rendered.empty:
        yield f"'{place}': {output} rendered empty"
    for url in rendered.unanswered:
        yield f"'{place}': no 'connected_content' was given for {url}; it rendered empty"
