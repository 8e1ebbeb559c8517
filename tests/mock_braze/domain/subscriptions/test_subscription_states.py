from typing import Any

import pytest
from worlds import (
    EMAIL,
    EMAIL_GROUP,
    OTHER_PHONE,
    PHONE,
    SMS_GROUP,
    a_workspace,
    advance,
    effects,
    hazards,
    profile,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.journal import Effect
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

NUMBER, OTHER_NUMBER = Address(AddressKind.PHONE, PHONE), Address(AddressKind.PHONE, OTHER_PHONE)
MAIL = Address(AddressKind.EMAIL, EMAIL)
DAY = 86_400


def settled(workspace: Workspace) -> list[str]:
    prefix = "subscription_state_"
    names = [each.effect.value for each in effects(workspace)]
    return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]


# Where a state hangs


def test_nobody_has_a_state_before_it_is_set(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "phone": PHONE})

    assert state_of(workspace, ExternalId("q-1")) == "unknown"
    assert state_of(workspace, ExternalId("nobody")) == "unknown"
    assert state_of(workspace, NUMBER) == state_of(workspace, MAIL, EMAIL_GROUP) == "unknown"


@pytest.mark.parametrize("by", [ExternalId("a"), NUMBER])
def test_a_state_is_that_of_everybody_with_the_number(
    workspace: Workspace, by: ExternalId | Address
) -> None:
    """Facts: state-hangs-on-the-address, change-reaches-all-holders"""
    tracked(workspace, *({"external_id": name, "phone": PHONE} for name in ("a", "b")))

    set_state(workspace, by)

    subscribers = [ExternalId("a"), ExternalId("b"), NUMBER]
    assert [state_of(workspace, each) for each in subscribers] == ["Subscribed"] * 3
    assert [each.details for each in effects(workspace)][-1] == {
        "group_id": SMS_GROUP,
        "subscriber": PHONE,
        "state": "subscribed",
    }
    assert hazards(workspace) == []


def test_one_call_sets_the_state_of_each_subscriber_it_names(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "phone": PHONE}, {"external_id": "b"})

    set_state(workspace, ExternalId("a"), ExternalId("b"), state="unsubscribed")

    assert state_of(workspace, NUMBER) == state_of(workspace, ExternalId("b")) == "Unsubscribed"


def test_states_in_different_groups_are_apart_and_leave_the_global_state(
    workspace: Workspace,
) -> None:
    """Facts: group-state-leaves-global-state"""
    tracked(workspace, {"external_id": "a", "phone": PHONE, "email": EMAIL})

    set_state(workspace, MAIL, state="unsubscribed", group=EMAIL_GROUP)

    assert state_of(workspace, ExternalId("a"), EMAIL_GROUP) == "Unsubscribed"
    assert state_of(workspace, ExternalId("a")) == "unknown"
    assert profile(workspace, "a").email_subscribe == "subscribed"


def test_setting_the_same_state_again_changes_nothing(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "phone": PHONE})

    set_state(workspace, NUMBER)
    set_state(workspace, NUMBER)

    assert settled(workspace) == ["changed"]


def test_a_profile_without_a_phone_keeps_its_state_until_it_gets_one(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a"})
    set_state(workspace, ExternalId("a"))

    tracked(workspace, {"external_id": "a", "phone": PHONE})

    assert state_of(workspace, ExternalId("a")) == state_of(workspace, NUMBER) == "Subscribed"


def test_no_profile_comes_of_setting_a_state(workspace: Workspace) -> None:
    """Facts: status-set-makes-no-profile"""
    set_state(workspace, NUMBER, ExternalId("nobody"))

    assert len(workspace.state.profiles) == 0


def test_the_first_phone_of_a_profile_brings_its_own_state_over_that_of_the_profile(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "a"}, {"external_id": "b", "phone": PHONE})
    set_state(workspace, ExternalId("a"))
    set_state(workspace, NUMBER, state="unsubscribed")

    tracked(workspace, {"external_id": "a", "phone": PHONE})

    assert state_of(workspace, ExternalId("a")) == state_of(workspace, NUMBER) == "Unsubscribed"


# Orphans


def test_an_orphan_state_is_adopted_by_the_next_holder_when_it_is_finished(
    workspace: Workspace,
) -> None:
    """Facts: orphan-adopted-by-new-holder"""
    set_state(workspace, NUMBER)
    advance(workspace, 29 * DAY)

    track(workspace, {"external_id": "a", "phone": PHONE})
    advance(workspace, 119)
    before = state_of(workspace, ExternalId("a"))
    advance(workspace, 1)

    assert before == "unknown"
    assert state_of(workspace, ExternalId("a")) == "Subscribed"
    advance(workspace, 60 * DAY)
    assert state_of(workspace, ExternalId("a")) == "Subscribed"
    assert settled(workspace) == ["orphaned", "adopted"]
    assert hazards(workspace) == ["orphan_subscription"]


def test_a_finished_profile_that_gets_the_number_adopts_at_once(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a"})
    set_state(workspace, NUMBER)

    track(workspace, {"external_id": "a", "phone": PHONE})
    advance(workspace, 2)

    assert state_of(workspace, ExternalId("a")) == "Subscribed"


def test_a_phone_only_profile_that_is_finished_as_soon_as_it_is_there_adopts_at_once() -> None:
    workspace = a_workspace(creation_lag=0)
    set_state(workspace, NUMBER)

    tracked(workspace, {"phone": PHONE})

    assert settled(workspace) == ["orphaned", "adopted"]


def test_an_orphan_state_dies_after_30_days(workspace: Workspace) -> None:
    """Facts: orphan-states-live-30-days"""
    set_state(workspace, NUMBER)

    advance(workspace, 30 * DAY - 1)
    before = state_of(workspace, NUMBER)
    advance(workspace, 1)

    assert (before, state_of(workspace, NUMBER)) == ("Subscribed", "unknown")
    assert settled(workspace) == ["orphaned", "expired"]
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    assert state_of(workspace, ExternalId("a")) == "unknown"


def test_an_orphan_state_set_anew_lives_30_days_from_then(workspace: Workspace) -> None:
    set_state(workspace, NUMBER)
    advance(workspace, 20 * DAY)
    set_state(workspace, NUMBER, state="unsubscribed")

    advance(workspace, 20 * DAY)
    between = state_of(workspace, NUMBER)
    advance(workspace, 10 * DAY)

    assert (between, state_of(workspace, NUMBER)) == ("Unsubscribed", "unknown")


@pytest.mark.parametrize(("dial", "told"), [("state", "Subscribed"), ("unknown", "unknown")])
def test_what_is_told_of_an_orphan_state_follows_the_dial(dial: str, told: str) -> None:
    """Facts: orphan-state-readable"""
    workspace = a_workspace(orphan_status=dial)

    set_state(workspace, NUMBER)

    assert state_of(workspace, NUMBER) == told


# Too early


@pytest.mark.parametrize(
    ("dial", "at_once", "when_finished", "settles"),
    [
        ("orphaned", "unknown", "Subscribed", ["orphaned", "adopted"]),
        ("lost", "unknown", "unknown", ["lost"]),
        ("applied", "Subscribed", "Subscribed", ["changed"]),
    ],
)
@pytest.mark.parametrize("by", [NUMBER, ExternalId("a")])
def test_a_state_set_on_an_unfinished_profile_follows_the_dial(
    by: ExternalId | Address, dial: str, at_once: str, when_finished: str, settles: list[str]
) -> None:
    """Facts: group-change-needs-a-finished-profile"""
    workspace = a_workspace(early_subscription=dial)
    track(workspace, {"external_id": "a", "phone": PHONE})
    advance(workspace, 10)

    set_state(workspace, by)
    told = state_of(workspace, ExternalId("a"))
    advance(workspace, 110)

    assert (told, state_of(workspace, ExternalId("a"))) == (at_once, when_finished)
    assert settled(workspace) == settles
    assert hazards(workspace)[0] == "subscription_before_creation_lag"


def test_an_early_state_of_a_profile_without_a_phone_waits_with_the_profile(
    workspace: Workspace,
) -> None:
    track(workspace, {"external_id": "a"})
    advance(workspace, 10)

    set_state(workspace, ExternalId("a"))
    advance(workspace, 110)

    assert state_of(workspace, ExternalId("a")) == "Subscribed"


@pytest.mark.parametrize(
    ("dial", "told"),
    [("orphaned", "Unsubscribed"), ("applied", "Unsubscribed"), ("lost", "Subscribed")],
)
@pytest.mark.parametrize("phone", [{"phone": PHONE}, {}])
def test_a_state_from_the_object_that_made_a_profile_is_never_unknown(
    dial: str, told: str, phone: dict[str, str]
) -> None:
    """Facts: early-change-of-a-known-state"""
    workspace = a_workspace(early_subscription=dial)
    group = {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}
    track(workspace, {"external_id": "a", **phone, "subscription_groups": [group]})
    advance(workspace, 10)

    set_state(workspace, ExternalId("a"))
    states = [state_of(workspace, ExternalId("a"))]
    set_state(workspace, ExternalId("a"), state="unsubscribed")
    states.append(state_of(workspace, ExternalId("a")))
    advance(workspace, 110)

    assert [*states, state_of(workspace, ExternalId("a"))] == ["Subscribed", told, told]
    assert set(hazards(workspace)) >= {"subscription_before_creation_lag"}


def test_a_finished_holder_makes_a_state_stick_for_an_unfinished_one(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "old", "phone": PHONE})
    track(workspace, {"external_id": "new", "phone": PHONE})
    advance(workspace, 10)

    set_state(workspace, NUMBER)

    assert state_of(workspace, ExternalId("new")) == "Subscribed"
    assert hazards(workspace) == []


def test_a_state_set_on_an_unfinished_profile_sticks_if_a_finished_one_has_its_number(
    workspace: Workspace,
) -> None:
    """Facts: state-hangs-on-the-address"""
    tracked(workspace, {"external_id": "old", "phone": PHONE})
    set_state(workspace, NUMBER)
    track(workspace, {"external_id": "new", "phone": PHONE})
    advance(workspace, 10)

    set_state(workspace, ExternalId("new"), state="unsubscribed")

    states = [state_of(workspace, ExternalId(name)) for name in ("old", "new")]
    assert states == ["Unsubscribed", "Unsubscribed"]


def test_a_state_by_external_id_before_the_profile_is_there_is_lost(workspace: Workspace) -> None:
    """Facts: early-update-by-external-id-is-lost"""
    track(workspace, {"external_id": "a", "phone": PHONE})

    set_state(workspace, ExternalId("a"))
    advance(workspace, 200)

    assert state_of(workspace, ExternalId("a")) == "unknown"
    assert settled(workspace) == ["lost"]
    assert hazards(workspace) == ["subscription_update_lost"]


def test_a_state_by_phone_before_the_profile_is_readable_waits_for_it(workspace: Workspace) -> None:
    track(workspace, {"external_id": "a", "phone": PHONE})

    set_state(workspace, NUMBER)
    advance(workspace, 200)

    assert state_of(workspace, ExternalId("a")) == "Subscribed"
    assert hazards(workspace) == ["subscription_before_creation_lag", "orphan_subscription"]


def test_a_number_that_a_profile_had_once_is_not_a_number_to_come(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    set_state(workspace, NUMBER)

    assert hazards(workspace) == ["orphan_subscription"]


def test_a_status_lag_lets_the_change_come_true_later() -> None:
    """Facts: status-set-takes-a-while"""
    workspace = a_workspace(status_lag=60)
    track(workspace, {"external_id": "a", "phone": PHONE})

    set_state(workspace, ExternalId("a"))
    advance(workspace, 59)
    before = settled(workspace)
    advance(workspace, 1)
    too_early = settled(workspace)
    advance(workspace, 60)

    assert (before, too_early) == ([], ["orphaned"])
    assert state_of(workspace, ExternalId("a")) == "Subscribed"


# States in the attributes of /users/track


def in_group(state: str = "subscribed", group: str = SMS_GROUP) -> list[dict[str, Any]]:
    return [{"subscription_group_id": group, "subscription_state": state}]


def test_a_state_in_the_creating_object_has_no_race(workspace: Workspace) -> None:
    """Facts: subscription-groups-attribute"""
    track(workspace, {"external_id": "a", "phone": PHONE, "subscription_groups": in_group()})
    advance(workspace, 2)

    assert state_of(workspace, ExternalId("a")) == state_of(workspace, NUMBER) == "Subscribed"
    assert hazards(workspace) == []


def test_a_state_by_attribute_reaches_everybody_with_the_email(workspace: Workspace) -> None:
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    groups = in_group("unsubscribed", EMAIL_GROUP)
    tracked(workspace, {"external_id": "a", "subscription_groups": groups})

    assert state_of(workspace, ExternalId("b"), EMAIL_GROUP) == "Unsubscribed"


# Addresses that change


def test_a_phone_changed_to_an_unknown_number_takes_its_states_along(workspace: Workspace) -> None:
    """Facts: moved-phone-moves-states"""
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    assert state_of(workspace, ExternalId("a")) == state_of(workspace, OTHER_NUMBER) == "Subscribed"
    assert state_of(workspace, NUMBER) == "unknown"


def test_a_state_that_moves_along_is_journaled(workspace: Workspace) -> None:
    """Facts: moved-phone-moves-states"""
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})
    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    (moved,) = (each for each in effects(workspace) if each.effect is Effect.STATE_MOVED)
    assert moved.details == {
        "group_id": SMS_GROUP, "subscriber": OTHER_PHONE, "state": "subscribed",
        "braze_id": profile(workspace, ExternalId("a")).braze_id,
    }  # fmt: skip


def test_the_others_with_the_old_number_keep_its_state(workspace: Workspace) -> None:
    tracked(workspace, *({"external_id": name, "phone": PHONE} for name in ("a", "b")))
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})
    set_state(workspace, OTHER_NUMBER, state="unsubscribed")

    assert state_of(workspace, ExternalId("a")) == "Unsubscribed"
    assert state_of(workspace, ExternalId("b")) == "Subscribed"


def test_a_phone_changed_to_a_known_number_takes_the_state_of_that_number(
    workspace: Workspace,
) -> None:
    """Facts: moved-phone-moves-states"""
    tracked(
        workspace, {"external_id": "a", "phone": PHONE}, {"external_id": "b", "phone": OTHER_PHONE}
    )
    set_state(workspace, NUMBER)
    set_state(workspace, OTHER_NUMBER, state="unsubscribed")

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    assert state_of(workspace, ExternalId("a")) == "Unsubscribed"


def test_a_known_number_without_a_state_gives_none(workspace: Workspace) -> None:
    tracked(
        workspace, {"external_id": "a", "phone": PHONE}, {"external_id": "b", "phone": OTHER_PHONE}
    )
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    assert state_of(workspace, ExternalId("a")) == "unknown"


def test_a_phone_changed_to_a_number_with_an_orphan_state_adopts_it(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    set_state(workspace, NUMBER)
    set_state(workspace, OTHER_NUMBER, state="unsubscribed")

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    assert state_of(workspace, ExternalId("a")) == "Unsubscribed"
    advance(workspace, 31 * DAY)
    assert state_of(workspace, ExternalId("a")) == "Unsubscribed"


def test_a_state_left_behind_on_a_number_waits_30_days_for_somebody(workspace: Workspace) -> None:
    """Facts: orphan-states-live-30-days"""
    tracked(
        workspace, {"external_id": "a", "phone": PHONE}, {"external_id": "b", "phone": OTHER_PHONE}
    )
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": OTHER_PHONE})

    assert state_of(workspace, NUMBER) == "Subscribed"
    advance(workspace, 30 * DAY)
    assert state_of(workspace, NUMBER) == "unknown"


def test_a_state_left_behind_by_the_removal_of_a_number_waits_for_somebody(
    workspace: Workspace,
) -> None:
    """Facts: orphan-states-live-30-days"""
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": None})

    assert state_of(workspace, ExternalId("a")) == "unknown"
    assert state_of(workspace, NUMBER) == "Subscribed"
    advance(workspace, 30 * DAY)
    assert state_of(workspace, NUMBER) == "unknown"


def test_an_orphan_state_is_kept_for_a_profile_that_appeared_in_time_and_is_not_finished(
    workspace: Workspace,
) -> None:
    set_state(workspace, NUMBER)
    advance(workspace, 30 * DAY - 60)
    track(workspace, {"external_id": "late", "phone": PHONE})

    advance(workspace, 200)

    assert state_of(workspace, ExternalId("late")) == "Subscribed"
    assert settled(workspace) == ["orphaned", "adopted"]


@pytest.mark.parametrize("new", [OTHER_PHONE, None])
def test_the_states_of_a_number_that_everybody_left_are_orphans_from_then_on(
    workspace: Workspace, new: str | None
) -> None:
    """Facts: left-address-orphans-its-states"""
    tracked(
        workspace, {"external_id": "a", "phone": PHONE}, {"external_id": "b", "phone": OTHER_PHONE}
    )
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "a", "phone": new})
    left = state_of(workspace, NUMBER)
    advance(workspace, 29 * DAY)
    tracked(workspace, {"external_id": "c", "phone": PHONE})
    tracked(workspace, {"external_id": "c", "phone": new})
    advance(workspace, 30 * DAY)

    assert left == "Subscribed"
    assert state_of(workspace, ExternalId("a")) == "unknown"
    assert settled(workspace) == ["changed", "orphaned", "adopted", "orphaned", "expired"]
    assert state_of(workspace, NUMBER) == "unknown"
