"""Webhook templates through the control plane: saved, listed, previewed, and never sent."""

import json
from typing import Any

import pytest
from worlds import EMAIL, SMS_GROUP, World, advance

from mock_braze.domain.workspaces import Workspaces
from mock_braze.replay import read_steps, replay

QUIKLY: dict[str, Any] = {
    "name": "quikly",
    "url": "https://api.quikly.com/webhook/braze",
    "method": "POST",
    "headers": {"Authorization": "Bearer partner", "Content-Type": "application/json"},
    "pairs": {"q_scope": "s-1", "event": "login", "email": "{{${email_address}}}"},
}
AS_PRINTED = {**QUIKLY, "pairs": {**QUIKLY["pairs"], "email": "{{${email_address}}"}}


def save(world: World, **members: Any) -> Any:
    return world.control("POST", "/webhook_templates", {**QUIKLY, **members})


def preview(world: World, **members: Any) -> Any:
    return world.control("POST", "/webhook_templates/quikly/preview", members)


def listed(world: World) -> Any:
    return world.control("GET", "/webhook_templates").json()["webhook_templates"]


def test_the_webhook_of_the_page_is_saved_once_its_brace_is_there(world: World) -> None:
    """Facts: page-sample-short-of-a-brace, quikly-webhook, webhook-template"""
    refused = world.control("POST", "/webhook_templates", AS_PRINTED)
    saved = save(world)
    again = save(world)

    assert (refused.status_code, refused.json()) == (
        400,
        {
            "problems": [
                "'pairs.email' is no Liquid: line 1, column 1, at {{${email_address}}: "
                "a closing brace is missing; did you mean {{${email_address}}}"
            ]
        },
    )
    told = {**QUIKLY, "saved_at": "2026-01-05T09:00:00.000Z"}
    assert (saved.status_code, saved.json()) == (201, told)
    assert (again.status_code, listed(world)) == (200, [told])


def test_a_webhook_to_quikly_is_previewed_for_an_existing_user(world: World) -> None:
    """Facts: quikly-webhook, webhook-preview-users"""
    world.tracked({"external_id": "q-1", "email": EMAIL}, {"external_id": "q-2"})
    save(world)

    by_id, by_email = preview(world, external_id="q-1"), preview(world, email="Anna@Example.com")

    first = next(iter(world.workspace.state.profiles))
    assert by_id.json() == by_email.json() == {
        "user": {"braze_id": first.braze_id, "external_id": "q-1", "email": EMAIL},
        "outcome": "rendered",
        "request": {
            "method": "POST",
            "url": "https://api.quikly.com/webhook/braze",
            "headers": QUIKLY["headers"],
            "body": json.dumps({"q_scope": "s-1", "event": "login", "email": EMAIL}),
        },
        "notes": [],
    }  # fmt: skip


def test_a_preview_notes_what_rendered_empty(world: World) -> None:
    """Facts: webhook-blank-attribute"""
    world.tracked({"external_id": "q-2"})
    save(world)

    told = preview(world, external_id="q-2").json()

    assert json.loads(told["request"]["body"])["email"] == ""
    assert told["notes"] == ["'pairs.email': {{${email_address}}} rendered empty"]


def test_a_random_user_is_one_of_all_by_the_seed() -> None:
    """Facts: webhook-preview-users"""

    def chosen(seed: int) -> list[str]:
        world = World(seed=seed)
        world.tracked(*({"external_id": f"q-{number}"} for number in range(4)))
        save(world)
        return [preview(world).json()["user"]["external_id"] for _ in range(40)]

    assert chosen(1) == chosen(1) != chosen(2)
    assert set(chosen(1)) == {"q-0", "q-1", "q-2", "q-3"}


def test_a_made_up_user_has_what_is_typed_in(world: World) -> None:
    """Facts: webhook-custom-user, liquid-event-properties"""
    output = "{{${first_name}}} {{custom_attribute.${level}}} {{event_properties.${store}}}"
    save(world, pairs={"all": f"{output} {{{{campaign.${{name}}}}}}"})

    told = preview(
        world,
        custom_user={"first_name": "Eva", "custom_attributes": {"level": 3, "sizes": ["S"]}},
        event_properties={"store": "Oslo"},
        campaign={"name": "May"},
    ).json()

    assert told["user"] == {"made_up": True}
    assert told["request"]["body"] == '{"all": "Eva 3 Oslo May"}'


def test_a_made_up_user_has_nothing_nested(world: World) -> None:
    """Facts: webhook-custom-user-is-flat"""
    save(world)
    custom_user = {
        "email": EMAIL,
        "first_name": ["Eva"],
        "custom_attributes": {"pet": {"name": "Rex"}, "pets": [{}], "level": 1},
    }

    answer = preview(world, custom_user=custom_user, external_id="q-1", campaign={"id": "x"})

    names = (
        "email_address, phone_number, first_name, last_name, city, country, gender, language, "
        "time_zone, date_of_birth, user_id, braze_id, random_bucket_number, custom_attributes"
    )
    nested = "is nested, which a made-up user cannot have; preview as an existing user"
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "there is no member 'campaign.id'; "
                "there are name, api_id, dispatch_id, message_name",
                "give one of external_id, email, custom_user, or none for a random user",
                f"there is no field 'email'; there are {names}",
                "'custom_user.first_name' must be text or a number, not [\"Eva\"]",
                f"'custom_user.custom_attributes.pet' {nested}",
                f"'custom_user.custom_attributes.pets' {nested}",
            ]
        },
    )
    assert preview(world, custom_user={"custom_attributes": 5}).json() == {
        "problems": ["'custom_user.custom_attributes' must be an object"]
    }


def test_a_message_that_is_called_off_or_fails_is_told_so(world: World) -> None:
    """Facts: liquid-abort-message, liquid-failure-stops-the-message"""
    save(world, pairs={"a": "{% abort_message('no email') %}"})
    aborted = preview(world, custom_user={}).json()
    save(world, pairs={"a": "{% for each in (1..99999999) %}x{% endfor %}"})
    failed = preview(world, custom_user={}).json()

    user = {"made_up": True}
    assert aborted == {"user": user, "outcome": "aborted", "reason": "no email"}
    assert failed == {
        "user": user,
        "outcome": "failed",
        "reason": "'pairs.a': loop iteration limit reached",
    }


def test_connected_content_is_answered_by_the_call(world: World) -> None:
    """Facts: liquid-connected-content"""
    save(world, pairs={"a": "{% connected_content https://a.b :save r %}{{r.n}}"})

    told = preview(world, custom_user={}, connected_content={"https://a.b": {"n": 7}}).json()

    assert told["request"]["body"] == '{"a": "7"}'


def test_all_problems_of_a_template_are_told_at_once(world: World) -> None:
    answer = world.control(
        "POST",
        "/webhook_templates",
        {
            "name": "a/b",
            "url": "https://example.com:8080",
            "method": "PATCH",
            "headers": {"a": "{{${x}}", "n": 5},
            "pairs": {"a": "{% if %}", "n": None},
            "raw_text": "x",
            "body": "x",
        },
    )

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "there is no member 'body'; there are name, url, method, headers, pairs, raw_text",
                "give 'pairs' or 'raw_text', not both",
                "'name' must be text without slashes, not 'a/b'",
                "'headers.n' must be text, not 5",
                "'pairs.n' must be text, not null",
                "'method' must be one of POST, GET, PUT, DELETE, not 'PATCH'",
                "'url' may name the ports 80 and 443 only, not 8080, but for this machine itself",
                "'headers.a' is no Liquid: line 1, column 1, at {{${x}}: "
                "a closing brace is missing; did you mean {{${x}}}",
                "'pairs.a' is no Liquid: line 1, column 4, at if %}: missing expression",
            ]
        },
    )
    assert listed(world) == []
    assert world.control("POST", "/webhook_templates", {"method": 5}).json() == {
        "problems": [
            "'name' is missing",
            "'url' is missing",
            "'method' must be text, not 5",
        ]
    }


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({}, "there is no profile yet; make one, or preview as a 'custom_user'"),
        ({"external_id": "x"}, "nobody has the external_id 'x'; a write may not be readable yet"),
        ({"email": EMAIL}, f"nobody has the email {EMAIL!r}; a write may not be readable yet"),
    ],
)
def test_nobody_to_preview_as_is_told(world: World, members: Any, problem: str) -> None:
    save(world)

    answer = preview(world, **members)

    assert (answer.status_code, answer.json()) == (404, {"problems": [problem]})


def test_an_unknown_template_is_told(world: World) -> None:
    save(world)

    answer = world.control("POST", "/webhook_templates/other/preview", {})

    assert (answer.status_code, answer.json()) == (
        404,
        {"problems": ["there is no webhook template 'other'; there are quikly"]},
    )


def test_templates_and_previews_are_in_snapshots_replays_and_worlds(world: World) -> None:
    save(world)
    save(world, name="raw", pairs=None, raw_text="{{subscribed_state.${" + SMS_GROUP + "}}}")
    world.tracked({"external_id": "a"}, {"external_id": "b"})
    for _ in range(3):
        preview(world).raise_for_status()
    snapshot = world.control("GET", "/snapshot").json()
    steps = read_steps(world.journal().splitlines())
    after = [preview(world).json() for _ in range(5)]

    replayed, restored = World(), World()
    workspaces = Workspaces(replayed.workspace.clock, api_key="partner-key")
    replayed.workspace.restore(replay(steps, workspaces).snapshot())
    restored.control("PUT", "/snapshot", snapshot).raise_for_status()
    begun = World()
    made = begun.control(
        "POST", "/world", {"webhook_templates": [QUIKLY], "profiles": [{"email": EMAIL}]}
    )

    again = replayed.control("GET", "/snapshot").json()
    for part in ("webhook_templates", "seeds"):
        assert again["state"][part] == snapshot["state"][part]
    assert [preview(restored).json() for _ in range(5)] == after
    assert made.json()["webhook_templates"] == 1
    assert preview(begun).json()["user"]["email"] == EMAIL


def test_nothing_is_sent_by_a_preview(world: World) -> None:
    save(world, url="http://127.0.0.1:9/hook")

    preview(world, custom_user={})
    advance(world.workspace, 3600)

    assert world.control("GET", "/webhooks").json() == {"webhooks": []}
