"""The endpoints of aliases, identify, merge, delete and external IDs, over HTTP."""

from typing import Any

import pytest
from worlds import EMAIL, PHONE, SMS_GROUP, World, advance, alias_json, hazards_seen

from mock_braze.rest.operations import TABLE

BY_EMAIL = {"email": EMAIL, "prioritization": ["unidentified"]}
BY_PHONE = {"phone": PHONE, "prioritization": ["identified"]}
ALIASES = {"aliases_to_identify": [{"external_id": "a", "user_alias": alias_json()}]}
EMAILS = {"emails_to_identify": [{"external_id": "a", **BY_EMAIL}] * 2}
PHONES = {"phone_numbers_to_identify": [{"external_id": "a", **BY_PHONE}]}
MERGE = {
    "merge_updates": [
        {"identifier_to_merge": {"external_id": "a"}, "identifier_to_keep": {"external_id": "b"}}
    ]
}


@pytest.mark.parametrize(
    ("path", "body", "answered"),
    [
        (
            "/users/alias/new",
            {"user_aliases": [alias_json()] * 2},
            b'{"aliases_processed":2,"message":"success"}',
        ),
        (
            "/users/alias/update",
            {
                "alias_updates": [
                    {"alias_label": "email", "old_alias_name": "a", "new_alias_name": "b"}
                ]
            },
            b'{"aliases_processed":1,"message":"success"}',
        ),
        (
            "/users/identify",
            EMAILS,
            b'{"emails_processed":2,"message":"success"}',
        ),
        (
            "/users/identify",
            {**PHONES, **EMAILS, **ALIASES},
            b'{"aliases_processed":1,"emails_processed":2,"phone_numbers_processed":1,'
            b'"message":"success"}',
        ),
        (
            "/users/external_ids/rename",
            {
                "external_id_renames": [
                    {"current_external_id": "a", "new_external_id": "b"},
                    {"current_external_id": "b", "new_external_id": "b"},
                    {"current_external_id": "c", "new_external_id": "b"},
                ]
            },
            b'{"external_ids":["b"],"rename_errors":['
            b'[1,"current_external_id and new_external_id must be different"],'
            b'[2,"new_external_id is already in use"]],"message":"success"}',
        ),
        (
            "/users/external_ids/remove",
            {"external_ids": ["a"]},
            b'{"removed_ids":[],"removal_errors":['
            b'[0,"external_id is not a deprecated external ID of a user"]],"message":"success"}',
        ),
    ],
)
def test_what_is_sent_is_counted_and_accepted(
    world: World, path: str, body: Any, answered: bytes
) -> None:
    """Facts: alias-new-success-body, alias-update-success-body, identify-counts-addresses,
    rename-lists-successes, rename-onto-a-taken-id, removal-errors
    """
    world.tracked({"external_id": "a"}, {"external_id": "c"})

    answer = world.post(path, body)

    assert (answer.status_code, answer.content) == (201, answered)


def test_every_counter_is_told_where_the_dial_says_so() -> None:
    """Facts: identify-counts-addresses"""
    answer = World(identify_counters="all").post("/users/identify", ALIASES)

    assert answer.json() == {
        "aliases_processed": 1,
        "emails_processed": 0,
        "phone_numbers_processed": 0,
        "message": "success",
    }


def test_an_item_without_use_is_not_counted(world: World) -> None:
    """Facts: identify-both-recencies, user-item-errors"""
    priorities = ["most_recently_updated", "least_recently_updated"]
    item = {"external_id": "a", "email": EMAIL, "prioritization": priorities}

    answer = world.post("/users/identify", {"emails_to_identify": [item]})

    says = (
        "Request can not contain both of 'most_recently_updated' and 'least_recently_updated' "
        "values in the 'prioritization' array"
    )
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "emails_processed": 0,
            "message": "success",
            "errors": [{"type": says, "input_array": "user_identifiers", "index": 0}],
        },
    )


def test_an_accepted_merge_answers_202_without_an_etag(world: World) -> None:
    """Facts: merge-answers-202, no-etag-on-202"""
    answer = world.post("/users/merge", MERGE)

    assert (answer.status_code, answer.content) == (202, b'{"message":"success"}')
    assert "Etag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/users/alias/new", "users.alias.new"),
        ("/users/alias/update", "users.alias.update"),
        ("/users/identify", "users.identify"),
        ("/users/merge", "users.merge"),
        ("/users/delete", "users.delete"),
        ("/users/external_ids/rename", "users.external_ids.rename"),
        ("/users/external_ids/remove", "users.external_ids.remove"),
    ],
)
def test_each_endpoint_has_a_permission_of_its_own(
    world: World, path: str, permission: str
) -> None:
    """Facts: user-permissions"""
    others = {each.permission for each in TABLE.values()} - {permission}
    world.workspaces.add_key(world.workspace, "one", [permission])
    world.workspaces.add_key(world.workspace, "others", list(others))

    allowed, denied = (
        world.post(path, headers={"Authorization": f"Bearer {key}"}) for key in ("one", "others")
    )

    assert (allowed.status_code, denied.status_code) == (400, 403)


def test_five_endpoints_share_a_budget_and_two_have_their_own(world: World) -> None:
    """Facts: rate-of-user-changes, rate-of-external-id-changes"""
    paths = ["alias/new", "alias/update", "identify", "merge", "delete"]
    paths += ["external_ids/rename", "external_ids/remove"]

    left = [world.post(f"/users/{path}").headers["X-Ratelimit-Remaining"] for path in paths]

    assert left == ["19999", "19998", "19997", "19996", "19995", "999", "999"]


def test_a_deleted_user_is_exported_as_nobody(world: World) -> None:
    """Facts: deleted-user-exports-as-nobody"""
    world.tracked({"external_id": "a"})

    world.post("/users/delete", {"external_ids": ["a"]})
    advance(world.workspace, 1)

    answer = world.export(external_ids=["a"])
    assert answer.json() == {"users": [], "invalid_user_ids": ["a"], "message": "success"}


def test_a_renamed_user_is_found_by_both_ids_and_exported_by_the_new_one(world: World) -> None:
    """Facts: deprecated-id-resolves"""
    world.tracked({"external_id": "old"})
    world.set_status(external_id="old")
    renaming = {"current_external_id": "old", "new_external_id": "new"}
    world.post("/users/external_ids/rename", {"external_id_renames": [renaming]})

    assert world.export(external_ids=["old", "new"]).json()["users"] == [world.user("new")]
    assert world.user("old")["external_id"] == "new"
    assert world.status("external_id=old").json()["status"] == {"old": "Subscribed"}
    world.set_status(external_id="old", subscription_state="unsubscribed")
    assert world.status("external_id=new").json()["status"] == {"new": "Unsubscribed"}
    (told,) = world.control("GET", "/profiles?external_id=old").json()["profiles"]
    assert (told["external_id"], told["deprecated_external_ids"]) == ("new", ["old"])
    assert told["subscription_states"] == {SMS_GROUP: "unsubscribed"}


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("/users/alias/new", {"user_aliases": [{**alias_json(), "alias": "a"}]}, ["alias"]),
        ("/users/alias/new", {"aliases": [], "user_aliases": [alias_json()]}, ["aliases"]),
        ("/users/identify", {**ALIASES, "merge_behavior": "merge"}, []),
        ("/users/identify", {**ALIASES, "alias_to_identify": []}, ["alias_to_identify"]),
        ("/users/identify", {"emails_to_identify": [{**BY_EMAIL, "name": "a"}]}, ["name"]),
        ("/users/merge", {**MERGE, "merge_behavior": "merge"}, ["merge_behavior"]),
        ("/users/delete", {"external_ids": ["a"], "external_id": "b"}, ["external_id"]),
        ("/users/external_ids/remove", {"external_ids": ["a"], "ids": []}, ["ids"]),
    ],
)
def test_unknown_members_are_ignored_and_told(
    world: World, path: str, body: Any, names: list[str]
) -> None:
    """Facts: unknown-members-ignored"""
    answer = world.post(path, body)

    assert answer.status_code in (201, 202)
    seen = hazards_seen(world.workspace)
    assert [each.subject for each in seen if each.hazard.name == "unknown_member_ignored"] == names


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users/alias/new", {"user_aliases": alias_json()}),
        ("/users/alias/update", {"alias_updates": []}),
        ("/users/identify", {}),
        ("/users/delete", {"external_ids": "a"}),
        ("/users/external_ids/rename", {"external_id_renames": []}),
        ("/users/external_ids/remove", {"external_ids": None}),
        ("/users/merge", {}),
    ],
)
def test_a_request_without_items_is_refused(world: World, path: str, body: Any) -> None:
    """Facts: user-endpoints-need-items, external-id-item-limit, merge-updates-not-an-array"""
    answer = world.post(path, body)

    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]


@pytest.mark.parametrize("name", ["rename", "remove"])
def test_the_singular_path_of_the_rate_limit_page_is_no_endpoint(world: World, name: str) -> None:
    """Facts: external-id-paths-are-plural"""
    singular = world.post(f"/users/external_id/{name}")
    plural = world.post(f"/users/external_ids/{name}")

    assert (singular.status_code, plural.status_code) == (404, 400)


def test_an_export_right_after_identify_does_not_show_the_new_name(world: World) -> None:
    """Facts: identified-alias-appears-late"""
    world.tracked({"_update_existing_only": False, "user_alias": alias_json()})
    item = {"external_id": "q-1", "user_alias": alias_json()}
    world.post("/users/identify", {"aliases_to_identify": [item]})
    asked = {"external_ids": ["q-1"], "fields_to_export": ["user_aliases"]}

    at_once = world.export(**asked).json()["users"]
    advance(world.workspace, 2)
    later = world.export(**asked).json()["users"]

    assert at_once == []
    assert later == [{"user_aliases": [alias_json()]}]
