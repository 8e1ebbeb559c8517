import pytest
from worlds import START

from mock_braze.domain.api_keys import PERMISSIONS, BadApiKey
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import NameTaken, Workspaces


@pytest.fixture
def workspaces() -> Workspaces:
    return Workspaces(ManualClock(START), api_key="first")


def names(workspaces: Workspaces) -> list[str]:
    return [each.name for each in workspaces]


def test_there_is_a_default_workspace_with_a_key_to_everything(workspaces: Workspaces) -> None:
    assert names(workspaces) == ["default"]
    assert workspaces.opened_by("first") is workspaces.default
    assert workspaces.default.keys["first"].permissions == PERMISSIONS
    assert workspaces.opened_by("second") is None
    assert workspaces.opened_by("") is None


def test_a_key_opens_the_workspace_it_was_made_for(workspaces: Workspaces) -> None:
    workspace, key = workspaces.create("brand", permissions=["users.track"])

    assert workspaces.opened_by(key.value) is workspace is workspaces.named("brand")
    assert key.permissions == {"users.track"}
    assert workspace.clock.now() == START
    assert workspace.clock is not workspaces.default.clock


def test_a_name_can_be_taken_once(workspaces: Workspaces) -> None:
    workspaces.create("brand")

    with pytest.raises(NameTaken, match="there is a workspace 'brand' already"):
        workspaces.create("brand")


def test_a_workspace_without_a_name_gets_a_free_one(workspaces: Workspaces) -> None:
    workspaces.create("workspace-2")

    assert workspaces.create()[0].name == "workspace-3"
    assert workspaces.create()[0].name == "workspace-4"


def test_no_workspace_is_made_with_a_bad_permission(workspaces: Workspaces) -> None:
    with pytest.raises(BadApiKey):
        workspaces.create("brand", permissions=["nothing"])

    assert names(workspaces) == ["default"]


def test_two_worlds_of_one_seed_have_keys_of_their_own(workspaces: Workspaces) -> None:
    one, key = workspaces.create("one", seed=1)
    other, other_key = workspaces.create("other", seed=1)

    assert workspaces.opened_by(key.value) is one
    assert workspaces.opened_by(other_key.value) is other
    assert one.state.seeds.braze_id() == other.state.seeds.braze_id()


def test_a_reset_world_does_not_give_a_key_twice(workspaces: Workspaces) -> None:
    workspace, key = workspaces.create("brand")
    workspace.reset()

    another = workspaces.add_key(workspace, "", ["users.track"])

    assert another.value != key.value
    assert workspace.keys[key.value].permissions == PERMISSIONS


def test_equal_names_make_equal_worlds_elsewhere(workspaces: Workspaces) -> None:
    elsewhere = Workspaces(ManualClock(START), api_key="first")

    assert workspaces.create("brand")[1] == elsewhere.create("brand")[1]
    assert workspaces.create()[1] == elsewhere.create()[1]


def test_a_key_of_another_workspace_is_refused(workspaces: Workspaces) -> None:
    workspace, _ = workspaces.create("brand")

    with pytest.raises(NameTaken, match="this key opens another workspace already"):
        workspaces.add_key(workspace, "first", PERMISSIONS)

    assert workspaces.opened_by("first") is workspaces.default


def test_every_problem_of_a_key_is_told_at_once(workspaces: Workspaces) -> None:
    with pytest.raises(BadApiKey) as bad:
        workspaces.add_key(
            workspaces.default, " k", ["users.track", "all", 5], ["10.0.0.0/8", "x", 5]
        )  # type: ignore[list-item]

    assert bad.value.problems == [
        "there is no permission 'all'; a name looks like users.track",
        "there is no permission 5; a name looks like users.track",
        "the key ' k' must be printable ASCII without spaces around it",
        "'x' is no IP address or subnet",
        "5 is no IP address or subnet",
    ]


@pytest.mark.parametrize("value", ["schlüssel", "two\nlines", "tab\t", " "])
def test_a_key_that_no_header_can_carry_is_refused(workspaces: Workspaces, value: str) -> None:
    with pytest.raises(BadApiKey):
        workspaces.add_key(workspaces.default, value, PERMISSIONS)


@pytest.mark.parametrize(
    ("networks", "address", "allowed"),
    [
        ([], "203.0.113.9", True),
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8"], "11.1.2.3", False),
        (["10.0.0.7", "2001:db8::/32"], "2001:db8::1", True),
        (["10.0.0.7", "2001:db8::/32"], "10.0.0.8", False),
        (["10.0.0.0/8"], "::ffff:10.1.2.3", True),
        (["0.0.0.0/0", "::/0"], "unix:", False),
        ([], "unix:", True),
    ],
)
def test_a_key_may_be_used_from_the_networks_it_lists(
    workspaces: Workspaces, networks: list[str], address: str, allowed: bool
) -> None:
    key = workspaces.add_key(workspaces.default, "k", PERMISSIONS, networks)

    assert key.allows_address(address) is allowed
