"""Snapshot: one workspace as a value: all it remembers, its keys, and its clock's reading."""

import base64
from dataclasses import dataclass
from random import Random
from typing import Any

from mock_braze.domain.api_keys import ApiKey
from mock_braze.domain.clock import Clock, ManualClock, ScaledClock, SystemClock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.plain_data import BadPlainData, read, register, written
from mock_braze.domain.plain_values import (
    NotPlain,
    Unfit,
    read_moment,
    read_number,
    shown,
    write_number,
)
from mock_braze.domain.state import Seeds, State

VERSION = 2
MODES = ("manual", "scaled", "system")
WORD_BYTES = 4  # of the 625 numbers that a random stream is


class BadSnapshot(ValueError):
    """A document that is no snapshot of a workspace; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a workspace is, but for its name."""

    version: int
    keys: tuple[ApiKey, ...]
    first_dials: Dials  # what a reset goes back to
    state: State


def write_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """A workspace as plain JSON data. Nothing in it is shared with the workspace."""
    document: dict[str, Any] = written(snapshot)
    return document


def read_snapshot(document: object) -> Snapshot:
    """The workspace behind plain JSON data.

    Raises:
        BadSnapshot: another version, or damaged; with every problem and its path.
    """
    if not isinstance(document, dict) or "version" not in document:
        raise BadSnapshot(["$: this is no snapshot; GET /control/snapshot gives one"])
    if document["version"] != VERSION:
        found = shown(document["version"])
        raise BadSnapshot([f"$.version: this is a snapshot of version {found}, not of {VERSION}"])
    try:
        snapshot = read(document, Snapshot)
    except BadPlainData as bad:
        raise BadSnapshot(bad.problems) from None
    problems = list(_contradictions(snapshot.state))
    if problems:
        raise BadSnapshot(problems)
    return snapshot


def _contradictions(state: State) -> list[str]:
    """What would make rules stumble over each other's look-ups."""
    entries = enumerate(state.journal.since(), start=1)
    return [
        f"$.state.journal.entries[{place - 1}].number: this must be {place}, not {entry.number}"
        for place, entry in entries
        if entry.number != place
    ]


# The clock: its mode, its reading, and how fast it runs


def _write_clock(clock: Clock) -> dict[str, Any]:
    told = {"mode": clock.mode, "now": clock.now().isoformat()}
    return {**told, "factor": clock.factor} if isinstance(clock, ScaledClock) else told


def _read_clock(value: Any) -> Clock:
    if not isinstance(value, dict):
        raise Unfit(f"this must be a clock, not {shown(value)}")
    now, factor = read_moment(value.get("now")), value.get("factor", 1.0)
    match value.get("mode"):
        case "manual":
            return ManualClock(now)
        case "scaled" if isinstance(factor, int | float) and 0 < factor <= 1e6:
            return ScaledClock(factor, now)
        case "system":
            return SystemClock()
        case mode:
            raise Unfit(f"'mode' must be one of {', '.join(MODES)}, not {shown(mode)}")


# Chance: where each random stream stands; one that nobody has used is what its seed makes it


def _write_seeds(seeds: Seeds) -> dict[str, Any]:
    unused, streams = Seeds(seeds.seed), {}
    for name, stream in vars(seeds).items():
        if isinstance(stream, Random):
            if stream.getstate() != getattr(unused, name).getstate():
                streams[name.lstrip("_")] = _write_stream(stream)
        elif name != "seed":
            raise NotPlain(f"Seeds.{name} is neither the seed nor a random stream")
    return {"seed": write_number(seeds.seed), "streams": streams}


def _write_stream(stream: Random) -> str:
    _, words, gauss = stream.getstate()
    if gauss is not None:
        raise NotPlain("a random stream holds half a pair of normal numbers; use another method")
    packed = b"".join(each.to_bytes(WORD_BYTES, "big") for each in words)
    return base64.b64encode(packed).decode()


def _read_seeds(value: Any) -> Seeds:
    if not isinstance(value, dict) or not isinstance(value.get("streams"), dict):
        raise Unfit(f"this must be an object with 'seed' and 'streams', not {shown(value)}")
    seeds = Seeds(read_number(value.get("seed")))
    for name, packed in value["streams"].items():
        stream = vars(seeds).get(f"_{name}")
        if not isinstance(stream, Random):
            raise Unfit(f"there is no random stream {name!r}")
        _set_stream(stream, name, packed)
    return seeds


def _set_stream(stream: Random, name: str, packed: Any) -> None:
    version, words, gauss = stream.getstate()
    try:
        raw = base64.b64decode(packed, validate=True)
        numbers = [raw[at : at + WORD_BYTES] for at in range(0, len(raw), WORD_BYTES)]
        if len(raw) != len(words) * WORD_BYTES:
            raise ValueError(len(raw))
        read_words = tuple(int.from_bytes(each, "big") for each in numbers)
        stream.setstate((version, read_words, gauss))
    except (TypeError, ValueError):
        raise Unfit(f"the random stream {name!r} is damaged") from None


register(Clock, _write_clock, _read_clock)
register(Seeds, _write_seeds, _read_seeds)
