"""The dials turned and told: presets, changes as they come in JSON, and what each dial takes."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.plain_values import shown

# What a preset does to the dials: the documented values are the defaults.
PRESETS: Mapping[str, str] = {
    "documented": "what Braze documents, and the best guess where it is silent",
    "pessimistic": "everything late, lost or answered in the form a client expects least",
    "instant": "no lag anywhere; what else nobody knows stays the best guess",
}


class BadDials(ValueError):
    """A dial that does not exist, or a value it cannot take; `problems` holds every one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def preset(name: str) -> Dials:
    """All dials at once, by the name of a preset.

    Raises:
        BadDials: there is no such preset.
    """
    match name:
        case "documented":
            return Dials()
        case "pessimistic":
            return Dials(**{each.name: each.metadata["pessimistic"] for each in fields(Dials)})
        case "instant":
            lags = [each.name for each in fields(Dials) if isinstance(each.default, timedelta)]
            return Dials(**dict.fromkeys(lags, timedelta()))  # type: ignore[arg-type]
    raise BadDials([f"there is no preset {name!r}; the presets are {', '.join(PRESETS)}"])


def turned(dials: Dials, changes: Mapping[str, Any]) -> Dials:
    """`dials` with some of them changed; values as in JSON (spans in seconds).

    A member `preset` sets all of them first, whatever its place among the changes; only whose
    time the client goes by stays, for that is nothing of Braze's.

    Raises:
        BadDials: with every problem at once.
    """
    known = {each.name: each for each in fields(Dials)}
    read: dict[str, Any] = {}
    problems: list[str] = []
    if "preset" in changes:
        try:
            epoch = dials.rate_limit_epoch
            dials = replace(preset(changes["preset"]), rate_limit_epoch=epoch)
        except BadDials as bad:
            problems += bad.problems
    for name, value in changes.items():
        if name == "preset":
            continue
        if name not in known:
            problems.append(f"there is no dial {name!r}; the dials are {', '.join(known)}")
            continue
        try:
            read[name] = _read(known[name].default, known[name].metadata.get("values"), value)
        except ValueError as problem:
            problems.append(f"dial {name!r} cannot be {shown(value)}: {problem}")
    if problems:
        raise BadDials(problems)
    return replace(dials, **read)


def _read(default: object, values: tuple[str, ...] | None, value: object) -> object:
    if isinstance(default, timedelta):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise ValueError("give seconds, 0 or more")
        return timedelta(seconds=value)
    if values is None:
        if not isinstance(value, bool):
            raise ValueError("give true or false")
        return value
    if value not in values:
        raise ValueError(f"give one of {', '.join(values)}")
    return value


def described(dials: Dials) -> dict[str, dict[str, Any]]:
    """Each dial with its value, its default, the values it takes, its meaning and its fact."""
    return {
        each.name: {
            "value": _plain(getattr(dials, each.name)),
            "default": _plain(each.default),
            "values": list(each.metadata.get("values", ())) or _kind(each.default),
            "says": each.metadata["says"],
            "fact": each.metadata["fact"],
        }
        for each in fields(Dials)
    }


def _plain(value: object) -> object:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _kind(default: object) -> str | list[bool]:
    return "seconds" if isinstance(default, timedelta) else [False, True]
