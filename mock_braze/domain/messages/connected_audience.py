"""Connected audiences: the filters that a send carries itself, in Braze's own form for them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.segments.filters import Comparison, Either, Every, Filter, Operator, Subject

DEEPEST = 20
MOST_DAYS = 36_500
STATES = ("opted_in", "subscribed", "unsubscribed")
# Each comparison with a plain value, and the operator of segments that it is.
COMPARISONS: Mapping[str, Operator] = {
    "equals": Operator.EQUALS,
    "not_equal": Operator.NOT_EQUALS,
    "does_not_equal": Operator.NOT_EQUALS,
    "includes_value": Operator.CONTAINS,
    "does_not_include_value": Operator.NOT_CONTAINS,
}
NUMERIC: Mapping[str, Operator] = {
    "greater_than": Operator.MORE,
    "greater_than_or_equal_to": Operator.AT_LEAST,
    "less_than": Operator.LESS,
    "less_than_or_equal_to": Operator.AT_MOST,
}
DATES: Mapping[str, Operator] = {"before": Operator.BEFORE, "after": Operator.AFTER}
DAYS: Mapping[str, Operator] = {
    "greater_than_x_days_ago": Operator.MORE_DAYS_AGO,
    "less_than_x_days_ago": Operator.FEWER_DAYS_AGO,
}
EXISTENCE: Mapping[str, Operator] = {
    "exists": Operator.EXISTS,
    "does_not_exist": Operator.NOT_EXISTS,
}
STATE_COMPARISONS = {"is": Operator.EQUALS, "is_not": Operator.NOT_EQUALS}


class BadAudience(ValueError):
    """What is no connected audience."""


def read_audience(told: object, now: datetime) -> Filter:
    """The filter behind a connected audience, as it is at one moment.

    Raises:
        BadAudience: it is none, or compares by a regular expression, which is not imitated.

    Facts: connected-audience, connected-audience-comparisons, connected-audience-states
    """
    return _read(told, now, DEEPEST)


def _read(told: object, now: datetime, levels: int) -> Filter:
    if not isinstance(told, Mapping) or len(told) != 1 or not levels:
        raise BadAudience
    ((name, inner),) = told.items()
    match name:
        case "AND":
            return Every(tuple(_each(inner, now, levels)))
        case "OR":
            return Either(tuple(_each(inner, now, levels)))
        case _ if name in FILTERS and isinstance(inner, Mapping):
            return FILTERS[name](inner, now)
        case _:
            raise BadAudience


def _each(told: object, now: datetime, levels: int) -> Iterator[Filter]:
    if not isinstance(told, list) or not told:
        raise BadAudience
    for each in told:
        yield _read(each, now, levels - 1)


def _custom_attribute(told: Mapping[str, Any], now: datetime) -> Filter:
    name, comparison = told.get("custom_attribute_name"), told.get("comparison")
    if not isinstance(name, str) or not name or not isinstance(comparison, str):
        raise BadAudience
    subject = Subject.CUSTOM_ATTRIBUTE
    if comparison in EXISTENCE:
        return Comparison(subject, name, EXISTENCE[comparison])
    if comparison.endswith("_x_days_in_the_future"):
        return _in_days(name, comparison, told.get("value"), now)
    return Comparison(subject, name, *_compared(comparison, told.get("value")))


def _compared(comparison: str, value: Any) -> tuple[Operator, Any]:
    if comparison in COMPARISONS and isinstance(value, str | int | float):
        return COMPARISONS[comparison], value
    if comparison in NUMERIC and _is_number(value):
        return NUMERIC[comparison], value
    if comparison in DAYS and _is_days(value):
        return DAYS[comparison], value
    if comparison in DATES:
        return DATES[comparison], _moment(value)
    raise BadAudience


def _in_days(name: str, comparison: str, value: Any, now: datetime) -> Filter:
    """A date that is less, or more, than some days ahead."""
    if not _is_days(value):
        raise BadAudience
    then = now + timedelta(days=value)
    ahead = Comparison(Subject.CUSTOM_ATTRIBUTE, name, Operator.AFTER, now)
    match comparison.removesuffix("_x_days_in_the_future"):
        case "less_than":
            before = Comparison(Subject.CUSTOM_ATTRIBUTE, name, Operator.BEFORE, then)
            return Every((ahead, before))
        case "greater_than":
            return Comparison(Subject.CUSTOM_ATTRIBUTE, name, Operator.AFTER, then)
        case _:
            raise BadAudience


def _state_of(attribute: str) -> Callable[[Mapping[str, Any], datetime], Filter]:
    def read(told: Mapping[str, Any], _: datetime) -> Filter:
        comparison, value = told.get("comparison"), told.get("value")
        if not isinstance(comparison, str) or comparison not in STATE_COMPARISONS:
            raise BadAudience
        if value not in STATES:
            raise BadAudience
        return Comparison(Subject.ATTRIBUTE, attribute, STATE_COMPARISONS[comparison], value)

    return read


def _last_used(told: Mapping[str, Any], _: datetime) -> Filter:
    comparison = told.get("comparison")
    if not isinstance(comparison, str) or comparison not in DATES:
        raise BadAudience
    moment = _moment(told.get("value"))
    return Comparison(Subject.ATTRIBUTE, "last_used_at", DATES[comparison], moment)


FILTERS: Mapping[str, Callable[[Mapping[str, Any], datetime], Filter]] = {
    "custom_attribute": _custom_attribute,
    "push_subscription_status": _state_of("push_subscribe"),
    "email_subscription_status": _state_of("email_subscribe"),
    "last_used_app": _last_used,
}


def _moment(value: object) -> datetime:
    moment = read_time(value)
    if moment is None:
        raise BadAudience
    return moment


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_days(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= MOST_DAYS
