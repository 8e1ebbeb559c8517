from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from worlds import (
    EMAIL,
    EMAIL_GROUP,
    OTHER_EMAIL,
    OTHER_PHONE,
    PHONE,
    SMS_GROUP,
    a_purchase,
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
    tracked,
)

from mock_braze.domain.errors import (
    BadMergeIdentifier,
    BadMergeMembers,
    BadMergePrioritization,
    NoMergeUpdates,
    TooManyMergeUpdates,
)
from mock_braze.domain.tracking.ingestion import TrackRequest
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import Email, ExternalId, Phone
from mock_braze.domain.users.profile import CampaignReceipt
from mock_braze.domain.users.push_tokens import PushToken
from mock_braze.domain.workspace import Workspace

ALIAS = {"_update_existing_only": False, "user_alias": alias_json()}
NUMBER = Address(AddressKind.PHONE, PHONE)
MORNING = datetime(2026, 1, 4, tzinfo=UTC)


def an_update(source: Any, kept: Any) -> dict[str, Any]:
    """Text names an external ID."""
    read = [{"external_id": each} if isinstance(each, str) else each for each in (source, kept)]
    return {"identifier_to_merge": read[0], "identifier_to_keep": read[1]}


def merged(workspace: Workspace, source: Any, kept: Any) -> None:
    """Merge and wait for it."""
    workspace.merge([an_update(source, kept)])
    advance(workspace, 60)


def why_nothing(workspace: Workspace) -> list[str]:
    seen = hazards_seen(workspace)
    return [each.details for each in seen if each.hazard.name == "merge_without_effect"]


# When


def test_both_profiles_are_there_until_the_merge_comes_true(workspace: Workspace) -> None:
    """Facts: merge-is-late, merged-profile-is-gone"""
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})

    workspace.merge([an_update("a", "b")])
    advance(workspace, 59.999)
    before = len(workspace.state.profiles)
    advance(workspace, 0.001)

    assert before == 2
    assert [each.external_id for each in workspace.state.profiles] == ["b"]
    assert effects(workspace)[-1].effect == "profile_merged"


def test_the_updates_of_a_request_may_come_in_any_order() -> None:
    """Facts: merge-has-no-order"""
    left = set()
    for seed in range(10):
        workspace = a_workspace(seed=seed)
        tracked(workspace, *({"external_id": each} for each in "abc"))
        workspace.state.dials = a_workspace(reorder=True).state.dials
        workspace.merge([an_update("a", "b"), an_update("b", "c")])
        advance(workspace, 120)
        left.add("".join(str(each.external_id) for each in workspace.state.profiles))

    assert left == {"c", "ac"}


def test_updates_come_in_their_order_by_default(workspace: Workspace) -> None:
    tracked(workspace, *({"external_id": each, each: 1} for each in "abc"))

    workspace.merge([an_update("a", "b"), an_update("b", "c")])
    advance(workspace, 60)

    assert profile(workspace, "c").custom_attributes == {"a": 1, "b": 1, "c": 1}


# What is merged


def test_the_kept_profile_wins_and_its_gaps_are_filled(workspace: Workspace) -> None:
    """Facts: merge-keeps-and-fills"""
    source = {
        "first_name": "Anna",
        "last_name": "Adams",
        "gender": "F",
        "dob": "1990-01-01",
        "time_zone": "Europe/Berlin",
        "home_city": "Berlin",
        "country": "DE",
        "language": "de",
        "email": EMAIL,
        "phone": PHONE,
        "tier": 1,
        "list": ["a"],
        "object": {"a": 1},
    }
    tracked(workspace, {"external_id": "a", **source}, {"external_id": "b"})
    tracked(
        workspace,
        {
            "external_id": "c",
            "first_name": "Ben",
            "email": OTHER_EMAIL,
            "tier": 2,
            "list": ["b"],
            "object": {"b": 2},
        },
    )

    merged(workspace, "a", "b")
    filled = profile(workspace, "b")
    assert {**filled.fields, **filled.custom_attributes, "email": EMAIL, "phone": PHONE} == source
    assert (filled.email, filled.phone) == (EMAIL, PHONE)

    merged(workspace, "b", "c")
    kept = profile(workspace, "c")
    assert (kept.email, kept.phone) == (OTHER_EMAIL, PHONE)
    assert kept.fields == {**filled.fields, "first_name": "Ben"}
    assert kept.custom_attributes == {"tier": 2, "list": ["b"], "object": {"b": 2}}


def test_other_fields_are_not_merged(workspace: Workspace) -> None:
    """Facts: merge-keeps-and-fills"""
    item = {"external_id": "a", "image_url": "x", "push_subscribe": "opted_in"}
    tracked(workspace, item, {"external_id": "b"})

    merged(workspace, "a", "b")

    kept = profile(workspace, "b")
    assert (kept.fields, kept.push_subscribe) == ({}, "subscribed")


def test_events_purchases_and_revenue_are_summed(workspace: Workspace) -> None:
    """Facts: merge-sums"""
    tracked(
        workspace,
        events=[
            an_event(external_id="a", time="2026-01-01"),
            an_event(external_id="a", time="2026-01-04"),
            an_event(external_id="b", time="2026-01-02"),
            an_event("won", external_id="a"),
        ],
        purchases=[a_purchase(external_id=each, quantity=2) for each in "ab"],
    )

    merged(workspace, "a", "b")

    kept = profile(workspace, "b")
    entered = kept.custom_events["entered"]
    dates = [moment.strftime("%d") for moment in (entered.first, entered.last)]
    assert (entered.count, dates) == (3, ["01", "04"])
    assert (kept.custom_events["won"].count, kept.purchases["p-1"].count) == (1, 4)
    assert kept.total_revenue == 10


def test_the_earliest_first_and_the_latest_last_session_are_kept(workspace: Workspace) -> None:
    """Facts: merge-sums"""
    first, last = "date_of_first_session", "date_of_last_session"
    tracked(
        workspace,
        {"external_id": "a", first: "2026-01-01", last: "2026-01-03"},
        {"external_id": "b", first: "2026-01-02", last: "2026-01-04"},
        {"external_id": "c"},
    )

    merged(workspace, "a", "b")
    merged(workspace, "b", "c")

    fields = profile(workspace, "c").fields
    assert [fields[name].day for name in (first, last)] == [1, 4]


def test_sessions_are_summed_and_devices_move(workspace: Workspace) -> None:
    """Facts: merge-sums, merge-moves-push-tokens"""
    for name in "ab":
        tokens = [{"app_id": "app", "token": name}]
        tracked(workspace, {"external_id": name, "push_tokens": tokens})
        profile(workspace, name).sessions = 2

    merged(workspace, "a", "b")

    kept = profile(workspace, "b")
    assert kept.sessions == 4
    assert kept.push_tokens == [PushToken("app", "b"), PushToken("app", "a")]
    assert workspace.state.profiles.with_push_token(PushToken("app", "a")) is kept


def test_campaign_summaries_are_joined(workspace: Workspace) -> None:
    """Facts: merge-sums"""
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})

    def received(name: str, hour: int) -> CampaignReceipt:
        at = MORNING + timedelta(hours=hour)
        return CampaignReceipt(name, name, at, False, "v", "v-1")

    profile(workspace, "a").campaigns_received = [received(*each) for each in (("x", 2), ("y", 1))]
    profile(workspace, "b").campaigns_received = [received(*each) for each in (("x", 1), ("z", 1))]

    merged(workspace, "a", "b")

    kept = profile(workspace, "b").campaigns_received
    assert kept == [received("x", 2), received("z", 1), received("y", 1)]


def test_aliases_of_both_are_kept_but_one_of_each_label(workspace: Workspace) -> None:
    """Facts: merge-aliases-by-label"""
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})
    workspace.add_aliases(
        [
            {**alias_json("a"), "external_id": "a"},
            {**alias_json("b"), "external_id": "b"},
            {**alias_json("7", "shop"), "external_id": "a"},
        ]
    )
    advance(workspace, 2)

    merged(workspace, "a", "b")

    kept = profile(workspace, an_alias("7", "shop"))
    assert kept.user_aliases == {"email": an_alias("b"), "shop": an_alias("7", "shop")}
    assert profiles(workspace, an_alias("a")) == []


@pytest.mark.parametrize("testers", ["a", "b", "ab"])
def test_a_test_user_stays_one_whichever_was_one(workspace: Workspace, testers: str) -> None:
    """Facts: merge-keeps-test-users"""
    tracked(workspace, *({"external_id": each} for each in "abcd"))
    for name in testers:
        profile(workspace, name).is_test_user = True

    merged(workspace, "a", "b")
    merged(workspace, "c", "d")

    assert profile(workspace, "b").is_test_user
    assert not profile(workspace, "d").is_test_user


def test_the_names_and_addresses_of_the_merged_profile_are_free(workspace: Workspace) -> None:
    """Facts: merged-profile-is-gone"""
    tracked(
        workspace, {"external_id": "a", "email": EMAIL}, {"external_id": "b", "email": "b@b.io"}
    )
    workspace.rename_external_ids([{"current_external_id": "a", "new_external_id": "a2"}])

    merged(workspace, "a", "b")

    assert profiles(workspace, ExternalId("a")) == profiles(workspace, ExternalId("a2")) == []
    assert profiles(workspace, Email(EMAIL)) == []


# Subscription states


def test_the_states_of_an_address_go_over_with_it(workspace: Workspace) -> None:
    """Facts: state-hangs-on-the-address"""
    item = {"external_id": "a", "phone": PHONE, "email": EMAIL, "email_subscribe": "unsubscribed"}
    tracked(workspace, item, {"external_id": "b"})
    set_state(workspace, NUMBER)

    merged(workspace, "a", "b")

    assert state_of(workspace, ExternalId("b")) == "Subscribed"
    assert profile(workspace, "b").email_subscribe == "unsubscribed"


def test_the_states_of_an_address_that_nobody_is_left_with_vanish(workspace: Workspace) -> None:
    """Facts: states-die-with-the-last-holder"""
    tracked(
        workspace,
        {"external_id": "a", "phone": PHONE},
        {"external_id": "b", "phone": OTHER_PHONE},
    )
    set_state(workspace, NUMBER)

    merged(workspace, "a", "b")

    assert state_of(workspace, NUMBER) == state_of(workspace, ExternalId("b")) == "unknown"


def test_states_without_an_address_go_over_where_there_is_none(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a"}, {"external_id": "b", "phone": PHONE})
    set_state(workspace, ExternalId("a"), group=SMS_GROUP)
    set_state(workspace, ExternalId("a"), group=EMAIL_GROUP, state="unsubscribed")
    set_state(workspace, ExternalId("b"), group=EMAIL_GROUP)

    merged(workspace, "a", "b")

    assert state_of(workspace, NUMBER, SMS_GROUP) == "Subscribed"
    assert state_of(workspace, ExternalId("b"), EMAIL_GROUP) == "Subscribed"


# When nothing is merged


@pytest.mark.parametrize(("source", "kept"), [("a", "nobody"), ("nobody", "a")])
def test_nothing_is_merged_with_nobody(workspace: Workspace, source: str, kept: str) -> None:
    """Facts: merge-needs-one-match"""
    tracked(workspace, {"external_id": "a"})

    merged(workspace, source, kept)

    assert len(workspace.state.profiles) == 1
    assert why_nothing(workspace) == ["nobody has this external_id"]


def test_nothing_is_merged_when_several_are_left(workspace: Workspace) -> None:
    """Facts: merge-needs-one-match"""
    tracked(workspace, *({"external_id": each, "phone": PHONE} for each in "ab"))
    tracked(workspace, {"external_id": "c"})

    merged(workspace, {"phone": PHONE, "prioritization": ["identified"]}, "c")

    assert len(workspace.state.profiles) == 3
    (why,) = why_nothing(workspace)
    assert why == "2 profiles have this phone, of which identified leaves 2"


def test_an_address_names_the_one_that_prioritization_leaves(workspace: Workspace) -> None:
    """Facts: merge-needs-prioritization, merge-identifier-forms"""
    tracked(workspace, {**ALIAS, "email": EMAIL, "tier": 1}, {"external_id": "a", "email": EMAIL})

    anonymous = {"email": EMAIL, "prioritization": ["unidentified"]}
    identified = {"email": EMAIL, "prioritization": ["identified"]}
    merged(workspace, anonymous, identified)

    kept = profile(workspace, an_alias())
    assert (kept.external_id, kept.custom_attributes) == ("a", {"tier": 1})


@pytest.mark.parametrize(
    ("phones", "left"), [(("1", "2"), 2), (("1", PHONE), 1), ((PHONE, "2"), 1)]
)
def test_two_profiles_with_invalid_phones_stay_apart(
    workspace: Workspace, phones: tuple[str, str], left: int
) -> None:
    """Facts: merge-exceptions"""
    for name, phone in zip("ab", phones, strict=True):
        tracked(workspace, {"external_id": name, "phone": phone})

    merged(workspace, "a", "b")

    assert len(workspace.state.profiles) == left
    assert why_nothing(workspace) == ["both have an invalid phone"] * (left - 1)


@pytest.mark.parametrize("member", ["a", "b"])
def test_a_member_of_the_global_control_group_is_not_merged(
    workspace: Workspace, member: str
) -> None:
    """Facts: merge-exceptions"""
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})
    profile(workspace, member).is_in_global_control_group = True

    merged(workspace, "a", "b")

    assert why_nothing(workspace) == ["one of the two is in the global control group"]


def test_a_user_stays_marked_until_the_last_of_several_deletions_is_through() -> None:
    """Facts: merge-exceptions"""
    workspace = a_workspace(deletion_lag=100)
    tracked(workspace, {"external_id": "a", "email": EMAIL}, {"external_id": "b"})
    by_email = {"email_addresses": [{"email": EMAIL, "prioritization": ["identified"]}]}

    workspace.delete(by_email)
    advance(workspace, 10)
    workspace.delete(by_email)
    workspace.track(TrackRequest(attributes=[{"external_id": "a", "email": OTHER_EMAIL}]))
    advance(workspace, 35)
    workspace.merge([an_update("a", "b")])  # due after the first deletion, before the second
    advance(workspace, 100)

    assert [each.external_id for each in workspace.state.profiles] == ["a", "b"]
    assert why_nothing(workspace) == ["one of the two is about to be deleted"]


@pytest.mark.parametrize("marked", ["a", "b"])
def test_a_user_marked_for_deletion_is_not_merged(marked: str) -> None:
    """Facts: merge-exceptions"""
    workspace = a_workspace(deletion_lag=300)
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})
    workspace.delete({"external_ids": [marked]})

    merged(workspace, "a", "b")

    assert len(workspace.state.profiles) == 2
    assert why_nothing(workspace) == ["one of the two is about to be deleted"]
    advance(workspace, 300)
    assert [each.external_id for each in workspace.state.profiles] == [{"a": "b", "b": "a"}[marked]]


def test_a_profile_is_not_merged_into_itself(workspace: Workspace) -> None:
    tracked(
        workspace, {"external_id": "a", "email": EMAIL, "tier": 1}, events=[an_event(email=EMAIL)]
    )

    merged(workspace, {"email": EMAIL, "prioritization": ["identified"]}, "a")

    assert profile(workspace, "a").custom_events["entered"].count == 1
    assert hazards(workspace) == []


def test_a_merge_sent_again_is_harmless(workspace: Workspace) -> None:
    """Facts: repeated-merge-is-harmless"""
    tracked(workspace, {"external_id": "b"}, {**ALIAS, "n": 1}, events=[an_event(**ALIAS)])

    for _ in range(2):
        merged(workspace, {"user_alias": alias_json()}, "b")

    kept = profile(workspace, "b")
    assert (kept.custom_attributes, kept.custom_events["entered"].count) == ({"n": 1}, 1)
    assert hazards(workspace) == []


def test_what_is_due_later_survives_that_its_profile_was_merged_away(workspace: Workspace) -> None:
    workspace.state.dials = a_workspace(merge_lag=0).state.dials
    tracked(workspace, {"external_id": "b"})
    workspace.add_aliases([alias_json()])
    advance(workspace, 2)

    merged(workspace, {"user_alias": alias_json()}, "b")
    advance(workspace, 31 * 86_400)

    finished = [each for each in effects(workspace) if each.effect == "profile_finished"]
    assert len(finished) == 1
    assert workspace.next_due() is None


# What is refused as a whole


@pytest.mark.parametrize("updates", [None, {}, "a", 5, [], ["a"], [None], [an_update("a", "b"), 1]])
def test_updates_are_an_array_of_objects(workspace: Workspace, updates: Any) -> None:
    """Facts: merge-updates-not-an-array"""
    with pytest.raises(NoMergeUpdates):
        workspace.merge(updates)


def test_a_request_has_at_most_fifty_updates(workspace: Workspace) -> None:
    """Facts: merge-limit"""
    workspace.merge([an_update("a", "b")] * 50)

    with pytest.raises(TooManyMergeUpdates):
        workspace.merge([an_update("a", "b")] * 51)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"identifier_to_merge": {"external_id": "a"}},
        {"identifier_to_keep": {"external_id": "a"}},
        {**an_update("a", "b"), "merge_behavior": "merge"},
    ],
)
def test_an_update_has_two_members_and_no_other(workspace: Workspace, update: Any) -> None:
    """Facts: merge-members"""
    with pytest.raises(BadMergeMembers):
        workspace.merge([an_update("a", "b"), update])


@pytest.mark.parametrize(
    "identifier",
    [
        None,
        "a",
        [],
        {},
        {"braze_id": "b"},
        {"external_id": ""},
        {"external_id": []},
        {"user_alias": "a"},
        {"user_alias": {"alias_name": "a"}},
        {"email": 5, "prioritization": ["identified"]},
        {"phone": "", "prioritization": ["identified"]},
        {"external_id": "a", "user_alias": alias_json()},
    ],
)
def test_an_identifier_is_one_of_four(workspace: Workspace, identifier: Any) -> None:
    """Facts: merge-identifier-forms"""
    for pair in ((identifier, {"external_id": "a"}), ({"external_id": "a"}, identifier)):
        with pytest.raises(BadMergeIdentifier):
            workspace.merge([dict(zip(an_update("", ""), pair, strict=True))])


def test_an_external_id_may_be_an_integer(workspace: Workspace) -> None:
    """Facts: integer-ids-become-strings"""
    tracked(workspace, {"external_id": 1}, {"external_id": 2})

    merged(workspace, {"external_id": 1}, {"external_id": 2})

    assert [each.external_id for each in workspace.state.profiles] == ["2"]


@pytest.mark.parametrize("name", ["email", "phone"])
@pytest.mark.parametrize("prioritization", [None, [], ["newest"], ["identified", "unidentified"]])
def test_an_address_needs_a_prioritization(
    workspace: Workspace, name: str, prioritization: Any
) -> None:
    """Facts: merge-needs-prioritization"""
    source = {name: "a", "prioritization": prioritization}

    with pytest.raises(BadMergePrioritization):
        workspace.merge([an_update(source, "b")])


def test_a_refused_request_merges_nothing(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a"}, {"external_id": "b"})

    with pytest.raises(BadMergeMembers):
        workspace.merge([an_update("a", "b"), {}])

    assert workspace.next_due() is None


def test_a_phone_that_only_the_merged_one_had_finds_the_kept_one(workspace: Workspace) -> None:
    """Facts: merge-keeps-and-fills"""
    tracked(workspace, {"phone": PHONE}, {"external_id": "a"})

    merged(workspace, {"phone": PHONE, "prioritization": ["unidentified"]}, "a")

    assert profile(workspace, Phone(PHONE)).external_id == "a"
