"""Messages through the control plane: outboxes, sessions, cards, and connected content."""

import json
from typing import Any

import pytest
from worlds import EMAIL, PHONE, SMS_GROUP, World, alias_json, profile, set_state

from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.reading import read_message
from mock_braze.domain.messages.sending import send_message
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.users.addresses import Address, AddressKind

AT = "2026-01-05T09:03:20.000Z"
DISPATCH = "d" * 32
CARD = {"channel": "content_card", "title": "Level 2", "message": "Hi {{${first_name}}}"}
MAIL = {"channel": "email", "from": "a@brand.com", "subject": "Hi", "body": "{{${user_id}}}"}


@pytest.fixture
def world() -> World:
    world = World()
    anna = {"external_id": "anna", "email": EMAIL, "phone": PHONE, "first_name": "Anna"}
    world.tracked(anna)
    return world


def send(world: World, told: dict[str, Any]) -> None:
    state = world.workspace.state
    message = read_message(told, "message", state)
    assert not isinstance(message, list), message
    source = MessageSource(0, "c-1", DISPATCH)
    person = profile(world.workspace, "anna")
    assert send_message(
        state, message, person, Occasion(), world.workspace.clock.now(), source
    ).is_sent


def get(world: World, path: str) -> Any:
    answer = world.control("GET", path)
    assert answer.status_code == 200
    return answer.json()


def entry(world: World, kind: str) -> dict[str, Any]:
    (line,) = world.control("GET", f"/journal?kind={kind}").text.splitlines()
    return json.loads(line)


def test_an_email_is_told_by_the_outbox_and_the_journal(world: World) -> None:
    send(world, MAIL)

    told = entry(world, "email")
    anna = profile(world.workspace, "anna")
    sent = {
        "braze_id": anna.braze_id, "email": EMAIL, "from": "a@brand.com", "subject": "Hi",
        "body": "anna", "request": 0, "campaign_id": "c-1", "dispatch_id": DISPATCH,
    }  # fmt: skip
    number = told["number"]
    assert told == {"number": number, "at": AT, "kind": "email", **sent}
    listed = {"emails": [{"number": number, "at": AT, **sent}]}
    assert get(world, "/email/outbox") == listed
    assert get(world, "/email/outbox?email=Anna@Example.com") == listed
    assert get(world, f"/email/outbox?since={number - 1}") == listed
    for nothing in ("email=ben@example.com", f"since={number}"):
        assert get(world, f"/email/outbox?{nothing}") == {"emails": []}


def test_a_bad_question_to_the_outbox_is_refused(world: World) -> None:
    answer = world.control("GET", "/email/outbox?since=soon")

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": ["'since' must be the number of an entry, not 'soon'"]},
    )


def test_a_text_of_a_campaign_is_told_by_the_outbox(world: World) -> None:
    set_state(world.workspace, Address(AddressKind.PHONE, PHONE))

    send(world, {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi"})

    (told,) = get(world, "/sms/outbox")["messages"]
    assert told == {
        "number": told["number"], "at": AT, "group_id": SMS_GROUP, "phone": PHONE,
        "kind": "campaign", "language": "en", "body": "Hi", "request": 0, "campaign_id": "c-1",
        "dispatch_id": DISPATCH,
    }  # fmt: skip


def test_a_card_is_made_as_a_session_starts_and_told(world: World) -> None:
    """Facts: content-card-creation"""
    send(world, {**CARD, "made": "first_impression", "expires_after_seconds": 3600})
    before = get(world, "/content_cards")

    started = world.control("POST", "/sessions", {"external_id": "anna"})

    braze_id = profile(world.workspace, "anna").braze_id
    assert before == {"content_cards": []}
    assert (started.status_code, started.json()) == (201, {"braze_id": braze_id, "sessions": 1})
    told = entry(world, "content_card")
    card = {
        "braze_id": braze_id, "title": "Level 2", "message": "Hi Anna", "url": "",
        "image_url": "", "expires_at": "2026-01-05T10:03:20.000Z", "request": 0,
        "campaign_id": "c-1", "dispatch_id": DISPATCH,
    }  # fmt: skip
    number = told["number"]
    assert told == {"number": number, "at": AT, "kind": "content_card", **card}
    shown = {
        "number": number, "external_id": "anna", "made_at": AT, "removed_at": None,
        "removed_by": "", "is_shown": True, **card,
    }  # fmt: skip
    assert get(world, "/content_cards") == {"content_cards": [shown]}

    world.control("POST", "/clock/advance", {"seconds": 3600})
    assert get(world, "/content_cards") == {"content_cards": [{**shown, "is_shown": False}]}


def test_a_card_without_an_end_has_none(world: World) -> None:
    send(world, CARD)

    (told,) = get(world, "/content_cards")["content_cards"]
    assert (told["expires_at"], entry(world, "content_card")["expires_at"]) == (None, None)


def test_the_cards_of_somebody_who_is_gone_are_not_told(world: World) -> None:
    send(world, CARD)
    world.post("/users/delete", {"external_ids": ["anna"]})
    world.control("POST", "/clock/advance", {"seconds": 10})

    assert get(world, "/content_cards") == {"content_cards": []}


@pytest.mark.parametrize(
    "named",
    [
        {"external_id": "anna"}, {"email": "ANNA@example.com"}, {"phone": PHONE},
        {"user_alias": alias_json("anna", "crm")},
    ],
)  # fmt: skip
def test_a_session_is_started_by_any_identifier(world: World, named: dict[str, Any]) -> None:
    world.post(
        "/users/alias/new", {"user_aliases": [{"external_id": "anna", **alias_json("anna", "crm")}]}
    )

    world.control("POST", "/clock/advance", {"seconds": 10})
    answer = world.control("POST", "/sessions", named)

    assert answer.json()["braze_id"] == profile(world.workspace, "anna").braze_id


@pytest.mark.parametrize(
    ("body", "status", "problems"),
    [
        ({}, 400, ["give exactly one of external_id, user_alias, braze_id, email, phone"]),
        (
            {"external_id": "a", "email": EMAIL},
            400,
            ["give exactly one of external_id, user_alias, braze_id, email, phone"],
        ),
        (
            {"email": "no"},
            400,
            ["Braze would refuse this: The value provided for the 'email' field is not a valid "
             "email."],
        ),
        (
            {"external_id": "ben"},
            404,
            ["no profile has this external_id; a write may not be readable yet"],
        ),
        (
            {"name": "anna"},
            400,
            ["there is no member 'name'; there are external_id, user_alias, braze_id, email, "
             "phone"],
        ),
    ],
)  # fmt: skip
def test_nobody_in_particular_starts_no_session(
    world: World, body: dict[str, Any], status: int, problems: list[str]
) -> None:
    answer = world.control("POST", "/sessions", body)

    assert (answer.status_code, answer.json()) == (status, {"problems": problems})


def test_connected_content_is_kept_and_answered(world: World) -> None:
    """Facts: liquid-connected-content"""
    answers = {"https://a.b/": {"level": 3}, "https://c.d/": None}

    put = world.control("PUT", "/connected_content", answers)
    send(world, {**MAIL, "body": "{% connected_content https://a.b/ :save it %}{{it.level}}"})

    assert (put.status_code, put.json(), get(world, "/connected_content")) == (
        200,
        answers,
        answers,
    )
    assert entry(world, "email")["body"] == "3"


def test_a_world_with_messages_survives_a_snapshot(world: World) -> None:
    world.control("PUT", "/connected_content", {"https://a.b/": [1]})
    send(world, CARD)
    send(world, {**CARD, "made": "first_impression"})
    send(world, MAIL)
    document = world.control("GET", "/snapshot").content

    other = World(seed=9)
    assert other.control("PUT", "/snapshot", raw=document).status_code == 200

    assert other.control("GET", "/snapshot").content == document
    for each in (world, other):
        each.control("POST", "/sessions", {"external_id": "anna"})
    assert get(world, "/content_cards") == get(other, "/content_cards")
    assert len(get(other, "/content_cards")["content_cards"]) == 2
