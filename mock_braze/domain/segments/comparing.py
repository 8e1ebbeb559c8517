"""How the operators of a filter compare what is held with what is asked for."""

from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.segments.filters import Operator


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_same(one: Any, other: Any) -> bool:
    """Equality as in JSON, where `true` is not 1; a date equals the text of it."""
    if isinstance(one, datetime):
        return one == moment_of(other)
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _contains(held: Any, value: Any) -> bool:
    if isinstance(held, list):
        return any(is_same(each, value) for each in held)
    return isinstance(held, str) and isinstance(value, str) and value in held


def moment_of(held: object) -> datetime | None:
    """The moment that a value is, or is the text of."""
    return held if isinstance(held, datetime) else read_time(held)


def holds(operator: Operator, held: Any, value: Any, now: datetime) -> bool:
    """Whether what is held is as an operator and its value ask."""
    # Inferred: a profile without the value is what "does not" and "not in" look for
    # (segment-filters-over-profile-data)
    match operator:
        case Operator.EQUALS:
            return is_same(held, value)
        case Operator.NOT_EQUALS:
            return not is_same(held, value)
        case Operator.EXISTS:
            return held is not None
        case Operator.NOT_EXISTS:
            return held is None
        case Operator.IN:
            return any(is_same(held, each) for each in value)
        case Operator.NOT_IN:
            return not any(is_same(held, each) for each in value)
        case Operator.CONTAINS:
            return _contains(held, value)
        case Operator.NOT_CONTAINS:
            return not _contains(held, value)
        case Operator.MORE | Operator.AT_LEAST | Operator.LESS | Operator.AT_MOST:
            return _is_number(held) and _compares(operator, held, value)
        case _:
            moment = moment_of(held)
            return moment is not None and _lies(operator, moment, value, now)


def _compares(operator: Operator, held: float, value: float) -> bool:
    match operator:
        case Operator.MORE:
            return held > value
        case Operator.AT_LEAST:
            return held >= value
        case Operator.LESS:
            return held < value
        case _:
            return held <= value


def _lies(operator: Operator, moment: datetime, value: Any, now: datetime) -> bool:
    match operator:
        case Operator.BEFORE:
            return bool(moment < value)
        case Operator.AFTER:
            return bool(moment > value)
        case Operator.MORE_DAYS_AGO:
            return now - moment > timedelta(days=value)
        case _:
            return timedelta() <= now - moment < timedelta(days=value)
