from typing import Any

import pytest
from worlds import (
    EMAIL,
    a_workspace,
    advance,
    alias_json,
    an_alias,
    effects,
    hazards,
    hazards_seen,
    profile,
    profiles,
    track,
    tracked,
)

from mock_braze.domain.errors import NoItems, TooManyUsers
from mock_braze.domain.tracking.item_faults import ItemError, ItemFault
from mock_braze.domain.users.identity import UserAlias
from mock_braze.domain.workspace import Workspace


def added(workspace: Workspace, *items: Any) -> None:
    """Add aliases and wait for them."""
    assert workspace.add_aliases(items) == (len(items), [])
    advance(workspace, 2)


def changed(workspace: Workspace, *items: Any) -> None:
    """Change aliases and wait for it."""
    assert workspace.change_aliases(items) == (len(items), [])
    advance(workspace, 2)


def a_change(old: str, new: str, label: str = "email") -> dict[str, str]:
    return {"alias_label": label, "old_alias_name": old, "new_alias_name": new}


def why_nothing(workspace: Workspace) -> list[str]:
    seen = hazards_seen(workspace)
    return [each.details for each in seen if each.hazard.name == "alias_without_effect"]


def test_an_alias_is_added_to_a_known_user(workspace: Workspace) -> None:
    """Facts: alias-new-items-are-flat, alias-new-for-a-known-user"""
    tracked(workspace, {"external_id": "q-1"})

    added(workspace, {**alias_json(), "external_id": "q-1"})
    added(workspace, {**alias_json("7", "ecommerce"), "external_id": "q-1"})

    found = profile(workspace, an_alias())
    assert found is profile(workspace, "q-1")
    assert found.user_aliases == {"email": an_alias(), "ecommerce": UserAlias("7", "ecommerce")}
    assert effects(workspace)[-1].details["alias"] == "ecommerce:7"


def test_an_alias_for_nobody_is_added_to_nobody(workspace: Workspace) -> None:
    """Facts: alias-new-for-an-unknown-user"""
    added(workspace, {**alias_json(), "external_id": "q-1"})

    assert len(workspace.state.profiles) == 0
    assert why_nothing(workspace) == ["nobody has this external_id"]


def test_an_alias_alone_makes_a_user_who_is_late_as_any_other(workspace: Workspace) -> None:
    """Facts: alias-new-makes-a-user, new-profiles-appear-late"""
    assert workspace.add_aliases([alias_json()]) == (1, [])
    at_first = profiles(workspace, an_alias())
    advance(workspace, 2)

    made = profile(workspace, an_alias())
    assert at_first == []
    assert (made.external_id, made.email) == (None, None)
    assert not made.is_finished(workspace.clock.now())
    advance(workspace, 118)
    assert made.is_finished(workspace.clock.now())
    assert [each.effect for each in effects(workspace)] == ["profile_created", "profile_finished"]


def test_a_pair_that_somebody_has_changes_nothing(workspace: Workspace) -> None:
    """Facts: taken-alias-changes-nothing, alias-pair-is-unique"""
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})
    added(workspace, {**alias_json(), "external_id": "a"})

    added(workspace, {**alias_json(), "external_id": "b"}, alias_json())

    assert profile(workspace, an_alias()).external_id == "a"
    assert len(workspace.state.profiles) == 2
    assert why_nothing(workspace) == ["another profile has this alias"] * 2


@pytest.mark.parametrize("owner", [{}, {"external_id": "q-1"}])
def test_adding_the_same_alias_again_is_harmless(
    workspace: Workspace, owner: dict[str, str]
) -> None:
    """Facts: taken-alias-changes-nothing"""
    tracked(workspace, {"external_id": "q-1"})

    added(workspace, *[{**alias_json(), **owner}] * 2)
    added(workspace, {**alias_json(), **owner})

    assert len(profiles(workspace, an_alias())) == 1
    assert hazards(workspace) == []


def test_a_user_keeps_the_name_that_is_there_for_a_label(workspace: Workspace) -> None:
    """Facts: alias-pair-is-unique"""
    tracked(workspace, {"external_id": "q-1"})
    added(workspace, {**alias_json("old"), "external_id": "q-1"})

    added(workspace, {**alias_json("new"), "external_id": "q-1"})

    assert profile(workspace, "q-1").user_aliases == {"email": an_alias("old")}
    assert profiles(workspace, an_alias("new")) == []
    assert why_nothing(workspace) == ["the user has another alias with this label"]


def test_the_names_of_two_aliases_may_differ_in_case_only(workspace: Workspace) -> None:
    """Facts: alias-name-is-case-sensitive"""
    added(workspace, alias_json("anna"), alias_json("Anna"))

    assert profile(workspace, an_alias("anna")) is not profile(workspace, an_alias("Anna"))


def test_an_alias_is_not_put_on_an_anonymous_profile(workspace: Workspace) -> None:
    """Facts: alias-new-not-for-anonymous"""
    tracked(workspace, {"email": EMAIL})
    (anonymous,) = workspace.state.profiles

    added(workspace, {**alias_json(), "braze_id": anonymous.braze_id, "email": EMAIL})

    assert anonymous.user_aliases == {}
    assert profile(workspace, an_alias()) is not anonymous


def test_a_write_by_an_alias_right_after_may_miss_it() -> None:
    """Facts: alias-then-track-may-miss"""
    missed = 0
    for seed in range(10):
        workspace = a_workspace(seed=seed, reorder=True)
        workspace.add_aliases([alias_json()])
        track(workspace, {"user_alias": alias_json(), "tier": 1})
        advance(workspace, 10)
        missed += profile(workspace, an_alias()).custom_attributes == {}

    assert 0 < missed < 10


def test_an_alias_gets_a_new_name(workspace: Workspace) -> None:
    """Facts: alias-update-members"""
    added(workspace, alias_json("old"))

    changed(workspace, a_change("old", "new"))

    assert profile(workspace, an_alias("new")).user_aliases == {"email": an_alias("new")}
    assert profiles(workspace, an_alias("old")) == []
    assert effects(workspace)[-1].details["was"] == "email:old"


def test_a_change_of_an_unknown_alias_changes_nothing(workspace: Workspace) -> None:
    """Facts: alias-update-of-an-unknown-alias"""
    added(workspace, alias_json("old"))

    changed(workspace, a_change("OLD", "new"), a_change("old", "new", label="phone"))

    assert len(profiles(workspace, an_alias("old"))) == 1
    assert why_nothing(workspace) == ["nobody has this alias"] * 2


def test_a_change_to_a_taken_alias_changes_nothing(workspace: Workspace) -> None:
    """Facts: taken-alias-changes-nothing"""
    added(workspace, alias_json("a"), alias_json("b"))

    changed(workspace, a_change("a", "b"), a_change("b", "b"))

    assert profile(workspace, an_alias("a")) is not profile(workspace, an_alias("b"))
    assert why_nothing(workspace) == ["another profile has this alias"]


def test_the_changes_of_a_request_may_come_in_any_order() -> None:
    """Facts: alias-update-has-no-order"""
    names = set()
    for seed in range(10):
        workspace = a_workspace(seed=seed, reorder=True)
        workspace.add_aliases([alias_json("a")])
        advance(workspace, 10)
        workspace.change_aliases([a_change("a", "b"), a_change("b", "c")])
        advance(workspace, 10)
        names.add(next(iter(workspace.state.profiles)).user_aliases["email"].alias_name)

    assert names == {"b", "c"}


@pytest.mark.parametrize(
    "item",
    [
        None,
        "anna",
        {"user_alias": alias_json()},
        {"alias_name": "anna"},
        alias_json(""),
        alias_json("n" * 237),
        {**alias_json(), "external_id": ""},
        {**alias_json(), "external_id": "x" * 988},
    ],
)
def test_a_bad_new_alias_is_told_beside_the_good_ones(workspace: Workspace, item: Any) -> None:
    """Facts: alias-new-items-are-flat, alias-limits, external-id-limit, user-item-errors"""
    accepted = workspace.add_aliases([alias_json(), item])

    assert accepted == (1, [ItemError(ItemFault.MISSING_MEMBER, "user_aliases", 1)])


@pytest.mark.parametrize("left_out", ["alias_label", "old_alias_name", "new_alias_name"])
def test_a_change_needs_all_three_members(workspace: Workspace, left_out: str) -> None:
    """Facts: alias-update-members"""
    item = {name: text for name, text in a_change("a", "b").items() if name != left_out}

    accepted = workspace.change_aliases([item, a_change("a", "b")])

    assert accepted == (1, [ItemError(ItemFault.MISSING_MEMBER, "alias_updates", 0)])


def test_a_request_has_one_to_fifty_items(workspace: Workspace) -> None:
    """Facts: user-item-limit, user-endpoints-need-items"""
    for accept, item in (
        (workspace.add_aliases, alias_json()),
        (workspace.change_aliases, a_change("a", "b")),
    ):
        with pytest.raises(NoItems):
            accept([])
        with pytest.raises(TooManyUsers):
            accept([item] * 51)
        assert accept([item] * 50) == (50, [])
