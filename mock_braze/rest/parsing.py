"""The JSON in the body of a request, or why there is none."""

from functools import lru_cache
from typing import Any
from zlib import decompressobj
from zlib import error as ZlibError

import orjson

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.errors import BodyTooLarge, NotJson, Refusal, WrongContentType
from mock_braze.rest.exchange import LARGEST_BODY, LEGACY_MEMBER, Request


def parsed(request: Request, dials: Dials) -> tuple[Any, type[Refusal] | None]:
    """The JSON body of a POST, or why there is none.

    The why is a class: whoever keeps an exception and raises it makes a circle of the two that
    holds the request's memory until a collection.

    Facts: wrong-content-type-415, too-large-413, unparsable-json-400
    """
    if request.method in ("GET", "HEAD"):
        return None, None
    if request.is_too_large:
        return None, BodyTooLarge
    if not _is_json(request.headers.get("content-type", "")):
        return None, WrongContentType
    body = request.body
    try:
        if "content-encoding" in request.headers:
            body = _unpacked(body, request.headers["content-encoding"], dials)
        # Inferred: the parser is as strict as Ruby's (ruby-reads-json)
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, NotJson
    except Refusal as refusal:
        return None, type(refusal)
    if "authorization" not in request.headers and isinstance(parsed, dict):
        parsed.pop(LEGACY_MEMBER, None)  # it has opened the workspace, and means nothing more
    return parsed, None


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _unpacked(body: bytes, encoding: str, dials: Dials) -> bytes:
    """A compressed request body, unpacked as far as a body may be long.

    Raises:
        WrongContentType, BodyTooLarge, NotJson: it cannot be taken.

    Facts: compressed-request-bodies
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" if dials.compressed_body == "accepted":
            stream = decompressobj(wbits=31)
            try:
                unpacked = stream.decompress(body, LARGEST_BODY + 1)
            except ZlibError:
                raise NotJson from None
            if len(unpacked) > LARGEST_BODY:
                raise BodyTooLarge
            if not stream.eof:
                raise NotJson
            return unpacked
        case _:
            raise WrongContentType
