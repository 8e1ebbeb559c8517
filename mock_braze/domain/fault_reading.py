"""Rules of faults as the control plane writes them: read with every problem told, and told."""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from mock_braze.domain.faults import (
    GATEWAY_STATUSES,
    FaultEffect,
    FaultKind,
    FaultMatch,
    FaultRule,
)
from mock_braze.domain.plain_values import shown

BODIES = ("json", "html", "empty")
MOST_SECONDS = 3600
METHODS = ("GET", "HEAD", "POST")

# Which members each kind takes beside `kind`; those marked with True it needs.
_MEMBERS: Mapping[FaultKind, Mapping[str, bool]] = {
    FaultKind.LATENCY: {"seconds": True},
    FaultKind.STATUS: {"status": True, "body": False},
    FaultKind.CONNECTION_RESET: {},
    FaultKind.TRUNCATED_BODY: {},
    FaultKind.MALFORMED_BODY: {},
    FaultKind.SLOW_DRIP: {"seconds": True},
    FaultKind.ACCEPTED_BUT_LOST: {},
    FaultKind.APPLIED_THEN_LOST: {"answer": False, "body": False},
    FaultKind.DUPLICATE_PROCESSING: {},
}
_NAMES = ", ".join(FaultKind)


class BadFault(ValueError):
    """A rule that cannot be made; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_rule(
    members: Mapping[str, Any], *, has_the_wire: bool, paths: Collection[str]
) -> tuple[FaultMatch, FaultEffect, int | None, float]:
    """A rule as in JSON: `{effect, match?, times?, probability?}`.

    Without `has_the_wire` the server cannot disturb its connections. A rule that can match none
    of the `paths` there are is a mistake: a test would pass because nothing went wrong.

    Raises:
        BadFault: with every problem at once.
    """
    problems: list[str] = []
    for name in members.keys() - {"effect", "match", "times", "probability"}:
        problems.append(f"there is no member {name!r}; there are match, effect, times, probability")
    match = _read_match(members.get("match", {}), paths, problems)
    effect = _read_effect(members.get("effect"), problems)
    times = members.get("times")
    if times is None and match is not None and "nth" in members.get("match", ()):
        times = 1  # one call is meant by its number, so one is hit
    if times is not None and not _is_count(times):
        problems.append(f"'times' must be a whole number from 1 on, not {shown(times)}")
    probability = members.get("probability")
    probability = 1 if probability is None else probability
    if not _is_number(probability) or not 0 < probability <= 1:
        problems.append(
            f"'probability' must be a number over 0 and at most 1, not {shown(probability)}"
        )
    if effect is not None and effect.is_on_the_wire and not has_the_wire:
        problems.append(
            f"this server cannot play {effect.kind}: it does not have its connections in hand; "
            "`braze-lab serve --server threaded` has, and so has a session in-process"
        )
    if problems or match is None or effect is None:
        raise BadFault(sorted(problems))
    return match, effect, times, probability


def _read_match(sent: object, paths: Collection[str], problems: list[str]) -> FaultMatch | None:
    if not isinstance(sent, Mapping):
        problems.append(f"'match' must be an object, not {shown(sent)}")
        return None
    known = ("method", "path", "identifier", "api_key")
    found = len(problems)
    for name, value in sent.items():
        if name == "nth":
            if not _is_count(value):
                problems.append(f"'match.nth' must be a whole number from 1 on, not {shown(value)}")
        elif name not in known:
            names = ", ".join((*known, "nth"))
            problems.append(f"there is no member 'match.{name}'; there are {names}")
        elif not isinstance(value, str) or not value:
            problems.append(f"'match.{name}' must be text, not {shown(value)}")
        elif name == "method" and value.upper() not in METHODS:
            problems.append(
                f"'match.method' must be one of {', '.join(METHODS)}, not {shown(value)}"
            )
        elif name == "path" and not any(fnmatchcase(path, value) for path in paths):
            close = get_close_matches(value, sorted(paths), n=1)
            meant = f"; close to it is {close[0]}" if close else ""
            problems.append(
                f"'match.path' {shown(value)} is no path of an endpoint{meant};"
                " * stands for any text"
            )
    if len(problems) > found:
        return None
    return FaultMatch(**{**sent, "method": sent.get("method", "").upper()})


def _read_effect(sent: object, problems: list[str]) -> FaultEffect | None:
    if not isinstance(sent, Mapping):
        problems.append(
            f"'effect' must be an object with a kind, one of {_NAMES}, not {shown(sent)}"
        )
        return None
    if sent.get("kind") not in list(FaultKind):
        problems.append(f"'effect.kind' must be one of {_NAMES}, not {shown(sent.get('kind'))}")
        return None
    kind = FaultKind(sent["kind"])
    found = len(problems)
    members = _MEMBERS[kind]
    for name in sent.keys() - members.keys() - {"kind"}:
        takes = ", ".join(members) or "no more"
        problems.append(f"there is no member 'effect.{name}' of {kind}; it takes {takes}")
    for name, is_needed in members.items():
        if is_needed and sent.get(name) is None:
            problems.append(f"'effect.{name}' is missing")
        elif sent.get(name) is not None:
            problems += _CHECKS[name](sent[name])
    if len(problems) > found:
        return None
    return _effect(kind, sent)


def _effect(kind: FaultKind, sent: Mapping[str, Any]) -> FaultEffect:
    status = sent.get("status") or 0
    if kind is FaultKind.APPLIED_THEN_LOST:
        answer = sent.get("answer", 504)
        status = 0 if answer == "reset" else answer
    # A gateway's own answers are not JSON.
    body = sent.get("body") or ("html" if status in GATEWAY_STATUSES else "json")
    return FaultEffect(kind, sent.get("seconds") or 0, status, body)


def _bad_seconds(value: object) -> list[str]:
    if _is_number(value) and 0 < value <= MOST_SECONDS:  # type: ignore[operator]
        return []
    return [f"'effect.seconds' must be over 0 and at most {MOST_SECONDS}, not {shown(value)}"]


def _bad_status(value: object) -> list[str]:
    statuses = [each.value for each in HTTPStatus if each == 429 or each >= 500]
    if type(value) is int and value in statuses:
        return []
    told = ", ".join(map(str, statuses))
    return [f"'effect.status' must be one of {told}, not {shown(value)}"]


def _bad_answer(value: object) -> list[str]:
    if value == "reset" or (type(value) is int and value in GATEWAY_STATUSES):
        return []
    return [f"'effect.answer' must be one of 502, 503, 504, reset, not {shown(value)}"]


def _bad_body(value: object) -> list[str]:
    if isinstance(value, str) and value in BODIES:
        return []
    return [f"'effect.body' must be one of {', '.join(BODIES)}, not {shown(value)}"]


_CHECKS: Mapping[str, Callable[[object], list[str]]] = {
    "seconds": _bad_seconds,
    "status": _bad_status,
    "answer": _bad_answer,
    "body": _bad_body,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return type(value) is int and 1 <= value <= 1_000_000_000


def told_rule(rule: FaultRule) -> dict[str, Any]:
    """A rule as in JSON, with how many calls it has seen and hit."""
    match, effect = rule.match, rule.effect
    sent: dict[str, Any] = {
        "method": match.method,
        "path": match.path,
        "identifier": match.identifier,
        "api_key": match.api_key,
        "nth": match.nth,
    }
    return {
        "id": rule.id,
        "match": {name: value for name, value in sent.items() if value not in ("", 1)},
        "effect": told_effect(effect),
        "times": rule.times,
        "probability": rule.probability,
        "seen": rule.seen,
        "fired": rule.fired,
    }


def told_effect(effect: FaultEffect) -> dict[str, Any]:
    """An effect as in JSON."""
    members = _MEMBERS[effect.kind]
    values: dict[str, Any] = {
        "seconds": effect.seconds,
        "status": effect.status,
        "answer": effect.status or "reset",
        "body": effect.body,
    }
    return {"kind": effect.kind.value, **{name: values[name] for name in members}}
