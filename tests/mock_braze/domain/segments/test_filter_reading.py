"""Filters from JSON: every problem at once, each with its place."""

from typing import Any

import pytest

from mock_braze.domain.segments.audience import ATTRIBUTES
from mock_braze.domain.segments.filter_reading import DEEPEST, BadFilter, operators_of, read_filter
from mock_braze.domain.segments.filters import Comparison, Every, Not, Operator, Subject

HEADS = ", ".join(("and", "or", "not", *(each.value for each in Subject)))


def problems_of(written: Any) -> list[str]:
    with pytest.raises(BadFilter) as bad:
        read_filter(written)
    return bad.value.problems


def test_a_filter_is_read_as_data() -> None:
    written = {
        "and": [
            {"custom_attribute": "level", "operator": ">=", "value": 2},
            {"not": {"custom_event": "won", "within_days": 7}},
        ]
    }

    assert read_filter(written) == Every(
        (
            Comparison(Subject.CUSTOM_ATTRIBUTE, "level", Operator.AT_LEAST, 2),
            Not(Comparison(Subject.CUSTOM_EVENT, "won", Operator.AT_LEAST, 1, 7)),
        )
    )


def test_all_problems_of_a_filter_are_told_with_their_places() -> None:
    written = {
        "and": [
            {"attribute": "shoe_size", "operator": "=>", "valeu": 2},
            {"or": []},
            {"not": {"custom_event": "won", "operator": ">", "value": "two", "within_days": -1}},
            {},
            {"subscription_group": "g", "operator": "equals", "value": "maybe"},
        ]
    }
    operators = ", ".join(each.value for each in Operator)

    assert problems_of(written) == [
        "filter.and[0] has no member 'valeu'; did you mean value?",
        f"filter.and[0].attribute cannot be 'shoe_size'; there are {', '.join(ATTRIBUTES)}",
        f"filter.and[0].operator must be one of {operators}, not '=>'",
        "filter.and[1].or must be an array of filters, with at least one",
        "filter.and[2].not.within_days must be a number of days, not -1",
        "filter.and[2].not.value must be a number, not 'two'",
        f"filter.and[3] must have exactly one of {HEADS}; it has none",
        "filter.and[4].value must be one of subscribed, unsubscribed, unknown, not 'maybe'",
    ]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (None, "filter must be an object, not null"),
        ([], "filter must be an object, not []"),
        (
            {"and": [], "custom_event": "won"},
            f"filter must have exactly one of {HEADS}; it has and and custom_event",
        ),
        ({"custom_event": ""}, "filter.custom_event must be a name, not ''"),
        ({"custom_event": 5}, "filter.custom_event must be a name, not 5"),
        ({"not": 5}, "filter.not must be an object, not 5"),
        (
            {"attribute": "email", "operator": "exists", "within_days": 1},
            "filter.within_days goes with custom_event and purchase only",
        ),
        (
            {"attribute": "email", "operator": "exists", "value": 1},
            "filter.value does not go with exists",
        ),
        ({"attribute": "email", "operator": "equals"}, "filter.value is missing"),
        (
            {"attribute": "email", "operator": "in", "value": "x"},
            "filter.value must be an array, not 'x'",
        ),
        (
            {"attribute": "dob", "operator": "before", "value": "soon"},
            "filter.value must be a date, not 'soon'",
        ),
        (
            {"attribute": "dob", "operator": "more_than_days_ago", "value": 1e9},
            "filter.value must be a number of days, not 1000000000.0",
        ),
        (
            {"last_purchase": "x", "operator": "equals", "value": 1},
            "filter.operator must be one of exists, does_not_exist, before, after,"
            " more_than_days_ago, less_than_days_ago, not 'equals'",
        ),
        (
            {"subscription_group": "g", "operator": "in", "value": [[]]},
            "filter.value must be one of subscribed, unsubscribed, unknown, not [[]]",
        ),
    ],
)
def test_a_bad_filter_is_told_what_is_wrong(written: Any, problem: str) -> None:
    assert problems_of(written) == [problem]


def test_a_filter_has_a_deepest_level() -> None:
    written: Any = {"custom_event": "won"}
    for _ in range(DEEPEST):
        written = {"not": written}

    (problem,) = problems_of(written)

    assert problem.endswith(f"lies more than {DEEPEST} levels deep")
    read_filter(written["not"])


def test_every_subject_has_operators() -> None:
    assert all(operators_of(each) for each in Subject)
