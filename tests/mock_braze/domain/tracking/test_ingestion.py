from typing import Any

import pytest
from worlds import (
    EMAIL,
    OTHER_EMAIL,
    OTHER_PHONE,
    PHONE,
    a_purchase,
    a_workspace,
    advance,
    alias_json,
    an_alias,
    an_event,
    attributes_of,
    effects,
    hazards,
    profile,
    profiles,
    track,
    tracked,
)

from mock_braze.domain.errors import NothingUsable, TooManyObjects
from mock_braze.domain.tracking.object_faults import ObjectError, ObjectFault
from mock_braze.domain.users.identity import BrazeId, Email, ExternalId, Identifier, Phone
from mock_braze.domain.workspace import Workspace

NEW_ALIAS = {"user_alias": alias_json(), "_update_existing_only": False}


# When a write becomes readable


def test_a_profile_can_be_found_once_its_ingestion_lag_has_passed(workspace: Workspace) -> None:
    """Facts: new-profiles-appear-late"""
    track(workspace, {"external_id": "q-1"})

    advance(workspace, 1.999)
    before = profiles(workspace, ExternalId("q-1"))
    advance(workspace, 0.001)

    assert before == []
    assert len(profiles(workspace, ExternalId("q-1"))) == 1


def test_a_profile_is_finished_once_its_creation_lag_has_passed(workspace: Workspace) -> None:
    track(workspace, {"external_id": "q-1"})

    advance(workspace, 119.999)
    before = profile(workspace, "q-1").is_finished(workspace.clock.now())
    advance(workspace, 0.001)

    assert not before
    assert profile(workspace, "q-1").is_finished(workspace.clock.now())
    assert [each.effect.value for each in effects(workspace)] == [
        "profile_created",
        "profile_finished",
    ]


def test_without_lags_a_write_is_readable_as_soon_as_somebody_looks() -> None:
    workspace = a_workspace(ingestion_lag=0, creation_lag=0)

    track(workspace, {"external_id": "q-1"})
    workspace.settle()

    assert profile(workspace, "q-1").is_finished(workspace.clock.now())


def test_a_lag_that_is_turned_leaves_accepted_writes_alone(workspace: Workspace) -> None:
    track(workspace, {"external_id": "q-1"})
    due = workspace.next_due()

    workspace.state.dials = a_workspace(ingestion_lag=60).state.dials
    track(workspace, {"external_id": "q-2"})

    assert workspace.next_due() == due
    advance(workspace, 2)
    assert len(profiles(workspace, ExternalId("q-1"))) == 1
    assert profiles(workspace, ExternalId("q-2")) == []


def test_jitter_delays_by_the_seed_and_keeps_the_order_of_writes() -> None:
    def readable_after(seed: int) -> list[float]:
        workspace = a_workspace(seed=seed, ingestion_jitter=10)
        start = workspace.clock.now()
        for number in range(8):
            track(workspace, {"external_id": f"q-{number}"})
        advance(workspace, 12)
        created = {
            each.external_id: (each.created_at - start).total_seconds()
            for each in workspace.state.profiles
        }
        return [created[f"q-{number}"] for number in range(8)]

    delays = readable_after(seed=1)

    assert delays == readable_after(seed=1)
    assert delays != readable_after(seed=2)
    assert delays == sorted(delays)
    assert 2 <= delays[0] < delays[-1] <= 12


def last_value_wins(workspace: Workspace) -> list[int]:
    """Write 0 to 19 into an attribute, one request each; the order in which they arrived."""
    seen = []
    for number in range(20):
        track(workspace, {"external_id": "q-1", "n": number})
    while workspace.next_due() is not None:
        advance(workspace, (workspace.next_due() - workspace.clock.now()).total_seconds())
        seen.append(attributes_of(workspace, "q-1")["n"])
    return [
        each for each, next_one in zip(seen, [*seen[1:], None], strict=True) if each != next_one
    ]


def test_requests_are_applied_first_in_first_out_by_default() -> None:
    workspace = a_workspace(creation_lag=0, ingestion_jitter=5)

    arrived = last_value_wins(workspace)

    assert arrived == sorted(arrived)
    assert arrived[-1] == 19


def test_with_reorder_later_requests_overtake_earlier_ones() -> None:
    """Facts: no-order-across-requests"""
    arrived = last_value_wins(a_workspace(seed=3, creation_lag=0, reorder=True))

    assert sorted(arrived) == list(range(20))
    assert arrived != sorted(arrived)


# What happens within a request


def test_attributes_come_before_events_and_purchases_whatever_the_order_of_the_request(
    workspace: Workspace,
) -> None:
    """Facts: order-within-a-track-request"""
    update_only = {"external_id": "q-1", "_update_existing_only": True}

    tracked(
        workspace,
        {"external_id": "q-1"},
        purchases=[a_purchase(**update_only)],
        events=[an_event(**update_only)],
    )

    found = profile(workspace, "q-1")
    assert (found.custom_events["entered"].count, found.purchases["p-1"].count) == (1, 1)


def test_objects_of_one_array_are_applied_in_array_order(workspace: Workspace) -> None:
    """Facts: order-within-an-array"""
    tracked(workspace, *({"external_id": "q-1", "n": n} for n in (1, 3, 2)))

    assert attributes_of(workspace, "q-1") == {"n": 2}


def test_good_objects_are_queued_and_bad_ones_listed_by_array_and_index(
    workspace: Workspace,
) -> None:
    """Facts: track-partial-errors, error-index-within-array"""
    accepted = track(
        workspace,
        {"external_id": "q-1"},
        {"email": "anna"},
        "no object",
        events=[an_event()],
        purchases=[a_purchase(external_id="q-1"), a_purchase(external_id="q-1", quantity=0)],
    )

    assert accepted.processed == {"attributes": 1, "purchases": 1}
    assert accepted.errors == (
        ObjectError(ObjectFault.EMAIL_BAD_FORMAT, "attributes", 1),
        ObjectError(ObjectFault.IDENTIFIER_REQUIRED, "attributes", 2),
        ObjectError(ObjectFault.IDENTIFIER_REQUIRED, "events", 0),
        ObjectError(ObjectFault.BAD_QUANTITY, "purchases", 1),
    )


def test_a_request_without_a_good_object_is_refused_and_queues_nothing(
    workspace: Workspace,
) -> None:
    """Facts: track-nothing-usable"""
    with pytest.raises(NothingUsable) as refused:
        track(workspace, {}, events=[5])

    assert refused.value.errors == (
        ObjectError(ObjectFault.IDENTIFIER_REQUIRED, "attributes", 0),
        ObjectError(ObjectFault.IDENTIFIER_REQUIRED, "events", 0),
    )
    assert workspace.next_due() is None


@pytest.mark.parametrize(
    ("limit", "allowed", "too_many"),
    [
        ("75_combined", (25, 25, 25), (25, 25, 26)),
        ("50_combined", (50, 0, 0), (49, 1, 1)),
        ("75_per_array", (75, 75, 75), (0, 0, 76)),
    ],
)
def test_a_request_holds_as_many_objects_as_the_contract_says(
    limit: str, allowed: tuple[int, int, int], too_many: tuple[int, int, int]
) -> None:
    """Facts: track-object-limit"""
    workspace = a_workspace(track_object_limit=limit)

    def send(attributes: int, events: int, purchases: int) -> int:
        accepted = track(
            workspace,
            *[{"external_id": "q-1"}] * attributes,
            events=[an_event(external_id="q-1")] * events,
            purchases=[a_purchase(external_id="q-1")] * purchases,
        )
        return sum(accepted.processed.values())

    assert send(*allowed) == sum(allowed)
    with pytest.raises(TooManyObjects):
        send(*too_many)


# Which profile an object reaches, and whether it may make one


@pytest.mark.parametrize(
    ("named", "update_only", "identifier", "makes_one"),
    [
        ({"external_id": "q-1"}, None, ExternalId("q-1"), True),
        ({"external_id": "q-1"}, False, ExternalId("q-1"), True),
        ({"external_id": "q-1"}, True, ExternalId("q-1"), False),
        ({"email": EMAIL}, None, Email(EMAIL), True),
        ({"email": EMAIL}, True, Email(EMAIL), False),
        ({"phone": PHONE}, None, Phone(PHONE), True),
        ({"phone": PHONE}, True, Phone(PHONE), False),
        ({"user_alias": alias_json()}, None, an_alias(), False),
        ({"user_alias": alias_json()}, False, an_alias(), True),
        ({"user_alias": alias_json()}, True, an_alias(), False),
        ({"braze_id": "b" * 24}, None, BrazeId("b" * 24), False),
        ({"braze_id": "b" * 24}, False, BrazeId("b" * 24), False),
    ],
)
def test_an_unknown_identifier_makes_a_profile_or_not(
    workspace: Workspace,
    named: dict[str, Any],
    update_only: bool | None,
    identifier: Identifier,
    makes_one: bool,
) -> None:
    """Facts: update-existing-only, alias-needs-update-only-false,
    unknown-external-id-makes-profile, unknown-email-makes-email-only-profile,
    unknown-phone-makes-phone-only-profile, unknown-braze-id-makes-nothing
    """
    accepted = track(workspace, {**named, "_update_existing_only": update_only})
    advance(workspace, 2)

    assert accepted.processed == {"attributes": 1}
    assert len(profiles(workspace, identifier)) == makes_one
    assert len(workspace.state.profiles) == makes_one


@pytest.mark.parametrize(
    ("dial", "update_only", "makes_one"),
    [
        ("create", None, False),
        ("create", True, False),
        ("create", False, True),
        ("drop", False, False),
    ],
)
def test_an_event_by_an_unknown_alias_follows_the_dial(
    dial: str, update_only: bool | None, makes_one: bool
) -> None:
    """Facts: alias-events-are-update-only"""
    workspace = a_workspace(alias_events=dial)
    item = {"user_alias": alias_json(), "_update_existing_only": update_only}

    tracked(workspace, events=[an_event(**item)], purchases=[a_purchase(**item)])

    assert len(profiles(workspace, an_alias())) == makes_one


def test_events_by_an_unknown_external_id_or_email_make_a_profile(workspace: Workspace) -> None:
    tracked(workspace, events=[an_event(external_id="q-1"), an_event(email=EMAIL)])

    assert profile(workspace, "q-1").custom_events["entered"].count == 1
    assert profile(workspace, Email(EMAIL)).external_id is None


def test_the_alias_of_a_new_profile_keeps_its_spelling_while_its_email_does_not(
    workspace: Workspace,
) -> None:
    """Facts: email-stored-lower-case"""
    tracked(
        workspace,
        {**NEW_ALIAS, "user_alias": alias_json("Anna@Example.com"), "email": "Anna@Example.com"},
    )

    made = profile(workspace, an_alias("Anna@Example.com"))
    assert (made.email, made.external_id) == (EMAIL, None)
    assert profiles(workspace, an_alias(EMAIL)) == []


def test_a_profile_has_an_alias_for_each_label_and_names_count_by_case(
    workspace: Workspace,
) -> None:
    """Facts: alias-name-is-case-sensitive, alias-pair-is-unique"""
    for alias in (alias_json("anna"), alias_json("Anna"), alias_json("anna", "crm")):
        tracked(workspace, {**NEW_ALIAS, "user_alias": alias})
        tracked(workspace, {**NEW_ALIAS, "user_alias": alias, "again": True})

    assert [list(each.user_aliases.values()) for each in workspace.state.profiles] == [
        [an_alias("anna")],
        [an_alias("Anna")],
        [an_alias("anna", "crm")],
    ]


def test_null_takes_off_neither_external_id_nor_alias(workspace: Workspace) -> None:
    """Facts: null-removes"""
    tracked(workspace, {"external_id": "q-1", "email": EMAIL})
    tracked(workspace, {**NEW_ALIAS, "phone": PHONE})

    tracked(workspace, {"external_id": None, "user_alias": None, "email": EMAIL})
    tracked(workspace, {"user_alias": None, "external_id": None, "phone": PHONE})

    assert profile(workspace, Email(EMAIL)).external_id == "q-1"
    assert list(profile(workspace, Phone(PHONE)).user_aliases.values()) == [an_alias()]


def test_any_number_of_objects_may_be_about_one_profile(workspace: Workspace) -> None:
    """Facts: many-objects-of-one-profile"""
    tracked(workspace, *({"external_id": "q-1", "points": {"inc": 1}} for _ in range(75)))

    assert attributes_of(workspace, "q-1") == {"points": 75}


def test_creating_by_the_same_alias_again_updates_the_profile(workspace: Workspace) -> None:
    """Facts: repeated-alias-creation-updates"""
    track(workspace, {**NEW_ALIAS, "tier": 1})
    tracked(workspace, {**NEW_ALIAS, "tier": 2})

    (only,) = workspace.state.profiles
    assert only.custom_attributes == {"tier": 2}


def test_an_unknown_primary_identifier_with_a_known_email_makes_a_second_profile(
    workspace: Workspace,
) -> None:
    """Facts: unknown-primary-makes-duplicate, addresses-are-not-unique"""
    tracked(workspace, {"email": EMAIL})

    tracked(workspace, {"external_id": "q-1", "email": EMAIL})

    assert [each.external_id for each in profiles(workspace, Email(EMAIL))] == [None, "q-1"]
    assert hazards(workspace) == ["duplicate_email_profiles"]


def test_with_email_and_phone_the_email_identifies_and_the_phone_is_shared(
    workspace: Workspace,
) -> None:
    """Facts: email-beats-phone-as-identifier, addresses-are-not-unique"""
    tracked(workspace, {"external_id": "owner", "phone": PHONE})

    tracked(workspace, {"email": EMAIL, "phone": PHONE})

    assert profile(workspace, Email(EMAIL)).phone == PHONE
    assert len(profiles(workspace, Phone(PHONE))) == 2


def test_an_invalid_phone_beside_another_identifier_is_kept_as_typed(workspace: Workspace) -> None:
    """Facts: invalid-phone-attribute-is-kept"""
    tracked(workspace, {"external_id": "q-1", "phone": "call me"})

    assert profile(workspace, "q-1").phone == "call me"


@pytest.mark.parametrize(("kind", "address"), [("email", EMAIL), ("phone", PHONE)])
def test_a_look_up_by_address_prefers_identified_profiles_then_the_last_updated(
    workspace: Workspace, kind: str, address: str
) -> None:
    """Facts: email-look-up-prefers-identified-then-recent,
    phone-look-up-prefers-identified-then-recent
    """
    tracked(
        workspace,
        {"external_id": "old", kind: address},
        {"external_id": "new", kind: address},
        {**NEW_ALIAS, kind: address},
    )

    tracked(workspace, {kind: address, "hit": 1})
    tracked(workspace, {"external_id": "old", "touched": True})
    tracked(workspace, {kind: address, "hit": 2})

    assert attributes_of(workspace, "new") == {"hit": 1}
    assert attributes_of(workspace, "old") == {"touched": True, "hit": 2}
    assert profile(workspace, an_alias()).custom_attributes == {}


def test_without_an_identified_profile_the_last_updated_one_is_taken(workspace: Workspace) -> None:
    """Facts: email-look-up-prefers-identified-then-recent"""
    for name in ("first", "second"):
        tracked(workspace, {**NEW_ALIAS, "user_alias": alias_json(name), "email": EMAIL})

    tracked(workspace, {"user_alias": alias_json("first"), "touched": True})
    tracked(workspace, {"email": EMAIL, "hit": 1})

    assert profile(workspace, an_alias("first")).custom_attributes == {"touched": True, "hit": 1}


def test_the_last_updated_one_is_exact_within_one_request(workspace: Workspace) -> None:
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    tracked(
        workspace,
        {"external_id": "a", "touched": True},
        {"external_id": "b", "touched": True},
        events=[an_event(email=EMAIL)],
    )

    assert profile(workspace, "b").custom_events["entered"].count == 1


# Writes in flight at the same time


@pytest.mark.parametrize(("dial", "made"), [("duplicate", 2), ("reuse", 1)])
def test_two_creations_by_one_email_in_flight_follow_the_dial(dial: str, made: int) -> None:
    """Facts: concurrent-email-creations-duplicate"""
    workspace = a_workspace(concurrent_email_creations=dial)

    track(workspace, {"email": EMAIL})
    advance(workspace, 1)
    tracked(workspace, {"email": EMAIL})

    assert len(profiles(workspace, Email(EMAIL))) == made


def test_one_request_that_names_a_new_email_twice_makes_one_profile(workspace: Workspace) -> None:
    tracked(workspace, {"email": EMAIL, "a": 1}, {"email": EMAIL, "b": 2})

    assert profile(workspace, Email(EMAIL)).custom_attributes == {"a": 1, "b": 2}


def test_a_second_creation_by_email_after_the_first_is_readable_updates_it(
    workspace: Workspace,
) -> None:
    track(workspace, {"email": EMAIL})
    advance(workspace, 2)
    tracked(workspace, {"email": EMAIL, "tier": 1})

    assert profile(workspace, Email(EMAIL)).custom_attributes == {"tier": 1}


# Addresses and the global email state


def test_null_takes_an_address_off_and_the_index_with_it(workspace: Workspace) -> None:
    """Facts: null-removes"""
    tracked(workspace, {"external_id": "q-1", "email": EMAIL, "phone": PHONE})

    tracked(workspace, {"external_id": "q-1", "email": None, "phone": None})

    found = profile(workspace, "q-1")
    assert (found.email, found.phone) == (None, None)
    assert profiles(workspace, Email(EMAIL)) == profiles(workspace, Phone(PHONE)) == []


def test_a_changed_address_is_found_and_the_old_one_is_not(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "email": EMAIL, "phone": PHONE})

    tracked(workspace, {"external_id": "q-1", "email": OTHER_EMAIL, "phone": OTHER_PHONE})

    assert profiles(workspace, Email(EMAIL)) == profiles(workspace, Phone(PHONE)) == []
    assert profile(workspace, Email(OTHER_EMAIL)) is profile(workspace, Phone(OTHER_PHONE))


def test_a_new_profile_is_subscribed_to_email_and_push(workspace: Workspace) -> None:
    """Facts: default-global-states"""
    tracked(workspace, {"external_id": "q-1"})

    found = profile(workspace, "q-1")
    assert (found.email_subscribe, found.push_subscribe) == ("subscribed", "subscribed")


def test_the_global_email_state_is_that_of_everybody_with_the_address(
    workspace: Workspace,
) -> None:
    """Facts: global-state-values"""
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    tracked(
        workspace, {"external_id": "a", "email_subscribe": "opted_in", "push_subscribe": "opted_in"}
    )
    tracked(workspace, {"external_id": "c", "email": EMAIL})

    states = [profile(workspace, name) for name in ("a", "b", "c")]
    assert [each.email_subscribe for each in states] == ["opted_in"] * 3
    assert [each.push_subscribe for each in states] == ["opted_in", "subscribed", "subscribed"]


def test_a_changed_email_is_subscribed_again_unless_its_holder_is_not(workspace: Workspace) -> None:
    for name, email in (("a", EMAIL), ("b", OTHER_EMAIL)):
        item = {"external_id": name, "email": email, "email_subscribe": "unsubscribed"}
        tracked(workspace, item)

    tracked(workspace, {"external_id": "a", "email": "new@example.com"})
    fresh = profile(workspace, "a").email_subscribe
    tracked(workspace, {"external_id": "a", "email": OTHER_EMAIL})

    assert (fresh, profile(workspace, "a").email_subscribe) == ("subscribed", "unsubscribed")
