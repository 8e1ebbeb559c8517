"""Whatever happens to profiles, each is found by the names it has and by no other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from worlds import a_workspace, advance, alias_json, track

from mock_braze.domain.users.profile import Profiles
from mock_braze.domain.workspace import Workspace

IDS = st.sampled_from(["a", "b", "c"])
EMAILS = st.sampled_from(["a@example.com", "b@example.com"])
PHONES = st.sampled_from(["+13135550171", "+13135550172"])
ALIASES = st.builds(alias_json, IDS, st.sampled_from(["email", "shop"]))
PRIORITIES = st.sampled_from([["identified"], ["unidentified"], ["most_recently_updated"]])


def objects(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(members)


BY_ALIAS = objects(user_alias=ALIASES)
BY_EMAIL = objects(email=EMAILS, prioritization=PRIORITIES)
BY_PHONE = objects(phone=PHONES, prioritization=PRIORITIES)
ANYBODY = objects(external_id=IDS) | BY_ALIAS | BY_EMAIL | BY_PHONE
ADDRESSES = objects(email=st.none() | EMAILS, phone=st.none() | PHONES)


ALIAS_ONLY = {"user_alias": alias_json("a"), "_update_existing_only": False}


def both(
    one: st.SearchStrategy[dict[str, Any]], other: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the members of two."""
    return st.builds(lambda first, second: {**first, **second}, one, other)


CREATED = both(objects(_update_existing_only=st.just(False)), ADDRESSES)
ITEMS: dict[str, st.SearchStrategy[Any]] = {
    "attributes": both(CREATED, objects(external_id=IDS) | BY_ALIAS) | objects(email=EMAILS),
    "user_aliases": both(ALIASES, objects(external_id=IDS)) | ALIASES,
    "aliases_to_identify": both(BY_ALIAS, objects(external_id=IDS)),
    "emails_to_identify": both(BY_EMAIL, objects(external_id=IDS)),
    "phone_numbers_to_identify": both(BY_PHONE, objects(external_id=IDS)),
    "merge_updates": objects(identifier_to_merge=ANYBODY, identifier_to_keep=ANYBODY),
    "email_addresses": BY_EMAIL,
    "external_ids": IDS,
    "external_id_renames": objects(current_external_id=IDS, new_external_id=IDS),
    "deprecated_external_ids": IDS,
}
CHANGES = st.one_of(st.tuples(st.just(array), items) for array, items in ITEMS.items())


def make(workspace: Workspace, array: str, item: Any) -> None:
    """Send one item in the array it belongs to."""
    match array:
        case "attributes":
            track(workspace, item)
        case "user_aliases":
            workspace.add_aliases([item])
        case "merge_updates":
            workspace.merge([item])
        case "external_ids" | "email_addresses":
            workspace.delete({array: [item]})
        case "external_id_renames":
            workspace.rename_external_ids([item])
        case "deprecated_external_ids":
            workspace.remove_external_ids([item])
        case _:
            workspace.identify({array: [item]})


def look_ups(profiles: Profiles) -> list[dict[Any, Any]]:
    return [profiles._by_external_id, profiles._by_alias, profiles._by_address]


WAITS = st.sampled_from([2, 70, 0, 1])


@given(st.lists(st.tuples(CHANGES, WAITS), min_size=12, max_size=30), st.booleans())
def test_every_look_up_is_what_a_fresh_start_would_make_of_the_profiles(
    changes: list[tuple[tuple[str, Any], int]], reorder: bool
) -> None:
    """Facts: alias-pair-is-unique, deprecated-id-resolves, addresses-are-not-unique"""
    workspace = a_workspace(reorder=reorder)
    track(workspace, {"external_id": "a"}, {**ALIAS_ONLY, "email": "a@example.com"})
    advance(workspace, 10)

    for (array, item), seconds in changes:
        make(workspace, array, item)
        advance(workspace, seconds)
    advance(workspace, 400)

    profiles = workspace.state.profiles
    fresh = Profiles({each.braze_id: each for each in profiles})
    assert look_ups(profiles) == look_ups(fresh)
    assert not any(workspace.state.coming_addresses.values())
    assert not any(each.is_marked_for_deletion for each in profiles)
