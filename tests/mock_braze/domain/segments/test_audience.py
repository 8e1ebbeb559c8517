"""Who a filter holds for."""

from typing import Any

import pytest
from worlds import (
    EMAIL,
    EMAIL_GROUP,
    PHONE,
    SMS_GROUP,
    a_purchase,
    a_workspace,
    advance,
    an_event,
    profile,
    set_state,
    track,
    tracked,
)

from mock_braze.domain.segments.audience import matches, members_of
from mock_braze.domain.segments.filter_reading import read_filter
from mock_braze.domain.segments.filters import described
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

LAPSED = {"attribute": "last_used_at", "operator": "more_than_days_ago", "value": 90}
LEVEL_TWO = {"custom_attribute": "quikly_level", "operator": ">=", "value": 2}


def everybody() -> Workspace:
    """`a` has a level of 3 and won lately, `b` has lapsed, `c` has nothing."""
    workspace = a_workspace()
    tracked(
        workspace,
        {
            "external_id": "a",
            "email": EMAIL,
            "phone": PHONE,
            "country": "US",
            "quikly_level": 3,
            "tags": ["x", 1],
            "joined": "2026-01-01T00:00:00Z",
            "vip": True,
            "none": 0,
        },
        {"external_id": "b", "quikly_level": 1, "email_subscribe": "opted_in", "vip": "yes"},
        {"external_id": "c"},
        events=[
            an_event("won", external_id="a", time="2026-01-04T09:00:00Z"),
            an_event("won", external_id="a", time="2025-12-01T09:00:00Z"),
            an_event("won", external_id="b", time="2025-10-01T09:00:00Z"),
        ],
        purchases=[
            a_purchase(external_id="a", product_id="cap", quantity=3, time="2026-01-02T00:00:00Z")
        ],
    )
    return workspace


def who(workspace: Workspace, written: Any) -> str:
    """The external_ids of those for whom a filter holds, in one word."""
    members = members_of(workspace.state, read_filter(written), workspace.clock.now())
    return "".join(sorted(each.external_id or "?" for each in members))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (LEVEL_TWO, "a"),
        (LAPSED, "b"),
        ({"custom_attribute": "quikly_level", "operator": ">", "value": 3}, ""),
        ({"custom_attribute": "quikly_level", "operator": "<", "value": 3}, "b"),
        ({"custom_attribute": "quikly_level", "operator": "<=", "value": 3}, "ab"),
        ({"custom_attribute": "quikly_level", "operator": "equals", "value": 1}, "b"),
        ({"custom_attribute": "quikly_level", "operator": "equals", "value": True}, ""),
        ({"custom_attribute": "quikly_level", "operator": "does_not_equal", "value": 1}, "ac"),
        ({"custom_attribute": "quikly_level", "operator": "exists"}, "ab"),
        ({"custom_attribute": "quikly_level", "operator": "does_not_exist"}, "c"),
        ({"custom_attribute": "quikly_level", "operator": "in", "value": [1, 2]}, "b"),
        ({"custom_attribute": "quikly_level", "operator": "not_in", "value": [1, 2]}, "ac"),
        ({"custom_attribute": "none", "operator": "exists"}, "a"),
        ({"custom_attribute": "vip", "operator": "equals", "value": True}, "a"),
        ({"custom_attribute": "vip", "operator": "equals", "value": 1}, ""),
        ({"custom_attribute": "vip", "operator": ">=", "value": 0}, ""),
        ({"custom_attribute": "tags", "operator": "contains", "value": "x"}, "a"),
        ({"custom_attribute": "tags", "operator": "contains", "value": True}, ""),
        ({"custom_attribute": "tags", "operator": "does_not_contain", "value": "x"}, "bc"),
        ({"custom_attribute": "vip", "operator": "contains", "value": "ye"}, "b"),
        ({"custom_attribute": "joined", "operator": "after", "value": "2025-12-31"}, "a"),
        ({"custom_attribute": "joined", "operator": "equals", "value": "2026-01-01"}, "a"),
        ({"custom_attribute": "joined", "operator": "equals", "value": 5}, ""),
        ({"custom_attribute": "joined", "operator": "before", "value": "2025-12-31"}, ""),
        ({"custom_attribute": "joined", "operator": "less_than_days_ago", "value": 5}, "a"),
        ({"custom_attribute": "joined", "operator": "less_than_days_ago", "value": 4}, ""),
        ({"custom_attribute": "vip", "operator": "before", "value": "2025-12-31"}, ""),
        ({"attribute": "country", "operator": "equals", "value": "US"}, "a"),
        ({"attribute": "email", "operator": "contains", "value": "@example.com"}, "a"),
        ({"attribute": "external_id", "operator": "in", "value": ["b", "c"]}, "bc"),
        ({"attribute": "email_subscribe", "operator": "equals", "value": "opted_in"}, "b"),
        ({"attribute": "total_revenue", "operator": ">", "value": 7}, "a"),
        ({"attribute": "created_at", "operator": "before", "value": "2026-01-06"}, "abc"),
        ({"attribute": "last_used_at", "operator": "does_not_exist"}, "c"),
        ({"custom_event": "won"}, "ab"),
        ({"custom_event": "won", "operator": "does_not_exist"}, "c"),
        ({"custom_event": "won", "operator": ">=", "value": 2}, "a"),
        ({"custom_event": "won", "operator": "equals", "value": 0}, "c"),
        ({"custom_event": "won", "within_days": 2}, "a"),
        ({"custom_event": "won", "operator": ">=", "value": 2, "within_days": 2}, ""),
        ({"custom_event": "won", "operator": "does_not_exist", "within_days": 2}, "bc"),
        ({"last_custom_event": "won", "operator": "more_than_days_ago", "value": 90}, "b"),
        ({"last_custom_event": "won", "operator": "after", "value": "2026-01-01"}, "a"),
        ({"first_custom_event": "won", "operator": "before", "value": "2025-12-02"}, "ab"),
        ({"last_custom_event": "won", "operator": "does_not_exist"}, "c"),
        ({"purchase": "cap", "operator": "equals", "value": 3}, "a"),
        ({"purchase": "hat"}, ""),
        ({"purchase": "*"}, "a"),
        ({"last_purchase": "*", "operator": "less_than_days_ago", "value": 4}, "a"),
        ({"first_purchase": "cap", "operator": "exists"}, "a"),
        ({"not": LEVEL_TWO}, "bc"),
        ({"and": [LEVEL_TWO, LAPSED]}, ""),
        ({"or": [LEVEL_TWO, LAPSED]}, "ab"),
        ({"and": [{"or": [LEVEL_TWO, LAPSED]}, {"not": {"custom_event": "lost"}}]}, "ab"),
    ],
)
def test_a_filter_holds_for_exactly_those_it_describes(written: Any, expected: str) -> None:
    """Facts: segment-filters-over-profile-data, segment-last-used"""
    assert who(everybody(), written) == expected


def test_states_in_a_group_can_be_asked_for() -> None:
    workspace = everybody()
    set_state(workspace, ExternalId("a"))
    set_state(workspace, ExternalId("b"), state="unsubscribed")

    def asked(value: Any, operator: str = "equals", group: str = SMS_GROUP) -> str:
        return who(workspace, {"subscription_group": group, "operator": operator, "value": value})

    assert asked("subscribed") == "a"
    assert asked("unsubscribed") == "b"
    assert asked("unknown") == "c"
    assert asked(["subscribed", "unknown"], "in") == "ac"
    assert asked("subscribed", group=EMAIL_GROUP) == ""
    assert asked("unknown", group="no group") == "abc"


def test_a_filter_is_asked_of_one_profile_at_one_moment() -> None:
    workspace = everybody()
    lapsed = read_filter(LAPSED)

    before = matches(lapsed, profile(workspace, "a"), workspace.state, workspace.clock.now())
    advance(workspace, 90 * 86_400)
    after = matches(lapsed, profile(workspace, "a"), workspace.state, workspace.clock.now())

    assert (before, after) == (False, True)


def test_a_filter_can_be_told_in_words() -> None:
    written = {
        "and": [
            LEVEL_TWO,
            {"or": [{"attribute": "email", "operator": "exists"}, {"not": LAPSED}]},
            {"last_purchase": "*", "operator": "after", "value": "2026-01-01"},
            {"custom_event": "won", "operator": ">", "value": 2, "within_days": 7},
        ]
    }

    assert described(read_filter(written)) == (
        "(custom attribute quikly_level >= 2"
        " and (attribute email exists or not attribute last_used_at more than days ago 90)"
        " and last purchase * after 2026-01-01T00:00:00.000Z"
        " and custom event won > 2 within 7 days)"
    )


def test_a_session_that_was_told_counts_as_use() -> None:
    """Facts: segment-last-used"""
    workspace = everybody()
    tracked(workspace, {"external_id": "b", "date_of_last_session": "2026-01-05T00:00:00Z"})

    assert who(workspace, LAPSED) == ""


def test_days_are_counted_to_the_moment() -> None:
    workspace = a_workspace()
    tracked(
        workspace,
        {"external_id": "a"},
        events=[an_event("won", external_id="a", time="2026-01-03T09:03:20Z")],
    )  # exactly two days before what is now
    asked = {
        "within": {"custom_event": "won", "within_days": 2},
        "more": {"last_custom_event": "won", "operator": "more_than_days_ago", "value": 2},
        "less": {"last_custom_event": "won", "operator": "less_than_days_ago", "value": 2},
    }

    exactly = {name: who(workspace, each) for name, each in asked.items()}
    advance(workspace, 0.001)
    later = {name: who(workspace, each) for name, each in asked.items()}

    assert exactly == {"within": "a", "more": "", "less": ""}
    assert later == {"within": "", "more": "a", "less": ""}


def test_a_state_that_waits_for_its_profile_is_unknown() -> None:
    workspace = a_workspace()
    track(workspace, {"external_id": "a", "phone": PHONE})
    advance(workspace, 2)
    set_state(workspace, ExternalId("a"))
    subscribed = {"subscription_group": SMS_GROUP, "operator": "equals", "value": "subscribed"}

    waiting = who(workspace, subscribed)
    advance(workspace, 120)

    assert (waiting, who(workspace, subscribed)) == ("", "a")
