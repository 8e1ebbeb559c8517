"""The client's settings from a file (TOML or YAML) and the environment, with every problem at once.

A setting has the same name everywhere: `read_timeout_seconds` in a file, and
`QUIKLY_READ_TIMEOUT_SECONDS` in the environment, which goes before the file.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from quikly_client.errors import BadSettings
from quikly_client.instances import REST_HOSTS, base_url_of
from quikly_client.rate_limits import USUAL_LIMITS, RateLimit
from quikly_client.settings import BrazeSettings, JourneySettings, RetryPolicy

PREFIX = "QUIKLY_"
LARGEST_FILE = 1024 * 1024  # bytes
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_WHERE = frozenset({"instance", "base_url"})
_SPAN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|min|h|d)?\s*")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that a run needs to know beforehand."""

    braze: BrazeSettings
    journey: JourneySettings
    limits: Mapping[str, RateLimit]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set: the field that it fills, and how its text or value is read."""

    name: str
    group: type | None
    field: str
    read: Callable[[Any], Any]


class _Unreadable(Exception):
    """A value that cannot be this setting's; says what it should be."""


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Unreadable("give a text")
    return str(value)


def _number(value: Any) -> float:
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise _Unreadable("give a number")


def _whole_number(value: Any) -> int:
    number = _number(value)
    if not number.is_integer():
        raise _Unreadable("give a whole number")
    return int(number)


def _span(value: Any) -> timedelta:
    found = _SPAN.fullmatch(str(value)) if not isinstance(value, bool) else None
    try:
        if found is not None:
            return timedelta(seconds=float(found[1]) * _UNITS[found[2] or "s"])
    except OverflowError:
        pass
    raise _Unreadable("give a span such as 90, 90 s, 5 min, 1 h or 30 d")


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _text, float: _number, int: _whole_number, timedelta: _span,
}  # fmt: skip


def _settings_of(group: type, prefix: str = "") -> Iterator[Setting]:
    """A setting for each field with a value that can be written in one line."""
    hints = get_type_hints(group)
    for each in fields(group):
        reader = _READERS.get(hints[each.name])
        if reader is not None:
            yield Setting(prefix + each.name, group, each.name, reader)


SETTINGS: Mapping[str, Setting] = {
    each.name: each
    for each in (
        Setting("instance", None, "instance", _text),
        *_settings_of(BrazeSettings),
        *_settings_of(JourneySettings),
        *_settings_of(RetryPolicy, "retry_"),
        Setting("rate_limit_share", None, "share", _number),
    )
}


def read_configuration(
    file: str | Path | None,
    environment: Mapping[str, str],
    *,
    given: Mapping[str, Any] | None = None,
    group_id: str | None = None,
) -> Configuration:
    """The settings of `given`, which come first, the environment and a file.

    `group_id` is the subscription group if none is set.

    Raises:
        BadSettings: with every problem of all of them.
    """
    problems: list[str] = []
    read: dict[str, Any] = {}
    if group_id is not None:
        read["subscription_group_id"] = group_id
    from_file = {} if file is None else _file(str(file), problems)
    _take(from_file, f"{file}: ", problems, read)
    _take(_environment(environment), PREFIX, problems, read)
    _add(given or {}, read)
    _resolve_instance(read, problems)
    share = read.pop("share", 1.0)
    if not 0 < share <= 1:
        problems.append(f"rate_limit_share is {share:g}: give a number over 0, and at most 1")
    retry = _made(RetryPolicy, read, problems, "retry_")
    braze = _made(BrazeSettings, read, problems)
    journey = _made(JourneySettings, read, problems, **({} if retry is None else {"retry": retry}))
    if problems or braze is None or journey is None:
        raise BadSettings(problems)
    return Configuration(braze, journey, _limits(share))


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }


def _take(told: Mapping[str, Any], where: str, problems: list[str], read: dict[str, Any]) -> None:
    """Read what a source tells, into `read`."""
    taken: dict[str, Any] = {}
    for name, value in told.items():
        setting = SETTINGS.get(name.lower() if where == PREFIX else name)
        if setting is None:
            # A variable like no setting at all is somebody else's.
            if where != PREFIX or get_close_matches(name.lower(), SETTINGS, 1):
                problems.append(f"{where}{name} is no setting{_hint(name, where)}")
            continue
        try:
            taken[setting.name] = setting.read(value)
        except _Unreadable as bad:
            shown = "" if setting.name == "api_key" else f" {value!r}"
            problems.append(f"{where}{name}{shown} cannot be read: {bad}")
    _add(taken, read)


def _add(taken: Mapping[str, Any], read: dict[str, Any]) -> None:
    """Put a source over those before it; either way to say where Braze is takes both away."""
    if taken.keys() & _WHERE:
        for name in _WHERE:
            read.pop(name, None)
    read |= taken


def _hint(name: str, where: str) -> str:
    def written(setting: str) -> str:
        return PREFIX + setting.upper() if where == PREFIX else setting

    close = get_close_matches(name.lower(), SETTINGS, 1)
    if close:
        return f"; do you mean {written(close[0])}?"
    return f"; there are {', '.join(map(written, SETTINGS))}"


def _resolve_instance(read: dict[str, Any], problems: list[str]) -> None:
    """Facts: rest-hosts-of-instances"""
    instance = read.pop("instance", None)
    read["share"] = read.pop("rate_limit_share", 1.0)
    if instance is None:
        return
    url = base_url_of(instance)
    if url is None:
        close = get_close_matches(instance.upper(), REST_HOSTS, 1)
        meant = f"do you mean {close[0]}?" if close else f"there are {', '.join(REST_HOSTS)}"
        problems.append(f"instance {instance!r} is not one of Braze's: {meant}")
    elif read.get("base_url", url).rstrip("/") != url:
        problems.append(
            f"instance {instance} is at {url}, but base_url is {read['base_url']!r}: give one "
            "of the two"
        )
    read.setdefault("base_url", url or f"https://{next(iter(REST_HOSTS.values()))}")


def _made(
    group: type, read: Mapping[str, Any], problems: list[str], prefix: str = "", **more: Any
) -> Any:
    """The settings of one group, or None when they have problems."""
    named = {
        setting.field: read[setting.name]
        for setting in SETTINGS.values()
        if setting.group is group and setting.name in read
    }
    missing = [
        each.name
        for each in fields(group)
        if each.name not in named and each.default is each.default_factory is MISSING
    ]
    named |= dict.fromkeys(missing, "")  # its own check says what to give
    try:
        return group(**named, **more)
    except BadSettings as bad:
        told = [_missing(name) for name in missing]
        told += [prefix + each for each in bad.problems if each.split()[0] not in missing]
        problems += [each for each in told if not _is_told(each, problems)]
        return None


def _is_told(problem: str, problems: Sequence[str]) -> bool:
    """Whether a setting that could not be read is now said to be missing."""
    name = problem.split()[0]
    return any(f"{each} " in told for told in problems for each in (name, PREFIX + name.upper()))


def _missing(name: str) -> str:
    if name == "base_url":
        return (
            "base_url is missing: give the brand's REST endpoint, or its instance such as "
            f"US-01 ({PREFIX}INSTANCE)"
        )
    return f"{name} is missing: set {PREFIX}{name.upper()}, or {name} in the file"


def _limits(share: float) -> dict[str, RateLimit]:
    return {
        endpoint: RateLimit(max(1, int(limit.calls * share)), limit.span)
        for endpoint, limit in USUAL_LIMITS.items()
    }


def _file(name: str, problems: list[str]) -> dict[str, Any]:
    """What a file tells; nothing, and a problem, if it cannot be read."""
    try:
        with open(name, "rb") as file:
            content = file.read(LARGEST_FILE)
        read = _PARSERS.get(Path(name).suffix.lower())
        if read is None:
            problems.append(f"{name} is neither .toml nor .yaml: give it the ending of its form")
            return {}
        told = read(content.decode("utf-8-sig"))
    except OSError as error:
        problems.append(f"{name} cannot be read ({error.strerror}): check the path")
    except UnicodeDecodeError:
        problems.append(f"{name} is not UTF-8: save it as UTF-8")
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError) as error:
        problems.append(f"{name} cannot be read: {_place(error)}")
    else:
        if told is None:
            return {}
        if isinstance(told, dict) and all(isinstance(each, str) for each in told):
            return told
        problems.append(f"{name} does not hold settings: write one `name: value` a line")
    return {}


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    ".toml": tomllib.loads, ".yaml": yaml.safe_load, ".yml": yaml.safe_load,
}  # fmt: skip


def _place(error: Exception) -> str:
    """Where and what, without the line itself: it may hold the key."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1} is no YAML"
    return str(error)
