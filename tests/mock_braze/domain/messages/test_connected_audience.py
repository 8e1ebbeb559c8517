"""Connected audiences hold for whom Braze's page says, and anything else is refused."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import START, a_workspace, an_event, tracked

from mock_braze.domain.messages.connected_audience import BadAudience, read_audience
from mock_braze.domain.segments.audience import members_of
from mock_braze.domain.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    workspace = a_workspace()
    tracked(
        workspace,
        {"external_id": "a", "eye": "blue", "foods": ["pizza"], "level": 2, "vip": True,
         "last": "2026-01-04T09:00:00Z", "email_subscribe": "opted_in"},
        {"external_id": "b", "eye": "brown", "foods": [], "level": 5, "vip": False,
         "last": "2026-01-07T09:00:00Z", "push_subscribe": "unsubscribed"},
        {"external_id": "c"},
        events=[an_event(external_id="a")],
    )  # fmt: skip
    return workspace


def found(workspace: Workspace, audience: Any) -> str:
    now = START + timedelta(hours=1)
    people = members_of(workspace.state, read_audience(audience, now), now)
    return "".join(sorted(str(each.external_id) for each in people))


def attribute(name: str, comparison: str, *value: Any) -> dict[str, Any]:
    told = {"custom_attribute_name": name, "comparison": comparison}
    return {"custom_attribute": {**told, "value": value[0]} if value else told}


BLUE = attribute("eye", "equals", "blue")


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (BLUE, "a"),
        (attribute("eye", "not_equal", "blue"), "bc"),
        (attribute("vip", "equals", True), "a"),
        (attribute("vip", "does_not_equal", True), "bc"),
        (attribute("eye", "exists"), "ab"),
        (attribute("eye", "does_not_exist"), "c"),
        (attribute("foods", "includes_value", "pizza"), "a"),
        (attribute("foods", "does_not_include_value", "pizza"), "bc"),
        (attribute("level", "greater_than", 2), "b"),
        (attribute("level", "greater_than_or_equal_to", 2), "ab"),
        (attribute("level", "less_than", 5), "a"),
        (attribute("level", "less_than_or_equal_to", 5), "ab"),
        (attribute("last", "before", "2026-01-05T00:00:00Z"), "a"),
        (attribute("last", "after", "2026-01-05T00:00:00Z"), "b"),
        (attribute("last", "less_than_x_days_ago", 2), "a"),
        (attribute("last", "greater_than_x_days_ago", 0.5), "a"),
        (attribute("last", "less_than_x_days_in_the_future", 3), "b"),
        (attribute("last", "less_than_x_days_in_the_future", 1), ""),
        (attribute("last", "greater_than_x_days_in_the_future", 1), "b"),
        (attribute("last", "greater_than_x_days_in_the_future", 3), ""),
    ],
)
def test_custom_attributes_are_compared(workspace: Workspace, audience: Any, names: str) -> None:
    """Facts: connected-audience-comparisons"""
    assert found(workspace, audience) == names


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ({"email_subscription_status": {"comparison": "is", "value": "opted_in"}}, "a"),
        ({"email_subscription_status": {"comparison": "is_not", "value": "opted_in"}}, "bc"),
        ({"push_subscription_status": {"comparison": "is", "value": "unsubscribed"}}, "b"),
        ({"last_used_app": {"comparison": "after", "value": "2026-01-01"}}, "a"),
        ({"last_used_app": {"comparison": "before", "value": "2026-01-01"}}, ""),
    ],
)
def test_global_states_and_the_last_use_are_compared(
    workspace: Workspace, audience: Any, names: str
) -> None:
    """Facts: connected-audience-states"""
    assert found(workspace, audience) == names


def test_filters_are_joined(workspace: Workspace) -> None:
    """Facts: connected-audience"""
    high = attribute("level", "greater_than", 2)

    assert found(workspace, {"OR": [BLUE, high]}) == "ab"
    assert found(workspace, {"AND": [BLUE, high]}) == ""
    assert found(workspace, {"AND": [attribute("eye", "exists"), {"OR": [BLUE, high]}]}) == "ab"


@pytest.mark.parametrize(
    "audience",
    [
        None, [], {}, {"AND": []}, {"AND": [BLUE], "OR": [BLUE]}, {"NOT": BLUE},
        {"custom_attribute": None}, attribute("", "exists"), attribute("eye", "matches_regex", "b"),
        attribute("eye", "equals"), attribute("eye", "equals", []), attribute("level", "less_than"),
        attribute("level", "less_than", "2"), attribute("last", "after", "soon"),
        attribute("last", "less_than_x_days_ago", "2"), attribute("last", "equals", None),
        attribute("last", "less_than_x_days_in_the_future", 1e9),
        attribute("last", "about_x_days_in_the_future", 1), attribute("last", "x"),
        {"email_subscription_status": {"comparison": "is", "value": "maybe"}},
        {"email_subscription_status": {"comparison": ["is"], "value": "opted_in"}},
        {"last_used_app": {"comparison": "equals", "value": "2026-01-01"}},
    ],
)  # fmt: skip
def test_what_is_no_audience_is_refused(audience: Any) -> None:
    with pytest.raises(BadAudience):
        read_audience(audience, START)


def test_an_audience_may_not_lie_too_deep() -> None:
    audience: Any = BLUE
    for _ in range(20):
        audience = {"AND": [audience]}

    with pytest.raises(BadAudience):
        read_audience(audience, START)


NAMES = st.sampled_from(
    ["AND", "OR", "custom_attribute", "push_subscription_status", "last_used_app", "comparison",
     "value", "custom_attribute_name"]
)  # fmt: skip
WORDS = st.sampled_from(["equals", "is", "after", "less_than_x_days_in_the_future", "opted_in"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | WORDS,
    lambda each: st.lists(each, max_size=2) | st.dictionaries(NAMES, each, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=2))
def test_anything_is_an_audience_or_refused(told: Any) -> None:
    try:
        audience = read_audience(told, START)
    except BadAudience:
        return
    assert members_of(a_workspace().state, audience, START) == []
