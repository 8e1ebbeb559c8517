"""Filters from JSON, with every problem of a bad one told at once and where it is."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.segments.audience import ATTRIBUTES
from mock_braze.domain.segments.filters import (
    UNKNOWN,
    Comparison,
    Either,
    Every,
    Filter,
    Not,
    Operator,
    Subject,
)

DEEPEST = 20
MOST_DAYS = 36_500
JOINED: Mapping[str, type[Every | Either]] = {"and": Every, "or": Either}
GROUP_STATES = ("subscribed", "unsubscribed", UNKNOWN)
NUMERIC = frozenset({Operator.MORE, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST})
WITHOUT_VALUE = frozenset({Operator.EXISTS, Operator.NOT_EXISTS})
IN_DAYS = frozenset({Operator.MORE_DAYS_AGO, Operator.FEWER_DAYS_AGO})
DATES = frozenset({Operator.BEFORE, Operator.AFTER})
LISTS = frozenset({Operator.IN, Operator.NOT_IN})
EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS})
COUNTS = frozenset({Subject.CUSTOM_EVENT, Subject.PURCHASE})
MOMENTS = frozenset(
    {
        Subject.FIRST_CUSTOM_EVENT,
        Subject.LAST_CUSTOM_EVENT,
        Subject.FIRST_PURCHASE,
        Subject.LAST_PURCHASE,
    }
)


class BadFilter(ValueError):
    """A filter that makes no sense; `problems` holds every reason with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_filter(written: object, place: str = "filter") -> Filter:
    """`{"and": […]}`, `{"or": […]}`, `{"not": …}` or a comparison:
    `{"custom_attribute": "quikly_level", "operator": ">=", "value": 2}`.

    Raises:
        BadFilter: with every problem and the path to it.
    """
    problems = list(_problems(written, place, DEEPEST))
    if problems:
        raise BadFilter(problems)
    return _read(written)


def _problems(written: object, place: str, levels: int) -> Iterator[str]:
    if not isinstance(written, Mapping):
        yield f"{place} must be an object, not {shown(written)}"
        return
    if not levels:
        yield f"{place} lies more than {DEEPEST} levels deep"
        return
    heads = [
        name for name in (*JOINED, "not", *(each.value for each in Subject)) if name in written
    ]
    if len(heads) != 1:
        names = ", ".join((*JOINED, "not", *(each.value for each in Subject)))
        told = f"has {' and '.join(heads)}" if heads else "has none"
        yield f"{place} must have exactly one of {names}; it {told}"
        return
    (head,) = heads
    known = {head} if head in (*JOINED, "not") else {head, "operator", "value", "within_days"}
    for name in written:
        if name not in known:
            close = get_close_matches(str(name), sorted(known), n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            yield f"{place} has no member {name!r}{hint}"
    if head in JOINED:
        yield from _problems_of_list(written[head], f"{place}.{head}", levels)
    elif head == "not":
        yield from _problems(written[head], f"{place}.not", levels - 1)
    else:
        yield from _problems_of_comparison(Subject(head), written, place)


def _problems_of_list(written: object, place: str, levels: int) -> Iterator[str]:
    if not isinstance(written, list) or not written:
        yield f"{place} must be an array of filters, with at least one"
        return
    for index, each in enumerate(written):
        yield from _problems(each, f"{place}[{index}]", levels - 1)


def _problems_of_comparison(
    subject: Subject, written: Mapping[str, Any], place: str
) -> Iterator[str]:
    name = written[subject.value]
    if not isinstance(name, str) or not name:
        yield f"{place}.{subject.value} must be a name, not {shown(name)}"
    elif subject is Subject.ATTRIBUTE and name not in ATTRIBUTES:
        yield f"{place}.attribute cannot be {shown(name)}; there are {', '.join(ATTRIBUTES)}"
    within = written.get("within_days")
    if within is not None and subject not in COUNTS:
        yield f"{place}.within_days goes with custom_event and purchase only"
    elif within is not None and not _is_days(within):
        yield f"{place}.within_days must be a number of days, not {shown(within)}"
    allowed = operators_of(subject)
    operator = written.get("operator", _default_operator(subject))
    if operator not in [each.value for each in allowed]:
        names = ", ".join(each.value for each in Operator if each in allowed)
        yield f"{place}.operator must be one of {names}, not {shown(operator)}"
        return
    problem = problem_of_value(subject, Operator(operator), written)
    if problem:
        yield f"{place}.value {problem}"


def operators_of(subject: Subject) -> frozenset[Operator]:
    """The operators that make sense for a subject."""
    if subject in COUNTS:
        return NUMERIC | EQUALITY | WITHOUT_VALUE
    if subject in MOMENTS:
        return DATES | IN_DAYS | WITHOUT_VALUE
    if subject is Subject.SUBSCRIPTION_GROUP:
        return EQUALITY | LISTS
    return frozenset(Operator)


def _default_operator(subject: Subject) -> str | None:
    """To have done something is the plainest question about an event."""
    return Operator.EXISTS.value if subject in COUNTS else None


def problem_of_value(
    subject: Subject, operator: Operator, written: Mapping[str, Any]
) -> str | None:
    """Why the `value` of a comparison makes no sense; None if it does."""
    value = written.get("value")
    if operator in WITHOUT_VALUE:
        return f"does not go with {operator.value}" if "value" in written else None
    if "value" not in written:
        return "is missing"
    if operator in IN_DAYS:
        return None if _is_days(value) else f"must be a number of days, not {shown(value)}"
    if operator in DATES:
        return None if read_time(value) else f"must be a date, not {shown(value)}"
    if operator in NUMERIC or subject in COUNTS:
        return None if _is_number(value) else f"must be a number, not {shown(value)}"
    if operator in LISTS and not isinstance(value, list):
        return f"must be an array, not {shown(value)}"
    if subject is Subject.SUBSCRIPTION_GROUP:
        states = value if isinstance(value, list) else [value]
        if not all(each in GROUP_STATES for each in states):
            return f"must be one of {', '.join(GROUP_STATES)}, not {shown(value)}"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_days(value: object) -> bool:
    return _is_number(value) and 0 <= float(value) <= MOST_DAYS  # type: ignore[arg-type]


def _read(written: Any) -> Filter:
    for name, joined in JOINED.items():
        if name in written:
            return joined(tuple(_read(each) for each in written[name]))
    if "not" in written:
        return Not(_read(written["not"]))
    subject = next(each for each in Subject if each.value in written)
    operator = Operator(written.get("operator", _default_operator(subject)))
    value: Any | datetime = written.get("value")
    if operator in DATES:
        value = read_time(value)
    if subject in COUNTS and operator in WITHOUT_VALUE:  # none at all is a count of 0
        operator, value = (
            (Operator.AT_LEAST, 1) if operator is Operator.EXISTS else (Operator.EQUALS, 0)
        )
    return Comparison(subject, written[subject.value], operator, value, written.get("within_days"))
