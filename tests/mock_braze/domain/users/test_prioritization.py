from collections.abc import Callable
from typing import Any

import pytest
from worlds import EMAIL, PHONE, a_workspace, advance, tracked

from mock_braze.domain.tracking.item_faults import BadItem, ItemFault
from mock_braze.domain.users.identity import Email, Phone
from mock_braze.domain.users.prioritization import (
    DELETION_PRIORITIES,
    NotSingledOut,
    Priority,
    Target,
    read_email,
    read_phone,
    single_out,
)
from mock_braze.domain.workspace import Workspace


def an_item(*prioritization: Any) -> dict[str, Any]:
    return {"email": EMAIL, "prioritization": list(prioritization)}


def add_everybody(workspace: Workspace, names: str) -> None:
    for name in names:
        alias = {"alias_name": name, "alias_label": "name"}
        tracked(
            workspace,
            {"external_id": name, "email": EMAIL, "who": name}
            if name.isupper()
            else {
                "user_alias": alias,
                "_update_existing_only": False,
                "email": EMAIL,
                "who": name,
            },
        )


def chosen(workspace: Workspace, *prioritization: str) -> str:
    found = single_out(workspace.state, read_email(an_item(*prioritization)))
    return found.why if isinstance(found, NotSingledOut) else found.custom_attributes["who"]


@pytest.mark.parametrize(
    ("names", "prioritization", "who"),
    [
        ("AbcD", ["most_recently_updated"], "D"),
        ("AbcD", ["least_recently_updated"], "A"),
        ("AbcD", ["identified", "most_recently_updated"], "D"),
        ("AbcD", ["identified", "least_recently_updated"], "A"),
        ("AbcD", ["unidentified", "most_recently_updated"], "c"),
        ("AbcD", ["unidentified", "least_recently_updated"], "b"),
        ("Abc", ["identified"], "A"),
        ("AbD", ["unidentified"], "b"),
        ("b", ["unidentified", "unidentified"], "b"),
        ("AbcD", ["most_recently_updated", "identified"], "D"),
    ],
)
def test_the_values_choose_in_their_order(
    workspace: Workspace, names: str, prioritization: list[str], who: str
) -> None:
    """Facts: prioritization-values, prioritization-is-required"""
    add_everybody(workspace, names)

    assert chosen(workspace, *prioritization) == who


@pytest.mark.parametrize(
    ("names", "prioritization", "why"),
    [
        ("AD", ["identified"], "2 profiles have this email, of which identified leaves 2"),
        ("bc", ["unidentified"], "2 profiles have this email, of which unidentified leaves 2"),
        ("b", ["identified"], "1 profiles have this email, of which identified leaves 0"),
        ("", ["identified"], "nobody has this email"),
        (
            "Ab",
            ["most_recently_updated", "identified"],
            "2 profiles have this email, of which most_recently_updated, identified leaves 0",
        ),
    ],
)
def test_nobody_is_meant_unless_one_is_left(
    workspace: Workspace, names: str, prioritization: list[str], why: str
) -> None:
    """Facts: identify-needs-one-match"""
    add_everybody(workspace, names)

    assert chosen(workspace, *prioritization) == why


@pytest.mark.parametrize(("dial", "who"), [("nobody", "leaves 0"), ("skipped", "c")])
def test_a_kind_that_nobody_is_of_follows_the_dial(dial: str, who: str) -> None:
    """Facts: prioritization-is-a-filter"""
    workspace = a_workspace(unmatched_priority=dial)
    add_everybody(workspace, "bc")

    assert chosen(workspace, "identified", "most_recently_updated").endswith(who)


@pytest.mark.parametrize(
    ("prioritization", "fault"),
    [
        (None, ItemFault.BAD_PRIORITIZATION),
        ([], ItemFault.BAD_PRIORITIZATION),
        ("identified", ItemFault.BAD_PRIORITIZATION),
        (["newest"], ItemFault.BAD_PRIORITIZATION),
        ([["identified"]], ItemFault.BAD_PRIORITIZATION),
        ([None], ItemFault.BAD_PRIORITIZATION),
        (["identified", "unidentified"], ItemFault.BOTH_KINDS),
        (["most_recently_updated", "least_recently_updated"], ItemFault.BOTH_RECENCIES),
    ],
)
def test_a_prioritization_that_makes_no_sense_is_a_fault(
    prioritization: Any, fault: ItemFault
) -> None:
    """Facts: prioritization-is-required, prioritization-excludes, identify-both-recencies"""
    for read, address in ((read_email, EMAIL), (read_phone, PHONE)):
        with pytest.raises(BadItem) as bad:
            read({"email": address, "phone": address, "prioritization": prioritization})
        assert bad.value.fault is fault


def test_a_deletion_cannot_ask_for_the_least_recently_updated() -> None:
    """Facts: delete-by-address"""
    assert read_email(an_item("most_recently_updated"), DELETION_PRIORITIES).priorities == (
        Priority.MOST_RECENTLY_UPDATED,
    )
    with pytest.raises(BadItem):
        read_email(an_item("least_recently_updated"), DELETION_PRIORITIES)


@pytest.mark.parametrize("address", [None, "", 5, ["a"]])
def test_an_address_is_text(address: Any) -> None:
    for read in (read_email, read_phone):
        with pytest.raises(BadItem) as bad:
            read({"email": address, "phone": address, "prioritization": ["identified"]})
        assert bad.value.fault is ItemFault.MISSING_MEMBER


def test_addresses_are_read_in_their_stored_form(workspace: Workspace) -> None:
    """Facts: email-stored-lower-case, phone-normalisation"""
    prioritization = ["identified"]

    email = read_email({"email": "Anna@Example.com", "prioritization": prioritization})
    phone = read_phone({"phone": "(313) 555-0171", "prioritization": prioritization})

    assert email == Target(Email(EMAIL), (Priority.IDENTIFIED,))
    assert phone == Target(Phone(PHONE), (Priority.IDENTIFIED,))


def an_alias_for_a(workspace: Workspace) -> None:
    workspace.add_aliases([{"external_id": "A", "alias_name": "a", "alias_label": "name"}])


def an_alias_renamed(workspace: Workspace) -> None:
    an_alias_for_a(workspace)
    advance(workspace, 2)
    tracked(workspace, {"external_id": "D"})
    change = {"alias_label": "name", "old_alias_name": "a", "new_alias_name": "c"}
    workspace.change_aliases([change])


def a_merge_into_a(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "x"}, {"external_id": "D"})
    update = {"identifier_to_merge": {"external_id": "x"}}
    workspace.merge([{**update, "identifier_to_keep": {"external_id": "A"}}])


def a_name_for_b(workspace: Workspace) -> None:
    alias = {"alias_name": "b", "alias_label": "name"}
    item = {"external_id": "b", "user_alias": alias}
    workspace.identify({"aliases_to_identify": [item]})


@pytest.mark.parametrize(
    ("change", "who"),
    [(an_alias_for_a, "A"), (an_alias_renamed, "A"), (a_merge_into_a, "A"), (a_name_for_b, "b")],
)
def test_whatever_changes_a_profile_makes_it_the_most_recently_updated(
    workspace: Workspace, change: Callable[[Workspace], None], who: str
) -> None:
    """Facts: prioritization-values"""
    add_everybody(workspace, "AbD")

    change(workspace)
    advance(workspace, 60)

    assert chosen(workspace, "most_recently_updated") == who
