"""A change of state in a group, where more than 100 profiles share the address."""

from worlds import (
    OTHER_PHONE,
    PHONE,
    a_workspace,
    hazards,
    profile,
    set_state,
    state_of,
    tracked,
)

from mock_braze.domain.subscriptions.subscription_changes import forget_states_of
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

NUMBER, OTHER_NUMBER = Address(AddressKind.PHONE, PHONE), Address(AddressKind.PHONE, OTHER_PHONE)
NAMES = [f"{n}" for n in range(103)]
LAST_THREE = NAMES[100:]


def a_crowd(**dials: str) -> Workspace:
    """103 profiles with one number."""
    workspace = a_workspace(**dials)
    for names in (NAMES[:70], NAMES[70:]):
        tracked(workspace, *({"external_id": name, "phone": PHONE} for name in names))
    return workspace


def in_state(workspace: Workspace, state: str) -> list[str]:
    return [name for name in NAMES if state_of(workspace, ExternalId(name)) == state]


def test_a_change_by_phone_reaches_a_hundred_profiles_and_the_number_itself() -> None:
    """Facts: change-reaches-all-holders, whom-a-change-reaches"""
    workspace = a_crowd()

    set_state(workspace, NUMBER)

    assert in_state(workspace, "unknown") == LAST_THREE
    assert state_of(workspace, NUMBER) == "Subscribed"
    assert hazards(workspace) == ["change_left_profiles_behind"]


def test_a_change_by_external_id_reaches_that_profile_first() -> None:
    """Facts: whom-a-change-reaches"""
    workspace = a_crowd()
    set_state(workspace, NUMBER)

    set_state(workspace, ExternalId("102"), state="unsubscribed")

    assert in_state(workspace, "Unsubscribed") == [*NAMES[:99], "102"]
    assert in_state(workspace, "Subscribed") == ["99"]
    assert in_state(workspace, "unknown") == ["100", "101"]


def test_one_left_behind_can_be_brought_to_the_state_that_the_number_has_already() -> None:
    workspace = a_crowd()
    set_state(workspace, NUMBER)

    set_state(workspace, ExternalId("101"))

    assert in_state(workspace, "unknown") == ["100", "102"]


def test_a_change_reaches_everybody_if_the_dial_says_so() -> None:
    """Facts: change-reaches-all-holders"""
    workspace = a_crowd(address_spread="everybody")

    set_state(workspace, NUMBER)

    assert in_state(workspace, "Subscribed") == NAMES
    assert hazards(workspace) == []


def test_one_left_behind_takes_its_own_state_to_an_unknown_number() -> None:
    """Facts: moved-phone-moves-states"""
    workspace = a_crowd(address_spread="everybody")
    set_state(workspace, NUMBER, state="unsubscribed")
    workspace.state.dials = a_workspace().state.dials
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "102", "phone": OTHER_PHONE})

    assert state_of(workspace, OTHER_NUMBER) == "Unsubscribed"
    assert state_of(workspace, NUMBER) == "Subscribed"
    assert in_state(workspace, "Unsubscribed") == LAST_THREE


def test_one_left_behind_without_a_state_takes_none_along() -> None:
    workspace = a_crowd()
    set_state(workspace, NUMBER)

    tracked(workspace, {"external_id": "102", "phone": OTHER_PHONE})

    assert state_of(workspace, OTHER_NUMBER) == "unknown"
    assert in_state(workspace, "unknown") == LAST_THREE


def test_one_left_behind_takes_the_state_of_a_known_number() -> None:
    """Facts: moved-phone-moves-states"""
    workspace = a_crowd()
    set_state(workspace, NUMBER)
    tracked(workspace, {"external_id": "other", "phone": OTHER_PHONE})
    set_state(workspace, OTHER_NUMBER, state="unsubscribed")

    tracked(workspace, {"external_id": "102", "phone": OTHER_PHONE})

    assert state_of(workspace, ExternalId("102")) == "Unsubscribed"


def test_nothing_is_left_of_one_left_behind_that_goes() -> None:
    workspace = a_crowd()
    set_state(workspace, NUMBER)

    forget_states_of(workspace.state, profile(workspace, "102"), workspace.clock.now(), 0)

    assert in_state(workspace, "unknown") == ["100", "101"]
    assert state_of(workspace, NUMBER) == "Subscribed"
