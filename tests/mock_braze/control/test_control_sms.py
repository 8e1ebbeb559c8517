"""Texting as a consumer, and looking at what was sent, over HTTP."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import DOUBLE_GROUP, EMAIL_GROUP, OTHER_PHONE, PHONE, World, add_double_opt_in_group

AT = "2026-01-05T09:03:20.000Z"
PROMPT = "Reply Y to confirm that you want messages from this number."


@pytest.fixture
def double(world: World) -> World:
    add_double_opt_in_group(world.workspace)
    world.tracked({"external_id": "a", "phone": PHONE})
    return world


def inbound(world: World, text: str, **members: Any) -> Any:
    basic = {"phone": PHONE, "group_id": DOUBLE_GROUP, "body": text}
    return world.control("POST", "/sms/inbound", {**basic, **members})


def outbox(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = world.control("GET", f"/sms/outbox{query}")
    assert answer.status_code == 200
    return list(answer.json()["messages"])


def status(world: World) -> str:
    told = world.status(f"phone={quote(PHONE)}", DOUBLE_GROUP).json()["status"]
    return str(told[PHONE])


def test_what_comes_of_a_text_is_told_with_the_answer_to_it(double: World) -> None:
    answer = inbound(double, " start")

    told = answer.json()
    prompt = {
        "number": told["number"] + 2,
        "at": AT,
        "group_id": DOUBLE_GROUP,
        "phone": PHONE,
        "kind": "prompt",
        "language": "en",
        "body": PROMPT,
        "request": told["number"],
        "campaign_id": None,
        "dispatch_id": None,
    }
    assert (answer.status_code, told) == (
        200,
        {
            "number": told["number"],
            "category": "opt_in",
            "language": "en",
            "outcome": "pending",
            "is_pending": True,
            "sent": [prompt],
        },
    )
    assert outbox(double) == [prompt]


def test_the_whole_conversation_over_http(double: World) -> None:
    """Facts: double-opt-in-asked-succeeds-at-once"""
    answer = double.set_status(DOUBLE_GROUP, phone=PHONE, use_double_opt_in_logic=True)
    asked = status(double)
    confirmed = inbound(double, "Y").json()

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert (asked, confirmed["outcome"], status(double)) == ("unknown", "confirmed", "Subscribed")
    prompt, _ = outbox(double)
    (request,) = (
        each for each in double.workspace.state.journal.since() if each.number == prompt["request"]
    )
    assert request.kind == "request"


@pytest.mark.parametrize(("flag", "told"), [(True, "unknown"), (False, "Subscribed")])
@pytest.mark.parametrize("named", [{"phones": [PHONE]}, {"external_ids": ["a"]}])
def test_the_second_version_of_status_set_asks_as_the_first_does(
    double: World, named: dict[str, Any], flag: bool, told: str
) -> None:
    """Facts: double-opt-in-flag-decides"""
    change = {
        "subscription_group_id": DOUBLE_GROUP,
        "subscription_state": "subscribed",
        "use_double_opt_in_logic": flag,
        **named,
    }

    answer = double.post("/v2/subscription/status/set", {"subscription_groups": [change]})

    assert answer.status_code == 201
    assert (status(double), len(outbox(double))) == (told, int(flag))


def test_the_state_set_before_its_user_is_made_works_without_the_flag_only(world: World) -> None:
    """Facts: opt-in-guide-sets-state-first, double-opt-in-needs-a-profile"""
    told = {}
    add_double_opt_in_group(world.workspace)
    for phone, flag in ((PHONE, False), (OTHER_PHONE, True)):
        world.set_status(DOUBLE_GROUP, phone=phone, use_double_opt_in_logic=flag)
        world.tracked({"phone": phone})
        answer = world.status(f"phone={quote(phone)}", DOUBLE_GROUP)
        told[flag] = answer.json()["status"][phone]

    assert told == {False: "Subscribed", True: "unknown"}
    assert outbox(world) == []


def test_messages_are_chosen_by_phone_and_number(double: World) -> None:
    double.tracked({"external_id": "b", "phone": OTHER_PHONE})
    first = inbound(double, "HELP").json()["sent"]
    second = inbound(double, "STOP", phone=OTHER_PHONE).json()["sent"]
    third = inbound(double, "STOP").json()["sent"]

    assert outbox(double) == [*first, *second, *third]
    assert outbox(double, f"?phone={quote(PHONE)}") == [*first, *third]
    assert outbox(double, f"?phone={OTHER_PHONE}") == second  # a bare plus is a space
    assert outbox(double, "?phone=313-555-0171") == [*first, *third]
    assert outbox(double, f"?since={first[0]['number']}") == [*second, *third]
    assert outbox(double, f"?since={third[0]['number']}") == []
    assert outbox(double, "?phone=nobody") == []


def test_an_outbox_asked_for_badly_is_refused(double: World) -> None:
    answer = double.control("GET", "/sms/outbox?since=yesterday")

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": ["'since' must be the number of an entry, not 'yesterday'"]},
    )


@pytest.mark.parametrize(
    ("members", "problems"),
    [
        (
            {"phone": None, "group_id": 5, "body": None, "said": "x"},
            [
                "there is no member 'said'; there are phone, group_id, body",
                "'body' is missing",
                "'phone' is missing",
                "'group_id' must be text, not 5",
            ],
        ),
        (
            {"phone": "12", "group_id": "x", "body": ["Y"]},
            [
                "'body' must be text, not [\"Y\"]",
                "'phone' must be a phone number, not '12'",
                "there is no subscription group 'x'",
            ],
        ),
        ({"group_id": EMAIL_GROUP}, ["the group 'Newsletter' is for email, not sms"]),
    ],
)
def test_a_text_that_nobody_can_send_is_refused_with_every_reason(
    double: World, members: dict[str, Any], problems: list[str]
) -> None:
    entries = len(double.workspace.state.journal)

    answer = inbound(double, "Y", **members)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})
    assert len(double.workspace.state.journal) == entries


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["START", "Y", "unsubscribe", "instruct", "es"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "keywords",
                    "double_opt_in",
                    "opt_in",
                    "opt_out",
                    "custom",
                    "reply",
                    "es",
                    "en",
                    "opt_in_keywords",
                    "prompt",
                    "confirm_keywords",
                    "confirmation",
                    "action",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
MEMBERS = ["double_opt_in", "keywords", "languages", "unknown_numbers", "fuzzy_opt_out"]


@given(st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=5), st.text(max_size=6))
def test_any_settings_and_any_text_are_taken_or_refused_with_reasons(
    settings: dict[str, Any], body: str
) -> None:
    world = World()
    made = world.control(
        "POST", "/subscription_groups", {"name": "n", "channel": "sms", **settings}
    )

    assert made.status_code in (201, 400)
    if made.status_code == 400:
        assert made.json()["problems"]
    else:
        for text in (body, "START", "Y", "STOP"):
            assert inbound(world, text, group_id=made.json()["id"]).status_code == 200
