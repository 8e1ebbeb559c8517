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
    an_alias,
    an_event,
    effects,
    hazards,
    hazards_seen,
    profile,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.errors import NoItems, TooManyUsers
from mock_braze.domain.tracking.item_faults import ItemError, ItemFault
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import Email, ExternalId, Identifier, Phone
from mock_braze.domain.workspace import Workspace

ALIAS = {"_update_existing_only": False, "user_alias": alias_json()}
UNIDENTIFIED = {"prioritization": ["unidentified"]}
BY_ALIAS = {"user_alias": alias_json()}
BY_EMAIL = {"email": EMAIL, **UNIDENTIFIED}
BY_PHONE = {"phone": PHONE, **UNIDENTIFIED}
ARRAYS = {
    "user_alias": "aliases_to_identify",
    "email": "emails_to_identify",
    "phone": "phone_numbers_to_identify",
}


def identified(workspace: Workspace, item: dict[str, Any], external_id: Any = "q-1") -> None:
    """Identify by one item and wait for it."""
    array = next(array for name, array in ARRAYS.items() if name in item)
    processed, errors = workspace.identify({array: [{**item, "external_id": external_id}]})
    assert (processed, errors) == ({array: 1}, [])
    advance(workspace, 2)


def why_nothing(workspace: Workspace) -> list[str]:
    seen = hazards_seen(workspace)
    return [each.details for each in seen if each.hazard.name == "identification_without_effect"]


KINDS = [
    (ALIAS, BY_ALIAS, an_alias()),
    ({"email": EMAIL}, BY_EMAIL, Email(EMAIL)),
    ({"phone": PHONE}, BY_PHONE, Phone(PHONE)),
]


@pytest.mark.parametrize(("made_by", "item", "identifier"), KINDS)
def test_an_unknown_external_id_names_the_profile(
    workspace: Workspace, made_by: dict[str, Any], item: dict[str, Any], identifier: Identifier
) -> None:
    """Facts: identify-names-unknown, identify-arrays, identified-never-goes-back"""
    tracked(workspace, {**made_by, "tier": 1})
    before = profile(workspace, identifier)

    identified(workspace, item)

    named = profile(workspace, "q-1")
    assert named is before is profile(workspace, identifier)
    assert (named.is_identified, named.custom_attributes) == (True, {"tier": 1})
    assert effects(workspace)[-1].effect == "profile_identified"


@pytest.mark.parametrize(("made_by", "item", "identifier"), KINDS)
def test_a_known_external_id_takes_over_what_only_the_unknown_profile_has(
    workspace: Workspace, made_by: dict[str, Any], item: dict[str, Any], identifier: Identifier
) -> None:
    """Facts: identify-merges-into-known, merge-keeps-and-fills"""
    tracked(workspace, {**made_by, "tier": 1, "score": 1}, {"external_id": "q-1", "tier": 2})

    identified(workspace, item)

    (only,) = workspace.state.profiles
    assert only is profile(workspace, "q-1") is profile(workspace, identifier)
    assert only.custom_attributes == {"tier": 2, "score": 1}
    assert hazards(workspace) == []


def test_events_are_added_up(workspace: Workspace) -> None:
    """Facts: merge-sums"""
    tracked(workspace, ALIAS, events=[an_event(**ALIAS), an_event(external_id="q-1")])

    identified(workspace, BY_ALIAS)

    assert profile(workspace, "q-1").custom_events["entered"].count == 2


def test_it_comes_true_with_the_other_queued_writes(workspace: Workspace) -> None:
    tracked(workspace, ALIAS)

    workspace.identify({"aliases_to_identify": [{**BY_ALIAS, "external_id": "q-1"}]})
    advance(workspace, 1.999)
    before = profiles(workspace, ExternalId("q-1"))
    advance(workspace, 0.001)

    assert before == []
    assert len(profiles(workspace, ExternalId("q-1"))) == 1


def test_the_alias_of_the_unknown_profile_goes_to_the_known_one(workspace: Workspace) -> None:
    """Facts: identified-never-goes-back, merge-aliases-by-label"""
    tracked(workspace, ALIAS, {"external_id": "q-1"})
    workspace.add_aliases([{**alias_json("7", "shop"), "external_id": "q-1"}])

    identified(workspace, BY_ALIAS)

    assert list(profile(workspace, "q-1").user_aliases) == ["shop", "email"]


def test_with_an_alias_of_the_same_label_the_profiles_are_not_combined(
    workspace: Workspace,
) -> None:
    """Facts: identify-same-label"""
    tracked(workspace, ALIAS, {"external_id": "q-1"})
    workspace.add_aliases([{**alias_json("7"), "external_id": "q-1"}])

    identified(workspace, BY_ALIAS)

    assert profile(workspace, an_alias()).external_id is None
    says = "the user with the external_id has another alias with this label"
    assert why_nothing(workspace) == [says]


@pytest.mark.parametrize("name", ["ANNA@example.com", "anna"])
def test_an_alias_that_nobody_has_letter_for_letter_has_no_effect(
    workspace: Workspace, name: str
) -> None:
    """Facts: identify-no-match, alias-name-is-case-sensitive"""
    tracked(workspace, ALIAS)

    identified(workspace, {"user_alias": alias_json(name)})

    assert profiles(workspace, ExternalId("q-1")) == []
    assert why_nothing(workspace) == ["nobody has this user_alias"]


def test_several_matches_have_no_effect(workspace: Workspace) -> None:
    """Facts: identify-needs-one-match"""
    for name in "ab":
        tracked(workspace, {**ALIAS, "user_alias": alias_json(name), "email": EMAIL})

    identified(workspace, BY_EMAIL)

    assert profiles(workspace, ExternalId("q-1")) == []
    says = "2 profiles have this email, of which unidentified leaves 2"
    assert why_nothing(workspace) == [says]


@pytest.mark.parametrize("prioritization", ["unidentified", "identified", "most_recently_updated"])
def test_several_matches_with_the_user_among_them_have_no_effect(
    workspace: Workspace, prioritization: str
) -> None:
    """Facts: identify-target-among-matches"""
    tracked(workspace, {**ALIAS, "email": EMAIL}, {"external_id": "q-1", "email": EMAIL})

    identified(workspace, {"email": EMAIL, "prioritization": [prioritization]})

    assert len(workspace.state.profiles) == 2
    says = "the user with the external_id has this email as well"
    assert why_nothing(workspace) == [says]


def test_a_profile_with_another_external_id_is_left_alone(workspace: Workspace) -> None:
    """Facts: identify-names-unknown"""
    tracked(workspace, {"external_id": "a", "email": EMAIL}, {"external_id": "b"})
    item = {"email": EMAIL, "prioritization": ["identified"]}

    identified(workspace, item, "new")
    identified(workspace, item, "b")

    assert profile(workspace, Email(EMAIL)).external_id == "a"
    assert why_nothing(workspace) == ["the profile has another external_id already"] * 2


def test_identifying_again_is_harmless_and_counts_the_same(workspace: Workspace) -> None:
    """Facts: identify-counts-items"""
    tracked(workspace, ALIAS, {"external_id": "q-1"})

    for _ in range(2):
        identified(workspace, BY_ALIAS)

    assert len(workspace.state.profiles) == 1
    assert hazards(workspace) == []


@pytest.mark.parametrize(("dial", "tier"), [("ignored", 1), ("honoured", None)])
def test_merge_behavior_none_loses_the_data_where_it_is_honoured(
    dial: str, tier: int | None
) -> None:
    """Facts: identify-merge-behavior"""
    workspace = a_workspace(merge_behavior=dial)
    tracked(workspace, {**ALIAS, "tier": 1}, {"external_id": "q-1"})

    item = {**BY_ALIAS, "external_id": "q-1"}
    workspace.identify({"aliases_to_identify": [item]}, merge_behavior="none")
    advance(workspace, 2)

    (only,) = workspace.state.profiles
    assert only.custom_attributes.get("tier") == tier
    assert only.user_aliases == {"email": an_alias()}


def test_an_unknown_external_id_is_an_error_where_the_dial_says_so() -> None:
    """Facts: identify-unknown-external-id"""
    workspace = a_workspace(identify_unknown_external_id="refused")
    tracked(workspace, ALIAS, {"external_id": "b"})

    items = [{**BY_ALIAS, "external_id": each} for each in ("a", "b")]
    processed, errors = workspace.identify({"aliases_to_identify": items})

    assert processed == {"aliases_to_identify": 1}
    assert errors == [ItemError(ItemFault.UNKNOWN_EXTERNAL_ID, "user_identifiers", 0)]


@pytest.mark.parametrize(
    "item",
    [
        None,
        "q-1",
        {},
        {"user_alias": alias_json()},
        {"external_id": "", "user_alias": alias_json()},
        {"external_id": "q-1", "user_alias": "anna"},
        {"external_id": "q-1", **alias_json()},
    ],
)
def test_a_bad_item_is_told_beside_the_good_ones(workspace: Workspace, item: Any) -> None:
    """Facts: identify-arrays, user-item-errors"""
    good = {**BY_ALIAS, "external_id": 12345}

    processed, errors = workspace.identify({"aliases_to_identify": [good, item]})

    assert processed == {"aliases_to_identify": 1}
    assert errors == [ItemError(ItemFault.MISSING_MEMBER, "user_identifiers", 1)]


def test_a_request_has_one_to_fifty_items_in_all(workspace: Workspace) -> None:
    """Facts: user-item-limit, identify-arrays"""
    emails = [{**BY_EMAIL, "external_id": "a"}] * 25
    phones = [{**BY_PHONE, "external_id": "a"}] * 25

    with pytest.raises(NoItems):
        workspace.identify({"aliases_to_identify": []})
    processed, _ = workspace.identify(
        {"emails_to_identify": emails, "phone_numbers_to_identify": phones}
    )
    assert sum(processed.values()) == 50
    with pytest.raises(TooManyUsers):
        workspace.identify(
            {"emails_to_identify": emails, "phone_numbers_to_identify": [*phones, phones[0]]}
        )


def test_a_named_profile_keeps_its_states_and_is_finished_in_its_own_time(
    workspace: Workspace,
) -> None:
    track(workspace, {**ALIAS, "phone": PHONE})
    advance(workspace, 2)
    set_state(workspace, Address(AddressKind.PHONE, PHONE), group=SMS_GROUP)
    identified(workspace, BY_ALIAS)
    at_first = state_of(workspace, ExternalId("q-1"))

    advance(workspace, 120)

    assert (at_first, state_of(workspace, ExternalId("q-1"))) == ("unknown", "Subscribed")


def test_a_deprecated_external_id_names_the_user_who_has_it(workspace: Workspace) -> None:
    """Facts: deprecated-id-resolves"""
    tracked(workspace, {**ALIAS, "tier": 1}, {"external_id": "old", "email": OTHER_EMAIL})
    workspace.rename_external_ids([{"current_external_id": "old", "new_external_id": "new"}])

    identified(workspace, BY_ALIAS, "old")

    assert profile(workspace, an_alias()).external_id == "new"
