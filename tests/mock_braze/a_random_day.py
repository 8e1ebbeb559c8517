"""Random days: calls on every endpoint, with few names, so that they meet; moves of the clock."""

import json
from typing import Any

from hypothesis import strategies as st
from worlds import EMAIL, EMAIL_GROUP, OTHER_EMAIL, OTHER_PHONE, PHONE, SMS_GROUP, World

from mock_braze.rest.operations import TABLE

Step = tuple[str, str, Any]

NAMES = st.sampled_from(["a", "b", "c"])
EMAILS = st.sampled_from([EMAIL, OTHER_EMAIL])
PHONES = st.sampled_from([PHONE, OTHER_PHONE])
STATES = st.sampled_from(["subscribed", "unsubscribed"])
ALIASES = st.fixed_dictionaries({"alias_name": NAMES, "alias_label": st.sampled_from(["x", "y"])})
BY = st.one_of(
    st.fixed_dictionaries({"external_id": NAMES}),
    st.fixed_dictionaries({"user_alias": ALIASES}),
    st.fixed_dictionaries({"email": EMAILS}),
    st.fixed_dictionaries({"phone": PHONES}),
)
VALUES = st.sampled_from(
    [1, "text", None, {"inc": 2}, {"add": ["u", "v"]}, ["u", 2.5], {"$is": {"n": [None, True]}}]
)
GROUP_STATES = st.fixed_dictionaries(
    {
        "subscription_group_id": st.sampled_from([SMS_GROUP, EMAIL_GROUP]),
        "subscription_state": STATES,
    }
)


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(
        lambda each: {name: v for part in each for name, v in part.items()}
    )


ATTRIBUTES = merged(
    BY,
    st.fixed_dictionaries(
        {"_update_existing_only": st.just(False)},
        optional={
            "email": EMAILS,
            "phone": PHONES,
            "country": st.sampled_from(["US", "no"]),
            "tier": VALUES,
            "email_subscribe": st.sampled_from(["opted_in", "unsubscribed"]),
            "subscription_groups": st.lists(GROUP_STATES, min_size=1, max_size=1),
        },
    ),
)
TIMES = st.sampled_from(["2026-01-05T08:00:00Z", "2026-01-01", "2999-01-01"])
EVENTS = merged(BY, st.fixed_dictionaries({"name": NAMES, "time": TIMES}))
PURCHASES = merged(
    BY,
    st.fixed_dictionaries(
        {"product_id": NAMES, "currency": st.just("USD"), "price": st.just(0.1), "time": TIMES}
    ),
)
TRACKED = st.fixed_dictionaries(
    {},
    optional={
        "attributes": st.lists(ATTRIBUTES, max_size=2),
        "events": st.lists(EVENTS, max_size=1),
        "purchases": st.lists(PURCHASES, max_size=1),
    },
)
BY_ID = st.fixed_dictionaries({"external_id": NAMES})
# Members of every other endpoint; each takes its own and ignores the rest.
MEMBERS = {
    "external_id": NAMES,
    "external_ids": st.lists(NAMES, min_size=1, max_size=2),
    "email": EMAILS,
    "email_address": EMAILS,
    "phone": PHONES,
    "phone_numbers": st.lists(PHONES, min_size=1, max_size=1),
    "subscription_group_id": st.sampled_from([SMS_GROUP, EMAIL_GROUP]),
    "subscription_state": STATES,
    "user_aliases": st.lists(merged(BY_ID, ALIASES), min_size=1, max_size=2),
    "alias_updates": st.lists(
        st.fixed_dictionaries(
            {"alias_label": st.just("x"), "old_alias_name": NAMES, "new_alias_name": NAMES}
        ),
        min_size=1,
        max_size=1,
    ),
    "aliases_to_identify": st.lists(
        merged(BY_ID, st.fixed_dictionaries({"user_alias": ALIASES})), min_size=1, max_size=1
    ),
    "merge_updates": st.lists(
        st.fixed_dictionaries({"identifier_to_merge": BY, "identifier_to_keep": BY}),
        min_size=1,
        max_size=1,
    ),
    "external_id_renames": st.lists(
        st.fixed_dictionaries({"current_external_id": NAMES, "new_external_id": NAMES}),
        min_size=1,
        max_size=1,
    ),
    "subscription_groups": st.lists(
        merged(
            GROUP_STATES,
            st.fixed_dictionaries({"emails": st.lists(EMAILS), "external_ids": st.lists(NAMES)}),
        ),
        min_size=1,
        max_size=1,
    ),
}
POSTS = sorted(path for method, path in TABLE if method == "POST")
GETS = sorted(path for method, path in TABLE if method == "GET")
QUERIES = st.sampled_from(
    [
        f"subscription_group_id={SMS_GROUP}&phone=%2B13135550171",
        "external_id=a",
        "email=anna%40example.com",
        "",
    ]
)


def a_body(path: str) -> st.SearchStrategy[Any]:
    others = st.fixed_dictionaries({}, optional=MEMBERS)
    return TRACKED | st.just(["no"]) if path.startswith("/users/track") else others


REQUESTS = st.one_of(
    st.sampled_from(POSTS).flatmap(
        lambda path: st.tuples(st.just("POST"), st.just(path), a_body(path))
    ),
    st.tuples(st.just("POST"), st.just("/users/track"), TRACKED),
    st.tuples(st.just("POST"), st.just("/users/track"), TRACKED),
    st.tuples(
        st.just("POST"),
        st.just("/subscription/status/set"),
        merged(
            GROUP_STATES, BY, st.fixed_dictionaries({"external_id": st.lists(NAMES)}) | st.just({})
        ),
    ),
    st.tuples(st.just("GET"), st.tuples(st.sampled_from(GETS), QUERIES).map("?".join), st.none()),
    st.tuples(st.just("GET"), st.just("/nowhere?%C3%BC"), st.none()),
)
MOVES = st.one_of(
    st.sampled_from([0.25, 1, 2.5, 130, 40 * 86_400]).map(
        lambda span: ("POST", "/control/clock/advance", {"seconds": span})
    ),
    st.just(("POST", "/control/clock/next", None)),
)
CONTROLS = st.one_of(
    st.sampled_from(["sms", "email"]).map(
        lambda channel: ("POST", "/control/subscription_groups", {"name": "n", "channel": channel})
    ),
    st.just(("POST", "/control/api_keys", {"permissions": ["users.track"]})),
    st.fixed_dictionaries(
        {},
        optional={
            "ingestion_jitter": st.just(3),
            "reorder": st.booleans(),
            "creation_lag": st.sampled_from([0, 120]),
            "status_lag": st.sampled_from([0, 5]),
            "early_subscription": st.sampled_from(["orphaned", "lost", "applied"]),
            "nothing": st.just(1),
        },
    ).map(lambda turned: ("PATCH", "/control/dials", turned)),
    st.tuples(PHONES, st.sampled_from(["START", "STOP", "Y", "?"])).map(
        lambda text: (
            "POST",
            "/control/sms/inbound",
            {"phone": text[0], "group_id": SMS_GROUP, "body": text[1]},
        )
    ),
    st.just(
        ("POST", "/control/faults", {"match": {"path": "/users/track"}, "effect": {"status": 503}})
    ),
)
MAIL = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "{{${email_address}}}"}
UPDATE = {
    "attributes": [
        {
            "braze_id": "{{${braze_id}}}",
            "tier": 2,
            "subscription_groups": [
                {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}
            ],
        }
    ]
}
TRIGGERS = st.sampled_from(
    [
        {"kind": "custom_event", "name": "a"},
        {"kind": "custom_event", "name": "b"},
        {"kind": "purchase"},
        {"kind": "attribute_change", "attribute": "tier"},
        {"kind": "email_added"},
        {"kind": "subscription_status"},
        {"kind": "subscription_group", "group_id": SMS_GROUP},
        {"kind": "inbound_sms", "group_id": SMS_GROUP},
        {"kind": "session_start"},
        {"kind": "schedule", "at": "2026-01-05T09:02:00Z", "every_seconds": 86_400},
    ]
)
RULES = {
    "audience": st.just({"custom_event": "b"}),
    "re_eligible_after_seconds": st.sampled_from([0, 60]),
    "holdout": st.just(0.5),
    "quiet_hours": st.just({"from": "09:00", "until": "09:30"}),
    "draft": st.booleans(),
}
OWN = {"delay_seconds": st.just(120), "exception": st.just({"kind": "custom_event", "name": "c"})}
STEPS_OF_A_CANVAS = st.lists(
    st.sampled_from([{"delay_seconds": 60}, {"user_update": UPDATE}, {"message": MAIL}]),
    min_size=1,
    max_size=3,
)
CAMPAIGNS = st.one_of(
    st.fixed_dictionaries(
        {"name": NAMES, "trigger": TRIGGERS, "messages": st.just([MAIL])}, optional={**RULES, **OWN}
    ).map(lambda told: ("POST", "/control/campaigns", told)),
    st.fixed_dictionaries(
        {"name": NAMES, "trigger": TRIGGERS, "steps": STEPS_OF_A_CANVAS}, optional=RULES
    ).map(lambda told: ("POST", "/control/canvases", told)),
    st.just(("PUT", "/control/frequency_caps", {"caps": [{"most": 2, "within_seconds": 3600}]})),
    BY_ID.map(lambda who: ("POST", "/control/sessions", who)),
)
STEPS: st.SearchStrategy[Step] = st.one_of(REQUESTS, REQUESTS, MOVES, CONTROLS, CAMPAIGNS)
DAYS = st.lists(STEPS, max_size=25)


def live(world: World, steps: list[Step]) -> list[tuple[int, bytes]]:
    """Make each step over HTTP; what was answered."""
    answers = []
    for method, path, body in steps:
        raw = None if body is None else json.dumps(body).encode()
        answer = world.call(method, path, raw=raw)
        answers.append((answer.status_code, answer.content))
    return answers


def snapshot(world: World) -> bytes:
    answer = world.control("GET", "/snapshot")
    assert answer.status_code == 200, answer.text
    return answer.content
