"""Recorded traffic: HTTP Archives, and the lab's journal as JSON Lines."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import orjson

from contracts.traffic import Exchange


class Recorded(NamedTuple):
    """An exchange, the host it went to (empty where that was not recorded), and its place: the
    line of a journal, or the entry of an archive, from 1; 0 where there is none.
    """

    exchange: Exchange
    host: str = ""
    line: int = 0
    entry: int = 0


class BadRecording(ValueError):
    """A file is no recording; the text says where and why."""


def read_recording(data: bytes) -> list[Recorded]:
    """The exchanges of an HTTP Archive or of a journal, in its order.

    Raises:
        BadRecording: it is neither, or an entry lacks what an exchange needs.
    """
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if b"\n" not in data.strip():
            raise BadRecording(_where(data, error)) from error
        return list(_in_lines(data))
    if isinstance(whole, dict) and isinstance(whole.get("log"), dict):
        return list(_in_archive(whole["log"]))
    return list(_in_lines(data))


def _where(data: bytes, error: orjson.JSONDecodeError) -> str:
    line = data.decode(errors="replace").splitlines()[error.lineno - 1 : error.lineno]
    excerpt = "".join(line)[max(error.colno - 21, 0) : error.colno + 20].strip()
    return f"line {error.lineno}, column {error.colno}, near {excerpt!r}: {error.msg}"


def _in_lines(data: bytes) -> Iterator[Recorded]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadRecording(f"line {number}, column {error.colno}: {error.msg}") from error
        if not isinstance(entry, dict) or "kind" not in entry:
            says = 'no entry of a journal: it needs a "kind", and an archive a "log" at its top'
            raise BadRecording(f"line {number}: {says}")
        if entry["kind"] != "request":
            continue
        try:
            yield Recorded(journaled_exchange(entry), line=number)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadRecording(f"line {number}: the request lacks {error}") from error


def journaled_exchange(entry: Mapping[str, Any]) -> Exchange:
    """A request of the journal, as `GET /control/journal` tells it, with its answer.

    Raises:
        KeyError: a member is missing.
    """
    sent, answered = entry["request"], entry["response"]
    return Exchange(
        sent["method"],
        sent["path"],
        tuple(parse_qsl(sent["query"], keep_blank_values=True)),
        sent["headers"],
        _body_of(sent),
        answered["status"],
        answered["headers"],
        _body_of(answered),
    )


def _body_of(message: Mapping[str, Any]) -> bytes:
    if "body_base64" in message:
        return base64.b64decode(message["body_base64"])
    text: str = message.get("body", "")
    return text.encode()


def _in_archive(log: Mapping[str, Any]) -> Iterator[Recorded]:
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise BadRecording("log.entries is no array")
    for number, entry in enumerate(entries, 1):
        try:
            yield _archived(entry, number)
        except KeyError as error:
            raise BadRecording(f"entry {number} has no {error}") from error
        except (TypeError, AttributeError, ValueError, binascii.Error) as error:
            raise BadRecording(f"entry {number} is no exchange: {error}") from error


def _archived(entry: Mapping[str, Any], number: int) -> Recorded:
    sent, answered = entry["request"], entry["response"]
    url = urlsplit(sent["url"])
    exchange = Exchange(
        sent["method"],
        url.path or "/",
        tuple(parse_qsl(url.query, keep_blank_values=True)),
        _archived_headers(sent),
        _archived_text(sent.get("postData") or {}),
        int(answered["status"]),
        _archived_headers(answered),
        _archived_text(answered.get("content") or {}),
    )
    return Recorded(exchange, url.netloc, entry=number)


def _archived_headers(message: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in message["headers"]}


def _archived_text(content: Mapping[str, Any]) -> bytes:
    text: str = content.get("text") or ""
    if "base64" in (content.get("encoding"), content.get("comment")):
        return base64.b64decode(text)
    return text.encode()
