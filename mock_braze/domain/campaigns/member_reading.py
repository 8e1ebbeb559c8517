"""Reading members of a JSON object, with every problem noted under its place."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.plain_values import shown


class MemberReader:
    """Reads what is below one place, notes what is wrong, and goes on with what it can."""

    def __init__(self, place: str = "", problems: list[str] | None = None) -> None:
        self.place = place
        self.problems: list[str] = [] if problems is None else problems

    def within(self, name: str) -> "MemberReader":
        """A reader of a member, whose problems are noted here."""
        return MemberReader(self._path(name), self.problems)

    def note(self, name: str, says: str) -> None:
        self.problems.append(f"'{self._path(name)}' {says}")

    def _path(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def object(self, value: object) -> dict[str, Any]:
        """An object without its nulls."""
        if isinstance(value, Mapping):
            return {name: each for name, each in value.items() if each is not None}
        self.problems.append(f"'{self.place}' must be an object, not {shown(value)}")
        return {}

    def check_names(
        self, told: Mapping[str, Any], required: Sequence[str], others: Sequence[str]
    ) -> None:
        known = (*required, *others)
        self.problems += [
            f"there is no member '{self._path(name)}'; there are {', '.join(known)}"
            for name in told
            if name not in known
        ]
        for name in required:
            if name not in told:
                self.note(name, "is missing")

    def name(self, told: Mapping[str, Any], name: str, preset: str = "") -> str:
        """A text that is not empty; one that is missing has been told about."""
        value = told.get(name, preset)
        if isinstance(value, str) and (value or name not in told):
            return value
        self.note(name, f"must be text, and not empty, not {shown(value)}")
        return preset

    def choice(self, told: Mapping[str, Any], name: str, values: Sequence[str]) -> str:
        """One of some values; the first one where there is none."""
        return self.choice_or_none(told, name, values) or values[0]

    def choice_or_none(
        self, told: Mapping[str, Any], name: str, values: Sequence[str]
    ) -> str | None:
        value = told.get(name)
        if value is None or (isinstance(value, str) and value in values):
            return value
        self.note(name, f"must be one of {', '.join(values)}, not {shown(value)}")
        return None

    def moment(self, told: Mapping[str, Any], name: str) -> datetime | None:
        value = told.get(name)
        moment = read_time(value)
        if value is not None and moment is None:
            self.note(name, f"must be a date, not {shown(value)}")
        return moment

    def span(
        self, told: Mapping[str, Any], name: str, shortest: timedelta, longest: timedelta
    ) -> timedelta | None:
        """A number of seconds within bounds."""
        value = told.get(name)
        if value is None:
            return None
        low, high = shortest.total_seconds(), longest.total_seconds()
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and low <= value <= high:
            return timedelta(seconds=value)
        self.note(name, f"must be seconds, {low:.0f} to {high:.0f}, not {shown(value)}")
        return None
