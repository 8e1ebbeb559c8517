"""The requests of a journal as an HTTP Archive (HAR 1.2), which browsers and HTTP tools open."""

import base64
import io
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, quote

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from mock_braze.domain.journal import Entry, HazardSeen, RequestAnswered

HTTP = "HTTP/1.1"
# What may stand in a query as it is; anything else that was sent is escaped.
QUERY_CHARACTERS = "%=&+/?:@!$'()*,;-._~"


def as_har(entries: Iterable[Entry], base_url: str) -> str:
    """The requests among the entries, at their simulated times; a request's comment names its
    number in the journal and the hazards it caused.
    """
    entries = list(entries)
    hazards: dict[int, list[str]] = {}
    for entry in entries:
        if isinstance(entry, HazardSeen):
            hazards.setdefault(entry.request, []).append(entry.hazard.name)
    told = io.StringIO()
    with HarFile(told, creator=Creator("braze-lab", version("braze-lab"))) as har:
        for entry in entries:
            if isinstance(entry, RequestAnswered):
                milliseconds = 1000 * float(entry.answered_with.get("x-runtime", 0))
                names = ", ".join(hazards.get(entry.number, []))
                har.add_entry(
                    startedDateTime=entry.at,
                    time=milliseconds,
                    request=_request(entry, base_url.rstrip("/")),
                    response=_response(entry),
                    timings=Timings(send=0, wait=milliseconds, receive=0),
                    comment=f"journal entry {entry.number}" + (f": {names}" if names else ""),
                )
    return told.getvalue()


def _request(entry: RequestAnswered, base_url: str) -> Request:
    query = f"?{quote(entry.query, safe=QUERY_CHARACTERS)}" if entry.query else ""
    media_type = entry.request_headers.get("content-type", "")
    text = _text(entry.request_body, told_in="comment")
    return Request(
        entry.method,
        f"{base_url}{quote(entry.path)}{query}",
        HTTP,
        headers=_headers(entry.request_headers),
        queryString=[
            Record(name, value) for name, value in parse_qsl(entry.query, keep_blank_values=True)
        ],
        postData=PostData(media_type, **text) if entry.request_body else None,
        bodySize=len(entry.request_body),
    )


def _response(entry: RequestAnswered) -> Response:
    is_known = entry.status in HTTPStatus._value2member_map_
    body, headers = entry.response_body, entry.answered_with
    text = _text(body, told_in="encoding")
    return Response(
        entry.status,
        HTTPStatus(entry.status).phrase if is_known else "",
        HTTP,
        headers=_headers(headers),
        content=Content(len(body), mimeType=headers.get("content-type", ""), **text),
        redirectURL=headers.get("location", ""),
        bodySize=len(body),
    )


def _headers(headers: Mapping[str, str]) -> list[Record]:
    return [Record(name, value) for name, value in headers.items()]


def _text(body: bytes, told_in: str) -> dict[str, Any]:
    """HAR holds text; other bytes in base64, which the member `told_in` says."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), told_in: "base64"}
