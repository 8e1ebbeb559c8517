"""The requests printed on Braze's page about Quikly, taken literally."""

from worlds import EMAIL, PHONE, SMS_GROUP, World, advance

# As printed: a colon inside one key, a quote missing in another.
TRACK_AS_PRINTED = f"""{{
  "attributes": [
    {{
      "_update_existing_only": false,
      "user_alias:" {{ "alias_name": "{EMAIL}", "alias_label: "email" }},
      "email": "{EMAIL}"
    }}
  ]
}}"""
TRACK_REPAIRED = TRACK_AS_PRINTED.replace('"user_alias:" {', '"user_alias:": {').replace(
    '"alias_label: "email"', '"alias_label": "email"'
)
SET_AS_PRINTED = (
    f'{{"subscription_group_id": "{SMS_GROUP}", "subscription_status": "subscribed", '
    f'"phone": "{PHONE}"}}}}]'
)


def test_the_printed_samples_are_no_json(world: World) -> None:
    """Facts: page-sample-user-alias-colon, page-sample-subscription-status"""
    track = world.post("/users/track", raw=TRACK_AS_PRINTED.encode())
    status = world.post("/subscription/status/set", raw=SET_AS_PRINTED.encode())

    for answer in (track, status):
        assert (answer.status_code, answer.text) == (400, '{"message":"Bad Request"}')


def test_with_its_syntax_repaired_the_track_sample_makes_a_profile_without_the_alias(
    world: World,
) -> None:
    """Facts: page-sample-user-alias-colon, unknown-members-ignored"""
    answer = world.post("/users/track", raw=TRACK_REPAIRED.encode())
    advance(world.workspace, 5)

    assert answer.status_code == 201
    (user,) = world.export(email_address=EMAIL).json()["users"]
    assert user["user_aliases"] == []
    assert user["custom_attributes"] == {
        "user_alias:": {"alias_name": EMAIL, "alias_label": "email"}
    }
    by_alias = {"alias_name": EMAIL, "alias_label": "email"}
    assert world.export(user_aliases=[by_alias]).json()["users"] == []
    (hazard,) = world.hazards()
    assert hazard == "unknown_member_ignored"


def test_with_its_brackets_repaired_the_status_sample_lacks_the_state(world: World) -> None:
    """Facts: page-sample-subscription-status, status-set-missing-state"""
    repaired = SET_AS_PRINTED.removesuffix("}]")

    answer = world.post("/subscription/status/set", raw=repaired.encode())

    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid subscription state"})
    (hazard,) = world.workspace.state.journal.since(kind="hazard")
    assert hazard.details == (  # type: ignore[union-attr]
        "'subscription_status' is not known here; probably 'subscription_state' was meant"
    )


def test_with_every_name_repaired_the_state_still_never_reaches_the_profile(world: World) -> None:
    """Facts: page-samples-lack-the-phone, orphan-states-live-30-days"""
    alias = {"alias_name": EMAIL, "alias_label": "email"}
    world.tracked({"_update_existing_only": False, "user_alias": alias, "email": EMAIL})

    world.set_status(phone=PHONE)
    by_number = world.status(f"phone=%2B{PHONE[1:]}").json()["status"]
    (user,) = world.get(f"/subscription/user/status?email={EMAIL}").json()["users"]

    assert by_number == {PHONE: "Subscribed"}
    assert (user["phone"], user["subscription_groups"]) == (None, [])
    assert world.hazards() == ["orphan_subscription"]
    advance(world.workspace, 30 * 86_400)
    assert world.status(f"phone=%2B{PHONE[1:]}").json()["status"] == {PHONE: "unknown"}


def test_the_printed_look_up_names_no_fields_and_newer_accounts_refuse_it() -> None:
    """Facts: page-names-no-fields-to-export"""
    assert World().export(email_address=EMAIL).status_code == 201
    assert World(export_fields="required").export(email_address=EMAIL).status_code == 400
