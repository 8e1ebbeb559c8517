"""The global email state: where it hangs, how far it spreads, and what a new address does to it."""

import pytest
from worlds import (
    EMAIL,
    EMAIL_GROUP,
    OTHER_EMAIL,
    a_workspace,
    advance,
    effects,
    profile,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.subscriptions.global_email_state import set_address_state
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import Email, ExternalId
from mock_braze.domain.workspace import Workspace

MAIL = Address(AddressKind.EMAIL, EMAIL)


def set_email(workspace: Workspace, value: str, email: str = EMAIL) -> None:
    set_address_state(workspace.state, email, value, workspace.clock.now(), 0)


def states(workspace: Workspace, *names: str) -> list[str]:
    return [profile(workspace, name).email_subscribe for name in names]


def test_profiles_that_share_an_address_share_its_state(workspace: Workspace) -> None:
    """Facts: global-email-state-hangs-on-the-address, default-global-states"""
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))
    tracked(workspace, {"external_id": "c", "email": OTHER_EMAIL})
    before = states(workspace, "a", "b", "c")

    tracked(workspace, {"external_id": "a", "email_subscribe": "unsubscribed"})

    assert before == ["subscribed"] * 3
    assert states(workspace, "a", "b", "c") == ["unsubscribed", "unsubscribed", "subscribed"]
    told = [each.details for each in effects(workspace) if each.effect == "email_state_changed"]
    assert told == [{"email": EMAIL, "state": "unsubscribed", "profiles": 2}]


def test_a_new_holder_of_an_address_takes_its_state(workspace: Workspace) -> None:
    """Facts: global-email-state-hangs-on-the-address"""
    tracked(workspace, {"external_id": "a", "email": EMAIL, "email_subscribe": "opted_in"})

    tracked(workspace, {"external_id": "b", "email": EMAIL})

    assert states(workspace, "a", "b") == ["opted_in", "opted_in"]


def test_a_second_profile_made_by_the_same_email_takes_its_state_too(workspace: Workspace) -> None:
    track(workspace, {"email": EMAIL, "email_subscribe": "unsubscribed"})
    track(workspace, {"email": EMAIL})
    advance(workspace, 5)

    both = profiles(workspace, Email(EMAIL))

    assert [each.email_subscribe for each in both] == ["unsubscribed", "unsubscribed"]


def test_a_change_spreads_to_a_hundred_profiles_the_one_that_was_named_among_them(
    workspace: Workspace,
) -> None:
    """Facts: email-state-spreads-to-100, change-reaches-all-holders"""
    names = [f"{n}" for n in range(103)]
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in names[:70]))
    tracked(workspace, *({"external_id": name, "email": EMAIL} for name in names[70:]))

    set_email(workspace, "unsubscribed")
    by_address = [name for name in names if states(workspace, name) == ["subscribed"]]
    tracked(workspace, {"external_id": "101", "email_subscribe": "opted_in"})
    by_profile = [name for name in names if states(workspace, name) != ["opted_in"]]

    assert by_address == ["100", "101", "102"]
    assert by_profile == ["99", "100", "102"]


@pytest.mark.parametrize("made_by", [{"external_id": "a", "email": EMAIL}, {"email": EMAIL}])
def test_a_state_set_before_there_is_a_profile_waits_for_it(
    workspace: Workspace, made_by: dict[str, str]
) -> None:
    """Facts: email-status-before-the-profile"""
    set_email(workspace, "opted_in")
    advance(workspace, 60 * 86_400)

    tracked(workspace, made_by)
    (found,) = profiles(workspace, Email(EMAIL))
    tracked(workspace, {"external_id": "later", "email": OTHER_EMAIL})

    assert found.email_subscribe == "opted_in"
    assert states(workspace, "later") == ["subscribed"]
    assert workspace.state.email_lists.waiting_states == {}


def test_without_resubscription_a_first_email_still_takes_the_state_of_its_address() -> None:
    """Facts: email-update-resubscribes"""
    workspace = a_workspace(resubscribe_on_email_update=False)
    tracked(workspace, {"external_id": "a", "email": EMAIL, "email_subscribe": "opted_in"})
    tracked(workspace, {"external_id": "b"})

    tracked(workspace, {"external_id": "b", "email": EMAIL})

    assert states(workspace, "b") == ["opted_in"]


@pytest.mark.parametrize(
    ("resubscribes", "to_new", "to_known"),
    [(True, "subscribed", "opted_in"), (False, "unsubscribed", "unsubscribed")],
)
def test_a_profile_whose_email_changes_is_as_the_setting_and_the_new_address_say(
    resubscribes: bool, to_new: str, to_known: str
) -> None:
    """Facts: email-update-resubscribes"""
    workspace = a_workspace(resubscribe_on_email_update=resubscribes)
    tracked(workspace, {"external_id": "a", "email": EMAIL, "email_subscribe": "unsubscribed"})
    tracked(workspace, {"external_id": "b", "email": "b@example.com"})
    set_email(workspace, "opted_in", "b@example.com")

    tracked(workspace, {"external_id": "a", "email": OTHER_EMAIL})
    after_new = states(workspace, "a")
    tracked(workspace, {"external_id": "a", "email_subscribe": "unsubscribed"})
    tracked(workspace, {"external_id": "a", "email": "b@example.com"})

    assert (after_new, states(workspace, "a")) == ([to_new], [to_known])
    assert states(workspace, "b") == ["opted_in"]


def test_a_first_email_leaves_the_state_a_profile_had(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "email_subscribe": "unsubscribed"})

    tracked(workspace, {"external_id": "a", "email": EMAIL})

    assert states(workspace, "a") == ["unsubscribed"]


def test_group_states_outlive_a_global_unsubscription(workspace: Workspace) -> None:
    """Facts: global-unsubscribe-keeps-group-states, group-state-leaves-global-state"""
    tracked(workspace, {"external_id": "a", "email": EMAIL})
    set_state(workspace, MAIL, group=EMAIL_GROUP)

    set_email(workspace, "unsubscribed")
    during = state_of(workspace, ExternalId("a"), EMAIL_GROUP)
    set_email(workspace, "subscribed")

    assert during == state_of(workspace, ExternalId("a"), EMAIL_GROUP) == "Subscribed"


def test_an_address_that_everybody_left_starts_anew(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "a", "email": EMAIL, "email_subscribe": "unsubscribed"})
    tracked(workspace, {"external_id": "a", "email": OTHER_EMAIL})

    tracked(workspace, {"external_id": "b", "email": EMAIL})

    assert states(workspace, "a", "b") == ["subscribed", "subscribed"]
