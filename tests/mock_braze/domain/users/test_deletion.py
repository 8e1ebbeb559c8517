from typing import Any

import pytest
from worlds import (
    EMAIL,
    OTHER_EMAIL,
    PHONE,
    SMS_GROUP,
    a_workspace,
    advance,
    alias_json,
    effects,
    hazards,
    profile,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.errors import NoItems, SeveralKindsToDelete
from mock_braze.domain.tracking.item_faults import ItemError, ItemFault
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import Email, ExternalId
from mock_braze.domain.workspace import Workspace

NEW_ALIAS = {"_update_existing_only": False, "user_alias": alias_json()}
NUMBER = Address(AddressKind.PHONE, PHONE)


def deleted(workspace: Workspace, **arrays: list[Any]) -> int:
    """Delete and wait for it; how many were queued."""
    count, errors = workspace.delete(arrays)
    assert errors == []
    advance(workspace, 1)
    return count


def by_email(*prioritization: str, email: str = EMAIL) -> dict[str, Any]:
    return {"email": email, "prioritization": list(prioritization)}


@pytest.mark.parametrize(
    ("array", "item"),
    [
        ("external_ids", "q-1"),
        ("user_aliases", alias_json()),
        ("email_addresses", by_email("identified")),
        ("phone_numbers", {"phone": "(313) 555-0171", "prioritization": ["identified"]}),
    ],
)
def test_a_profile_is_deleted_by_each_kind_of_identifier(
    workspace: Workspace, array: str, item: Any
) -> None:
    """Facts: delete-takes-one-kind, delete-by-address"""
    tracked(workspace, {"external_id": "q-1", "email": EMAIL, "phone": PHONE})
    workspace.add_aliases([{**alias_json(), "external_id": "q-1"}])
    advance(workspace, 2)

    assert deleted(workspace, **{array: [item]}) == 1

    assert len(workspace.state.profiles) == 0
    assert hazards(workspace) == []


def test_an_anonymous_profile_is_deleted_by_its_braze_id(workspace: Workspace) -> None:
    tracked(workspace, {"email": EMAIL})

    deleted(workspace, braze_ids=[profile(workspace, Email(EMAIL)).braze_id])

    assert profiles(workspace, Email(EMAIL)) == []


def test_a_deletion_comes_true_after_its_lag_and_not_before(workspace: Workspace) -> None:
    """Facts: deletion-lag"""
    tracked(workspace, {"external_id": "q-1"})

    workspace.delete({"external_ids": ["q-1"]})
    advance(workspace, 0.999)
    before = profiles(workspace, ExternalId("q-1"))
    advance(workspace, 0.001)

    assert len(before) == 1
    assert profiles(workspace, ExternalId("q-1")) == []


def test_several_kinds_at_once_are_refused_unless_the_dial_lets_them() -> None:
    """Facts: delete-takes-one-kind"""
    several = {"external_ids": ["q-1"], "user_aliases": [alias_json()]}

    with pytest.raises(SeveralKindsToDelete):
        a_workspace().delete(several)
    with pytest.raises(NoItems):
        a_workspace().delete({})
    assert a_workspace(delete_kinds="several").delete(several) == (2, [])


def test_a_bad_item_is_told_and_the_good_ones_are_queued(workspace: Workspace) -> None:
    """Facts: delete-by-address, user-item-errors"""
    items = [by_email("identified"), EMAIL, {"email": EMAIL}, by_email("least_recently_updated")]

    count, errors = workspace.delete({"email_addresses": items})

    assert count == 1
    assert errors == [
        ItemError(ItemFault.MISSING_MEMBER, "email_addresses", 1),
        ItemError(ItemFault.BAD_PRIORITIZATION, "email_addresses", 2),
        ItemError(ItemFault.BAD_PRIORITIZATION, "email_addresses", 3),
    ]


@pytest.mark.parametrize(
    ("dial", "array", "text", "count"),
    [
        ("objects", "email_addresses", EMAIL, 0),
        ("strings_too", "email_addresses", EMAIL, 1),
        ("objects", "phone_numbers", PHONE, 0),
        ("strings_too", "phone_numbers", PHONE, 1),
        ("strings_too", "phone_numbers", "", 0),
    ],
)
def test_a_bare_address_is_a_bad_item_unless_the_dial_takes_it(
    dial: str, array: str, text: str, count: int
) -> None:
    """Facts: delete-addresses-are-objects"""
    workspace = a_workspace(delete_addresses=dial)
    tracked(workspace, {"external_id": "q-1", "email": EMAIL, "phone": PHONE})

    assert workspace.delete({array: [text]})[0] == count
    advance(workspace, 5)

    assert len(workspace.state.profiles) == 1 - count


def test_nobody_is_deleted_when_several_profiles_are_left(workspace: Workspace) -> None:
    """Facts: delete-needs-one-match"""
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    assert deleted(workspace, email_addresses=[by_email("identified")]) == 1

    assert len(workspace.state.profiles) == 2
    assert hazards(workspace)[-1] == "deletion_without_effect"


def test_the_one_that_is_left_after_prioritization_is_deleted(workspace: Workspace) -> None:
    """Facts: delete-by-address"""
    tracked(workspace, {"email": EMAIL}, {"external_id": "a", "email": EMAIL})
    tracked(workspace, {"external_id": "b", "email": EMAIL})

    deleted(workspace, email_addresses=[by_email("identified", "most_recently_updated")])
    deleted(workspace, email_addresses=[by_email("unidentified")])

    assert [each.external_id for each in workspace.state.profiles] == ["a"]


def test_deleting_again_counts_the_same_and_is_harmless(workspace: Workspace) -> None:
    """Facts: delete-counts-items, repeated-deletion-is-harmless"""
    tracked(workspace, {"external_id": "q-1"})

    first, second = (workspace.delete({"external_ids": ["q-1"]}) for _ in range(2))
    advance(workspace, 1)

    assert (first, second) == ((1, []), (1, []))
    assert len(workspace.state.profiles) == 0
    assert hazards(workspace) == []


def test_the_states_of_an_address_go_with_its_last_holder(workspace: Workspace) -> None:
    """Facts: states-die-with-the-last-holder"""
    tracked(workspace, *({"external_id": name, "phone": PHONE} for name in ("a", "b")))
    set_state(workspace, NUMBER)

    deleted(workspace, external_ids=["a"])
    with_one_holder = state_of(workspace, NUMBER)
    deleted(workspace, external_ids=["b"])

    assert (with_one_holder, state_of(workspace, NUMBER)) == ("Subscribed", "unknown")
    gone = [each for each in effects(workspace) if each.effect == "subscription_state_deleted"]
    assert [each.details for each in gone] == [{"group_id": SMS_GROUP, "subscriber": PHONE}]


def test_a_state_without_an_address_goes_with_its_profile(workspace: Workspace) -> None:
    """Facts: states-die-with-the-last-holder"""
    tracked(workspace, {"external_id": "a"})
    set_state(workspace, ExternalId("a"))

    deleted(workspace, external_ids=["a"])
    tracked(workspace, {"external_id": "a"})

    assert state_of(workspace, ExternalId("a")) == "unknown"


def test_a_deprecated_external_id_deletes_the_whole_profile(workspace: Workspace) -> None:
    """Facts: delete-by-deprecated-id"""
    tracked(workspace, {"external_id": "old", "email": EMAIL})
    workspace.rename_external_ids([{"current_external_id": "old", "new_external_id": "new"}])

    deleted(workspace, external_ids=["old"])

    assert profiles(workspace, ExternalId("new")) == profiles(workspace, Email(EMAIL)) == []


def test_a_write_to_a_deleted_profile_makes_a_new_one(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "tier": 1, "email": EMAIL})
    deleted(workspace, external_ids=["q-1"])

    tracked(workspace, {"external_id": "q-1", "score": 2})

    found = profile(workspace, "q-1")
    assert (found.custom_attributes, found.email) == ({"score": 2}, None)


def test_a_deletion_may_overtake_the_write_that_makes_the_profile(workspace: Workspace) -> None:
    """Facts: no-order-across-requests"""
    track(workspace, {"external_id": "q-1"})

    deleted(workspace, external_ids=["q-1"])
    advance(workspace, 1)

    assert len(profiles(workspace, ExternalId("q-1"))) == 1
    assert hazards(workspace) == ["deletion_without_effect"]


def test_a_profile_that_is_deleted_before_it_is_finished_leaves_nothing_behind(
    workspace: Workspace,
) -> None:
    track(workspace, {"external_id": "q-1", "phone": PHONE})
    advance(workspace, 2)
    set_state(workspace, NUMBER)
    deleted(workspace, external_ids=["q-1"])

    advance(workspace, 31 * 86_400)

    assert state_of(workspace, NUMBER) == "unknown"
    assert [each.effect for each in effects(workspace)] == [
        "profile_created",
        "subscription_state_orphaned",
        "profile_deleted",
        "subscription_state_deleted",
    ]


def test_an_orphan_state_set_after_the_deletion_lives_its_own_30_days(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "q-1", "phone": PHONE})
    deleted(workspace, external_ids=["q-1"])

    set_state(workspace, NUMBER)
    tracked(workspace, {"external_id": "q-2", "phone": PHONE})

    assert state_of(workspace, ExternalId("q-2")) == "Subscribed"


def test_a_deletion_that_means_somebody_else_when_it_is_due_spares_the_first(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "a", "email": EMAIL})
    tracked(workspace, {"external_id": "b", "email": EMAIL})
    workspace.state.dials = a_workspace(deletion_lag=10, creation_lag=0).state.dials

    workspace.delete({"email_addresses": [by_email("most_recently_updated")]})
    tracked(workspace, {"external_id": "a", "touched": True})

    left = profile(workspace, Email(EMAIL))
    assert (left.external_id, left.is_marked_for_deletion) == ("b", False)


def test_the_addresses_of_a_deleted_profile_find_the_others_only(workspace: Workspace) -> None:
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    deleted(workspace, external_ids=["a"])
    tracked(workspace, {"external_id": "b", "email": OTHER_EMAIL})

    assert profiles(workspace, Email(EMAIL)) == []
    assert profile(workspace, Email(OTHER_EMAIL)).external_id == "b"
