"""Where each member of a JSON text stands."""

import re
from collections.abc import Iterator

from contracts.breaches import path_of

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def places_in(text: str, name: str) -> dict[str, int]:
    """Where a member's name, or an item of an array, begins in a text that is JSON.

    Paths are written as those of breaches, `name` standing for the whole value.
    """
    tokens = iter([(match[0], match.start()) for match in _TOKEN.finditer(text)])
    token, start = next(tokens)
    places = {name: start}
    _read_value(token, tokens, name, places)
    return places


def _read_value(
    token: str, tokens: Iterator[tuple[str, int]], path: str, places: dict[str, int]
) -> None:
    if token == "{":
        _read_object(tokens, path, places)
    elif token == "[":
        _read_array(tokens, path, places)


def _read_object(tokens: Iterator[tuple[str, int]], path: str, places: dict[str, int]) -> None:
    import json

    for token, start in tokens:
        if token == "}":
            return
        if token == ",":
            continue
        member = path_of([json.loads(token)], path)
        places[member] = start
        next(tokens)  # the colon
        _read_value(next(tokens)[0], tokens, member, places)


def _read_array(tokens: Iterator[tuple[str, int]], path: str, places: dict[str, int]) -> None:
    index = 0
    for token, start in tokens:
        if token == "]":
            return
        if token == ",":
            index += 1
            continue
        item = path_of([index], path)
        places[item] = start
        _read_value(token, tokens, item, places)
