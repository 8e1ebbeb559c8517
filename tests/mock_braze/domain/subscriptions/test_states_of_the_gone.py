"""What becomes of subscription states when a profile is removed."""

from worlds import EMAIL, EMAIL_GROUP, PHONE, a_workspace, effects, set_state, state_of, tracked

from mock_braze.domain.subscriptions.subscription_changes import forget_states_of
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

NUMBER, MAIL = Address(AddressKind.PHONE, PHONE), Address(AddressKind.EMAIL, EMAIL)


def forget(workspace: Workspace, external_id: str) -> None:
    (profile,) = workspace.find([ExternalId(external_id)]).profiles
    forget_states_of(workspace.state, profile, workspace.clock.now(), 7)


def test_the_states_of_an_address_go_with_the_last_profile_that_has_it() -> None:
    """Facts: states-die-with-the-last-holder"""
    workspace = a_workspace()
    tracked(workspace, {"external_id": "a", "phone": PHONE, "email": EMAIL})
    set_state(workspace, NUMBER)
    set_state(workspace, MAIL, group=EMAIL_GROUP)

    forget(workspace, "a")

    assert state_of(workspace, NUMBER) == state_of(workspace, MAIL, EMAIL_GROUP) == "unknown"
    gone = [each for each in effects(workspace) if each.effect == "subscription_state_deleted"]
    assert [(each.request, each.details["subscriber"]) for each in gone] == [(7, EMAIL), (7, PHONE)]


def test_the_states_of_an_address_stay_while_another_profile_has_it() -> None:
    """Facts: states-die-with-the-last-holder"""
    workspace = a_workspace()
    tracked(workspace, *({"external_id": name, "phone": PHONE} for name in ("a", "b")))
    set_state(workspace, NUMBER)

    forget(workspace, "a")

    assert state_of(workspace, NUMBER) == state_of(workspace, ExternalId("b")) == "Subscribed"


def test_a_state_that_the_profile_kept_itself_goes_with_it() -> None:
    workspace = a_workspace()
    tracked(workspace, {"external_id": "a"})
    set_state(workspace, ExternalId("a"))

    forget(workspace, "a")

    assert state_of(workspace, ExternalId("a")) == "unknown"
