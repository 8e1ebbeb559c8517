"""How a profile comes to be, is known, joined and gone; what a repeat or a race makes of it."""

import re
from typing import Any

import pytest
from worlds import (
    EMAIL,
    PHONE,
    a_purchase,
    a_workspace,
    advance,
    alias_json,
    an_alias,
    an_event,
    attributes_of,
    profile,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.users.identity import BrazeId, Email, ExternalId, Identifier, Phone
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.workspace import Workspace

ALIAS: dict[str, Any] = {"_update_existing_only": False, "user_alias": alias_json()}


def an_anonymous_profile(workspace: Workspace) -> Profile:
    """One as an SDK session or a text from an unknown number makes it."""
    now = workspace.clock.now()
    made = Profile(workspace.state.seeds.braze_id(), now, now, 0, 0, 0)
    workspace.state.profiles.add(made)
    return made


@pytest.mark.parametrize(
    ("item", "identifier", "has"),
    [
        (ALIAS, an_alias(), (None, {"email": an_alias()}, None, None)),
        ({"email": EMAIL}, Email(EMAIL), (None, {}, EMAIL, None)),
        ({"phone": PHONE}, Phone(PHONE), (None, {}, None, PHONE)),
        ({"external_id": "a"}, ExternalId("a"), ("a", {}, None, None)),
        ({**ALIAS, "email": EMAIL}, an_alias(), (None, {"email": an_alias()}, EMAIL, None)),
    ],
)
def test_the_identifier_of_the_first_write_makes_the_kind_of_profile(
    workspace: Workspace, item: dict[str, Any], identifier: Identifier, has: tuple[Any, ...]
) -> None:
    """Facts: profile-kinds"""
    tracked(workspace, item)

    made = profile(workspace, identifier)
    assert (made.external_id, made.user_aliases, made.email, made.phone) == has


def test_an_anonymous_profile_is_reached_by_its_braze_id_only(workspace: Workspace) -> None:
    """Facts: profile-kinds"""
    anonymous = an_anonymous_profile(workspace)

    tracked(workspace, {"braze_id": anonymous.braze_id, "tier": 1, "email": EMAIL})

    assert profile(workspace, BrazeId(anonymous.braze_id)).custom_attributes == {"tier": 1}
    assert (anonymous.external_id, anonymous.user_aliases) == (None, {})
    assert profile(workspace, Email(EMAIL)) is anonymous


def test_braze_s_own_ids_are_unique_and_have_24_hex_digits(workspace: Workspace) -> None:
    """Facts: braze-id-has-24-hex-digits"""
    tracked(workspace, *({"external_id": f"q-{n}"} for n in range(50)))

    ids = {each.braze_id for each in workspace.state.profiles}
    assert len(ids) == 50
    assert all(re.fullmatch("[0-9a-f]{24}", each) for each in ids)


def test_an_alias_only_profile_and_a_later_identified_one_stay_two(workspace: Workspace) -> None:
    """Facts: nothing-joins-by-itself, addresses-are-not-unique, unknown-primary-makes-duplicate"""
    tracked(workspace, {**ALIAS, "email": EMAIL})
    tracked(workspace, {"external_id": "a", "email": EMAIL})

    advance(workspace, 365 * 86_400)

    assert len(profiles(workspace, Email(EMAIL))) == 2


def test_an_identified_profile_stays_one_whatever_is_written(workspace: Workspace) -> None:
    """Facts: identified-never-goes-back, addresses-can-be-removed"""
    tracked(workspace, {"external_id": "a", "email": EMAIL, "phone": PHONE})

    tracked(workspace, {"external_id": "a", "email": None, "phone": None})

    found = profile(workspace, "a")
    assert (found.is_identified, found.email, found.phone) == (True, None, None)


def test_the_flow_of_a_web_form_ends_in_one_identified_profile(workspace: Workspace) -> None:
    """Ask by email, create by alias in one call, identify when the user has an external ID.

    Facts: repeated-alias-creation-updates, identify-names-unknown
    """
    assert profiles(workspace, Email(EMAIL)) == []
    for _ in range(2):
        tracked(workspace, {**ALIAS, "email": EMAIL, "form": "spring"})

    item = {"external_id": "a", "user_alias": alias_json()}
    workspace.identify({"aliases_to_identify": [item]})
    advance(workspace, 2)

    found = profile(workspace, Email(EMAIL))
    assert (found.external_id, found.custom_attributes) == ("a", {"form": "spring"})


def test_a_web_form_that_leaves_update_only_on_makes_nobody(workspace: Workspace) -> None:
    """Facts: alias-needs-update-only-false, success-only-means-queued"""
    accepted = track(workspace, {"user_alias": alias_json(), "email": EMAIL})
    advance(workspace, 200)

    assert accepted.processed == {"attributes": 1}
    assert len(workspace.state.profiles) == 0


def test_an_event_beside_the_creating_object_finds_the_profile(workspace: Workspace) -> None:
    """Facts: order-within-a-track-request"""
    tracked(workspace, ALIAS, events=[an_event(user_alias=alias_json())])

    assert profile(workspace, an_alias()).custom_events["entered"].count == 1


# Repeats


@pytest.mark.parametrize(
    ("sent", "once", "twice"),
    [
        ({"n": 1}, {"n": 1}, {"n": 1}),
        ({"n": {"inc": 2}}, {"n": 2}, {"n": 4}),
        ({"n": {"add": ["a"]}}, {"n": ["a"]}, {"n": ["a"]}),
        ({"n": {"remove": ["a"]}}, {"n": []}, {"n": []}),
        ({"n": {"$add": [{"id": 1}]}}, {"n": [{"id": 1}]}, {"n": [{"id": 1}, {"id": 1}]}),
    ],
)
def test_an_attribute_sent_again_counts_again_only_where_it_adds(
    workspace: Workspace, sent: dict[str, Any], once: dict[str, Any], twice: dict[str, Any]
) -> None:
    """Facts: custom-attribute-inc, array-values-are-unique, custom-attribute-nested"""
    tracked(workspace, {"external_id": "a", **sent})
    after_one = dict(attributes_of(workspace, "a"))
    tracked(workspace, {"external_id": "a", **sent})

    assert (after_one, attributes_of(workspace, "a")) == (once, twice)


def test_events_and_purchases_sent_again_count_again(workspace: Workspace) -> None:
    """Facts: events-are-never-deduplicated"""
    for _ in range(2):
        tracked(
            workspace,
            events=[an_event(external_id="a")],
            purchases=[a_purchase(external_id="a")],
        )

    found = profile(workspace, "a")
    assert (found.custom_events["entered"].count, found.purchases["p-1"].count) == (2, 2)


def test_a_state_set_again_is_harmless(workspace: Workspace) -> None:
    """Facts: status-set-success-body"""
    tracked(workspace, {"external_id": "a", "phone": PHONE})

    for _ in range(2):
        set_state(workspace, ExternalId("a"))

    assert state_of(workspace, ExternalId("a")) == "Subscribed"


# Races


def test_a_creation_by_email_repeated_too_soon_makes_two_and_by_alias_one(
    workspace: Workspace,
) -> None:
    """Facts: concurrent-email-creations-duplicate, repeated-alias-creation-updates"""
    for _ in range(2):
        track(workspace, {"email": EMAIL})
        track(workspace, ALIAS)
    advance(workspace, 2)

    assert len(profiles(workspace, Email(EMAIL))) == 2
    assert len(profiles(workspace, an_alias())) == 1


def test_null_and_a_value_in_quick_succession_may_end_either_way() -> None:
    """Facts: no-order-across-requests"""
    ends = set()
    for seed in range(10):
        workspace = a_workspace(seed=seed, reorder=True)
        track(workspace, {"external_id": "a", "tier": 1})
        track(workspace, {"external_id": "a", "tier": None})
        advance(workspace, 10)
        ends.add(attributes_of(workspace, "a").get("tier"))

    assert ends == {None, 1}


def test_a_write_by_alias_may_overtake_the_identification_and_lands_on_one_profile() -> None:
    """Facts: no-order-across-requests, identified-never-goes-back"""
    for seed in range(10):
        workspace = a_workspace(seed=seed, reorder=True)
        track(workspace, ALIAS)
        advance(workspace, 10)
        item = {"external_id": "a", "user_alias": alias_json()}
        workspace.identify({"aliases_to_identify": [item]})
        track(workspace, {**ALIAS, "tier": 1})
        advance(workspace, 10)

        (only,) = workspace.state.profiles
        assert (only.external_id, only.custom_attributes) == ("a", {"tier": 1})


def test_a_write_by_external_id_that_overtakes_the_identification_is_joined() -> None:
    """Facts: no-order-across-requests, identify-merges-into-known"""
    for seed in range(10):
        workspace = a_workspace(seed=seed, reorder=True)
        track(workspace, {**ALIAS, "score": 1})
        advance(workspace, 10)
        item = {"external_id": "a", "user_alias": alias_json()}
        workspace.identify({"aliases_to_identify": [item]})
        track(workspace, {"external_id": "a", "tier": 1})
        advance(workspace, 10)

        (only,) = workspace.state.profiles
        assert only.custom_attributes == {"score": 1, "tier": 1}
