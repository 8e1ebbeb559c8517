from typing import Any

import pytest
from worlds import profile, profiles, track, tracked

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.users.identity import DeviceId, Email
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.users.push_tokens import PushToken, check_token_import, push_tokens
from mock_braze.domain.workspace import Workspace


def a_token(token: str = "t-1", **members: Any) -> dict[str, Any]:
    return {"app_id": "app", "token": token, **members}


def anonymous(workspace: Workspace) -> list[Profile]:
    return [each for each in workspace.state.profiles if each.external_id is None]


def test_tokens_are_put_on_a_profile_each_once(workspace: Workspace) -> None:
    """Facts: push-tokens-attribute"""
    tokens = [a_token(device_id="d" * 8), a_token("t-2"), a_token("t-2")]

    tracked(workspace, {"external_id": "q-1", "push_tokens": tokens})

    assert profile(workspace, "q-1").push_tokens == [
        PushToken("app", "t-1", "d" * 8),
        PushToken("app", "t-2"),
    ]


def test_null_takes_the_tokens_off(workspace: Workspace) -> None:
    """Facts: null-removes"""
    tracked(workspace, {"external_id": "q-1", "push_tokens": [a_token()]})

    tracked(workspace, {"external_id": "q-1", "push_tokens": None})
    tracked(workspace, {"external_id": "q-2", "push_tokens": [a_token()]})

    assert profile(workspace, "q-1").push_tokens == []
    assert profile(workspace, "q-2").push_tokens == [PushToken("app", "t-1")]


def test_a_token_moves_to_whoever_had_it_last(workspace: Workspace) -> None:
    """Facts: push-token-has-one-holder"""
    for external_id in ("q-1", "q-2"):
        tracked(workspace, {"external_id": external_id, "push_tokens": [a_token()]})

    assert profile(workspace, "q-1").push_tokens == []
    assert profile(workspace, "q-2").push_tokens == [PushToken("app", "t-1")]


def test_many_tokens_move_at_once_and_the_others_stay(workspace: Workspace) -> None:
    """Facts: push-token-has-one-holder"""
    held = [a_token(f"t-{each}", device_id="d" * 8) for each in range(4)]
    tracked(workspace, {"external_id": "q-1", "push_tokens": held[:3]})
    tracked(workspace, {"external_id": "q-2", "push_tokens": held[3:]})

    tracked(workspace, {"external_id": "q-2", "push_tokens": [held[3], held[0], held[2], held[0]]})

    first, second, third, last = (PushToken("app", f"t-{each}", "d" * 8) for each in range(4))
    assert profile(workspace, "q-1").push_tokens == [second]
    assert profile(workspace, "q-2").push_tokens == [last, third, first]
    found = profiles(workspace, DeviceId("d" * 8))
    assert [each.external_id for each in found] == ["q-1", "q-2"]


@pytest.mark.parametrize(
    ("tokens", "fault"),
    [
        ("t-1", ObjectFault.BAD_PUSH_TOKEN_VALUE),
        (a_token(), ObjectFault.BAD_PUSH_TOKEN_VALUE),
        (["t-1"], ObjectFault.BAD_PUSH_TOKEN_VALUE),
        ([a_token(app_id=None)], ObjectFault.BAD_PUSH_TOKEN_APP_ID),
        ([a_token(app_id=5)], ObjectFault.BAD_PUSH_TOKEN_APP_ID),
        ([a_token(token=5)], ObjectFault.BAD_PUSH_TOKEN_STRING),
        ([a_token(token="")], ObjectFault.BAD_PUSH_TOKEN_STRING),
        ([a_token(device_id="d" * 7)], ObjectFault.BAD_DEVICE_ID),
        ([a_token(device_id="d" * 256)], ObjectFault.BAD_DEVICE_ID),
        ([a_token(device_id=12345678)], ObjectFault.BAD_DEVICE_ID),
    ],
)
def test_a_bad_token_makes_its_object_bad(tokens: Any, fault: ObjectFault) -> None:
    """Facts: push-token-errors"""
    with pytest.raises(BadObject) as refused:
        push_tokens({"push_tokens": tokens})

    assert refused.value.fault is fault


def test_the_length_of_a_device_id_counts_in_bytes() -> None:
    """Facts: push-tokens-attribute"""
    for device_id in ("ä" * 4, "d" * 255):
        assert push_tokens({"push_tokens": [a_token(device_id=device_id)]})


def test_an_import_makes_an_anonymous_profile(workspace: Workspace) -> None:
    """Facts: push-token-import, known-push-token-is-ignored"""
    imported = {
        "push_token_import": True,
        "push_tokens": [a_token(), a_token("t-2")],
        "email": "anna@example.com",
        "tier": 1,
    }

    accepted = track(workspace, imported)
    tracked(workspace, imported)

    (made,) = anonymous(workspace)
    assert accepted.processed == {"attributes": 1}
    assert (made.external_id, made.user_aliases, made.custom_attributes) == (None, {}, {"tier": 1})
    assert made.push_tokens == [PushToken("app", "t-1"), PushToken("app", "t-2")]
    assert profiles(workspace, Email("anna@example.com")) == [made]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"push_tokens": []},
        *({"push_tokens": [a_token()], name: "q"} for name in ("external_id", "braze_id")),
    ],
)
def test_an_import_brings_tokens_and_names_nobody(members: dict[str, Any]) -> None:
    """Facts: push-token-import"""
    with pytest.raises(BadObject) as refused:
        check_token_import({"push_token_import": True, **members})

    assert refused.value.fault is ObjectFault.BAD_PUSH_TOKEN_IMPORT
    check_token_import({"push_token_import": False, **members})
