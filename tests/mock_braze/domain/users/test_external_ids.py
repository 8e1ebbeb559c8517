from typing import Any

import pytest
from worlds import (
    EMAIL,
    PHONE,
    a_workspace,
    advance,
    attributes_of,
    effects,
    profile,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.errors import NoItems, TooManyExternalIds
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

TAKEN = "new_external_id is already in use"
NOT_PRIMARY = "current_external_id is not the primary external ID of a user"
NOT_DEPRECATED = "external_id is not a deprecated external ID of a user"


def renaming(current: Any, new: Any) -> dict[str, Any]:
    return {"current_external_id": current, "new_external_id": new}


def renamed(workspace: Workspace, *pairs: tuple[Any, Any]) -> tuple[list[str], list[Any]]:
    return workspace.rename_external_ids([renaming(*pair) for pair in pairs])


def test_a_renamed_profile_has_a_new_primary_id_at_once(workspace: Workspace) -> None:
    """Facts: rename-items, rename-lists-successes"""
    tracked(workspace, {"external_id": "old", "tier": 1})

    answer = renamed(workspace, ("old", "new"))

    assert answer == (["new"], [])
    found = profile(workspace, "new")
    assert (found.external_id, found.deprecated_external_ids) == ("new", ("old",))
    assert effects(workspace)[-1].details == {
        "braze_id": found.braze_id,
        "external_id": "new",
        "was": "old",
    }


def test_what_is_listed_of_a_rename_follows_the_dial() -> None:
    """Facts: rename-lists-successes"""
    workspace = a_workspace(renamed_ids="current")
    tracked(workspace, {"external_id": "old"})

    assert renamed(workspace, ("old", "new")) == (["old"], [])


def test_a_deprecated_id_still_resolves_everywhere(workspace: Workspace) -> None:
    """Facts: deprecated-id-resolves"""
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    renamed(workspace, ("a", "b"))
    renamed(workspace, ("b", "c"))

    tracked(workspace, {"external_id": "a", "tier": 1}, {"external_id": "b", "score": 2})
    set_state(workspace, ExternalId("b"))

    assert attributes_of(workspace, "c") == {"tier": 1, "score": 2}
    assert [state_of(workspace, ExternalId(each)) for each in "abc"] == ["Subscribed"] * 3
    assert len(workspace.state.profiles) == 1


def test_a_write_by_the_old_id_that_is_on_its_way_arrives(workspace: Workspace) -> None:
    """Facts: deprecated-id-resolves"""
    tracked(workspace, {"external_id": "old"})
    track(workspace, {"external_id": "old", "tier": 1})

    renamed(workspace, ("old", "new"))
    advance(workspace, 2)

    assert attributes_of(workspace, "new") == {"tier": 1}


@pytest.mark.parametrize("new", ["other", "older", "oldest", "old"])
def test_a_new_id_must_be_nobody_s(workspace: Workspace, new: str) -> None:
    """Facts: rename-onto-a-taken-id"""
    tracked(workspace, {"external_id": "oldest"}, {"external_id": "other"})
    renamed(workspace, ("oldest", "older"))
    renamed(workspace, ("older", "old"))

    listed, failures = renamed(workspace, ("other" if new != "other" else "old", new))

    assert (listed, failures) == ([], [(0, TAKEN)])
    assert profile(workspace, "oldest").external_id == "old"


@pytest.mark.parametrize("current", ["nobody", "deprecated"])
def test_the_current_id_must_be_a_primary_one(workspace: Workspace, current: str) -> None:
    """Facts: rename-needs-a-primary-id"""
    tracked(workspace, {"external_id": "deprecated"})
    renamed(workspace, ("deprecated", "primary"))

    assert renamed(workspace, (current, "new")) == ([], [(0, NOT_PRIMARY)])


def test_the_two_ids_must_differ(workspace: Workspace) -> None:
    """Facts: rename-needs-two-ids"""
    tracked(workspace, {"external_id": "q-1"})

    says = "current_external_id and new_external_id must be different"
    assert renamed(workspace, ("q-1", "q-1")) == ([], [(0, says)])


@pytest.mark.parametrize("item", [None, "a", {}, renaming("q-1", ""), renaming([], "new")])
def test_an_item_without_two_ids_fails_alone(workspace: Workspace, item: Any) -> None:
    """Facts: rename-items, rename-items-are-independent"""
    tracked(workspace, {"external_id": "q-1"})

    answer = workspace.rename_external_ids([item, renaming("q-1", 12345)])

    says = "current_external_id and new_external_id must be strings"
    assert answer == (["12345"], [(0, says)])


def test_items_succeed_and_fail_each_for_itself(workspace: Workspace) -> None:
    """Facts: rename-items-are-independent"""
    tracked(workspace, *({"external_id": each} for each in "abc"))

    answer = renamed(workspace, ("a", "b"), ("b", "x"), ("nobody", "y"), ("c", "z"))

    assert answer == (["x", "z"], [(0, TAKEN), (2, NOT_PRIMARY)])


def test_only_a_deprecated_id_can_be_removed(workspace: Workspace) -> None:
    """Facts: remove-takes-deprecated-ids-only"""
    tracked(workspace, {"external_id": "old", "email": EMAIL})
    renamed(workspace, ("old", "new"))

    answer = workspace.remove_external_ids(["old", "new", "nobody", None, "old"])

    assert answer == (["old"], [(index, NOT_DEPRECATED) for index in (1, 2, 3, 4)])
    assert profile(workspace, "new").deprecated_external_ids == ()
    assert profiles(workspace, ExternalId("old")) == []


def test_a_removed_id_is_free_again(workspace: Workspace) -> None:
    """Facts: deprecated-id-resolves"""
    tracked(workspace, {"external_id": "old"})
    renamed(workspace, ("old", "new"))
    workspace.remove_external_ids(["old"])

    tracked(workspace, {"external_id": "old", "tier": 1})

    assert attributes_of(workspace, "old") == {"tier": 1}
    assert attributes_of(workspace, "new") == {}


def test_a_request_has_one_to_fifty_ids(workspace: Workspace) -> None:
    """Facts: external-id-item-limit"""
    for change in (workspace.rename_external_ids, workspace.remove_external_ids):
        with pytest.raises(NoItems):
            change([])
        with pytest.raises(TooManyExternalIds):
            change(["a"] * 51)
        assert len(change(["a"] * 50)[1]) == 50
