"""Whatever is sent, the fake answers in JSON: never a 5xx, never HTML, never a stack trace."""

from typing import Any
from urllib.parse import quote, urlencode

import requests
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    PHONE,
    SMS_GROUP,
    World,
    a_purchase,
    add_double_opt_in_group,
    advance,
    alias_json,
    an_event,
)

from mock_braze.domain.tracking.recommended_events import SCHEMAS
from mock_braze.rest.operations import TABLE, operation_for

CALLS = sorted(TABLE)
POSTS = [path for method, path in CALLS if method == "POST"]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.sampled_from(
        [EMAIL, PHONE, SMS_GROUP, DOUBLE_GROUP, "subscribed", "2026-01-05", "0001-01-01", "a", ""]
    )
)
KEYS = st.sampled_from(
    ["inc", "add", "remove", "$add", "$remove", "$update", "$identifier_key", "$time", "a", ""]
) | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)

GOOD: dict[str, dict[str, Any]] = {
    "attributes": {
        "external_id": "a",
        "user_alias": alias_json(),
        "braze_id": "b",
        "email": EMAIL,
        "phone": PHONE,
        "_update_existing_only": False,
        "_merge_objects": True,
        "email_subscribe": "opted_in",
        "push_subscribe": "opted_in",
        "subscription_groups": [
            {
                "subscription_group_id": DOUBLE_GROUP,
                "subscription_state": "subscribed",
                "use_double_opt_in_logic": True,
            }
        ],
        "current_location": {"longitude": 1, "latitude": 1},
        "country": "US",
        "time_zone": "UTC",
        "dob": "2000-01-01",
        "gender": "F",
        "image_url": "x",
        "date_of_first_session": "2026-01-05",
        "marked_email_as_spam_at": "2026-01-05",
        "email_open_tracking_disabled": True,
        "facebook": {"id": "a"},
        "twitter": {"id": 1},
        "push_tokens": [{"app_id": "a", "token": "t", "device_id": "d" * 8}],
        "push_token_import": False,
        "since": "2026-01-05",
        "tier": {"a": {"b": [1]}},
        "list": ["a"],
    },
    "events": an_event(external_id="a", user_alias=None, email=None, phone=None, properties={}),
    "purchases": a_purchase(external_id="a", email=None, phone=None, quantity=1, properties={}),
    "export": {
        "external_ids": ["a"],
        "user_aliases": [alias_json()],
        "device_id": None,
        "braze_id": None,
        "email_address": EMAIL,
        "phone": None,
        "fields_to_export": None,
    },
    "segment_export": {
        "segment_id": "all",
        "fields_to_export": ["email", "custom_attributes"],
        "callback_endpoint": "https://example.com",
        "custom_attributes_to_export": ["tier"],
        "output_format": "zip",
    },
    "send": {
        "external_user_ids": ["a"],
        "user_aliases": [alias_json()],
        "broadcast": False,
        "segment_id": "all",
        "audience": {"AND": [{"push_subscription_status": {"comparison": "is", "value": "a"}}]},
        "campaign_id": None,
        "send_id": "s",
        "recipient_subscription_state": "all",
        "schedule": {"time": "2026-01-05T12:00:00", "in_local_time": True},
        "schedule_id": "s",
    },
    "trigger": {
        "campaign_id": "campaign",
        "canvas_id": "canvas",
        "trigger_properties": {"a": 1},
        "context": {"a": [{}]},
        "canvas_entry_properties": None,
        "broadcast": False,
        "audience": {"push_subscription_status": {"comparison": "is", "value": "subscribed"}},
        "schedule": {"time": "2026-01-05T12:00:00", "at_optimal_time": True},
        "schedule_id": "s",
    },
    "recipient": {
        "external_user_id": "a",
        "user_alias": None,
        "braze_id": None,
        "email": None,
        "prioritization": ["identified"],
        "trigger_properties": {"a": None},
        "context": {"b": "a"},
        "send_to_existing_only": False,
        "attributes": {"email": EMAIL, "tier": 1, "subscription_groups": []},
    },
    "messages": {
        "sms": {"subscription_group_id": SMS_GROUP, "body": "{{${user_id}}}"},
        "email": {"from": "a@b.com", "subject": "a", "body": "{{custom_attribute.${tier}}}"},
        "webhook": {
            "url": "http://localhost:1/",
            "request_method": "POST",
            "request_headers": {"a": "b"},
            "body": {"a": "{{${email_address}}}"},
        },
        "content_card": {
            "type": "CLASSIC",
            "title": "{% if a %}",
            "description": "a",
            "time_to_live": 60,
            "expire_at": "2026-01-06",
        },
        "apple_push": {"alert": "a", "extra": {}},
        "in_app_message": {"message": "a"},
    },
    "set": {
        "subscription_group_id": SMS_GROUP,
        "subscription_state": "subscribed",
        "external_id": "a",
        "email": None,
        "phone": PHONE,
        "use_double_opt_in_logic": False,
    },
    "set_v2": {
        "subscription_group_id": SMS_GROUP,
        "subscription_state": "subscribed",
        "external_ids": ["a"],
        "emails": None,
        "phones": [PHONE],
        "use_double_opt_in_logic": False,
    },
}

BY_EMAIL = {"email": EMAIL, "prioritization": ["unidentified", "most_recently_updated"]}
BY_PHONE = {"phone": PHONE, "prioritization": ["identified"]}
# The arrays of items of each endpoint that changes users, with a good item for each.
USER_CHANGES: dict[str, dict[str, Any]] = {
    "/users/alias/new": {"user_aliases": {"external_id": "a", **alias_json()}},
    "/users/alias/update": {
        "alias_updates": {"alias_label": "email", "old_alias_name": EMAIL, "new_alias_name": "a"}
    },
    "/users/identify": {
        "aliases_to_identify": {"external_id": "a", "user_alias": alias_json()},
        "emails_to_identify": {"external_id": "a", **BY_EMAIL},
        "phone_numbers_to_identify": {"external_id": "b", **BY_PHONE},
    },
    "/users/merge": {
        "merge_updates": {
            "identifier_to_merge": {"user_alias": alias_json()},
            "identifier_to_keep": {"external_id": "a"},
        }
    },
    "/users/delete": {
        "user_aliases": alias_json(),
        "email_addresses": BY_EMAIL,
        "phone_numbers": BY_PHONE,
        "external_ids": "a",
        "braze_ids": "b",
    },
    "/users/external_ids/rename": {
        "external_id_renames": {"current_external_id": "a", "new_external_id": "b"}
    },
    "/users/external_ids/remove": {"external_ids": "b"},
}


def assert_is_an_answer_in_json(answer: requests.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert "Traceback" not in answer.text
    if answer.request.method != "HEAD":
        assert "message" in answer.json()


def assert_everything_can_still_be_read(world: World) -> None:
    """What was accepted comes true, and all that came of it can be told."""
    advance(world.workspace, 31 * 86_400)
    for named in ({"external_ids": ["a"]}, {"email_address": EMAIL}, {"phone": PHONE}):
        assert_is_an_answer_in_json(world.export(**named))
    told = ("/profiles", "/journal", "/clock", "/sms/outbox", "/email/outbox", "/content_cards")
    for path in told:
        assert world.control("GET", path).status_code == 200


@given(st.sampled_from(POSTS), st.binary(max_size=200))
def test_any_bytes_may_be_sent_as_a_body(path: str, body: bytes) -> None:
    assert_is_an_answer_in_json(World().post(path, raw=body))


@given(st.sampled_from(POSTS), VALUES)
def test_any_json_may_be_sent_as_a_body(path: str, body: Any) -> None:
    raw = b"null" if body is None else None

    assert_is_an_answer_in_json(World().post(path, body, raw=raw))


@st.composite
def spoilt(draw: st.DrawFn, good: str | dict[str, Any]) -> dict[str, Any]:
    """A good object in which any members have been left out or given any value."""
    left_out, changed = object(), dict(GOOD[good] if isinstance(good, str) else good)
    for member in draw(st.sets(st.sampled_from(sorted(changed)), max_size=6)):
        value = draw(st.just(left_out) | VALUES)
        if value is left_out:
            del changed[member]
        else:
            changed[member] = value
    return {**changed, **draw(st.dictionaries(st.text(max_size=6), VALUES, max_size=2))}


TRACK_BODIES = st.fixed_dictionaries(
    {
        name: st.lists(spoilt(name) | VALUES, max_size=3) | VALUES
        for name in ("attributes", "events", "purchases")
    }
)


@given(st.lists(TRACK_BODIES, min_size=1, max_size=3))
def test_any_value_may_be_in_any_member_of_track(tracked: list[dict[str, Any]]) -> None:
    world = World()
    add_double_opt_in_group(world.workspace)

    for body in tracked:
        assert_is_an_answer_in_json(world.post("/users/track", body))

    assert_everything_can_still_be_read(world)


@given(
    st.sampled_from(["/users/track/sync", "/users/track/bulk"]),
    st.sampled_from(["attributes", "events", "purchases"]).flatmap(
        lambda name: spoilt(name).map(lambda item: {name: [item]})
    ),
)
def test_any_value_may_be_in_any_member_of_its_variants(path: str, body: dict[str, Any]) -> None:
    world = World(detected_type="coerced", bad_property="refused")

    for _ in range(2):
        assert_is_an_answer_in_json(world.post(path, body))

    assert_everything_can_still_be_read(world)


@st.composite
def shop_events(draw: st.DrawFn) -> dict[str, Any]:
    """Recommended events with any values for the properties they know."""
    name = draw(st.sampled_from(sorted(SCHEMAS)))
    known = sorted({*SCHEMAS[name][0], *SCHEMAS[name][1]})
    properties = draw(st.dictionaries(st.sampled_from(known), VALUES))
    return an_event(name, external_id="a", properties=properties)


@given(shop_events())
def test_any_value_may_be_in_a_recommended_event(event: dict[str, Any]) -> None:
    assert_is_an_answer_in_json(World().track(events=[event]))


@given(spoilt("export"), st.sampled_from(["refused", "ignored"]))
def test_any_value_may_be_in_any_member_of_export(body: dict[str, Any], dial: str) -> None:
    world = World(unknown_export_field=dial)
    world.tracked({"external_id": "a", "email": EMAIL})

    assert_is_an_answer_in_json(world.post("/users/export/ids", body))


@given(st.lists(spoilt("segment_export"), min_size=1, max_size=2))
def test_any_value_may_be_in_any_member_of_a_segment_export(asked: list[dict[str, Any]]) -> None:
    world = World()
    everybody = {"attribute": "created_at", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    world.tracked({"external_id": "a", "email": EMAIL, "tier": 1})

    answers = [world.post("/users/export/segment", body) for body in asked]

    advance(world.workspace, 60)
    for answer in answers:
        assert_is_an_answer_in_json(answer)
        if answer.status_code == 201:
            assert world.get(answer.json()["url"].removeprefix("http://braze.lab")).ok


SENDS = [path for path in POSTS if path.startswith(("/messages/", "/sends/"))]
MESSAGES = spoilt("messages") | st.sampled_from(sorted(GOOD["messages"])).flatmap(
    lambda channel: spoilt(GOOD["messages"][channel]).map(lambda each: {channel: each})
)


@given(st.lists(st.tuples(st.sampled_from(SENDS), spoilt("send"), MESSAGES), max_size=3))
def test_any_value_may_be_in_any_member_of_a_send(
    sends: list[tuple[str, dict[str, Any], Any]],
) -> None:
    world = World()
    everybody = {"attribute": "created_at", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE, "tier": {"a": None}})
    world.set_status(phone=PHONE)

    for path, body, messages in sends:
        answer = world.post(path, {"messages": messages, **body})
        assert_is_an_answer_in_json(answer)
        schedule_id = answer.json().get("schedule_id")
        if schedule_id is not None:
            changed = {"messages": messages, **body, "schedule_id": schedule_id}
            assert_is_an_answer_in_json(world.post("/messages/schedule/update", changed))

    assert_everything_can_still_be_read(world)


TRIGGERS = [path for path in POSTS if "/trigger/" in path]
TRIGGER_CALLS = st.tuples(
    st.sampled_from(TRIGGERS), spoilt("trigger"), st.lists(spoilt("recipient") | VALUES, max_size=2)
)


@given(st.lists(TRIGGER_CALLS, max_size=3))
def test_any_value_may_be_in_any_member_of_a_trigger(
    calls: list[tuple[str, dict[str, Any], list[Any]]],
) -> None:
    world = World()
    mail = {
        "channel": "email", "from": "a", "subject": "{{context.${a}.b}}",
        "body": "{{api_trigger_properties.${a}[0]}}",
    }  # fmt: skip
    api = {"trigger": {"kind": "api"}, "re_eligible_after_seconds": 0}
    world.control("POST", "/campaigns", {**api, "id": "campaign", "name": "C", "messages": [mail]})
    steps = [{"delay_seconds": 60}, {"message": mail}]
    world.control("POST", "/canvases", {**api, "id": "canvas", "name": "C", "steps": steps})
    world.tracked({"external_id": "a", "email": EMAIL})

    for path, body, recipients in calls:
        answer = world.post(path, {"recipients": recipients, **body})
        assert_is_an_answer_in_json(answer)

    assert_everything_can_still_be_read(world)


@given(st.lists(spoilt("set"), min_size=1, max_size=3))
def test_any_value_may_be_in_any_member_of_status_set(changes: list[dict[str, Any]]) -> None:
    world = World(status_lag=1)
    add_double_opt_in_group(world.workspace)
    world.tracked({"external_id": "a", "phone": PHONE})

    for body in changes:
        assert_is_an_answer_in_json(world.post("/subscription/status/set", body))

    assert_everything_can_still_be_read(world)


@given(st.lists(spoilt("set_v2") | VALUES, max_size=3) | VALUES)
def test_any_value_may_be_in_any_member_of_status_set_v2(changes: Any) -> None:
    world = World()
    world.track({"external_id": "a", "phone": PHONE})

    answer = world.post("/v2/subscription/status/set", {"subscription_groups": changes})

    assert_is_an_answer_in_json(answer)
    assert_everything_can_still_be_read(world)


@st.composite
def user_changes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A call of an endpoint that changes users, with good, spoilt and senseless items."""
    path = draw(st.sampled_from(sorted(USER_CHANGES)))
    body: dict[str, Any] = {}
    for name, good in USER_CHANGES[path].items():
        if draw(st.booleans()):
            items = st.just(good) | VALUES
            items |= spoilt(good) if isinstance(good, dict) else st.nothing()
            body[name] = draw(st.lists(items, max_size=3) | VALUES)
    return path, body


@given(st.lists(user_changes(), min_size=1, max_size=4), st.sampled_from(["one", "several"]))
def test_any_value_may_be_in_any_member_of_a_change_of_users(
    changes: list[tuple[str, dict[str, Any]]], kinds: str
) -> None:
    world = World(delete_kinds=kinds)
    world.track(
        {"external_id": "a", "phone": PHONE},
        {"user_alias": alias_json(), "_update_existing_only": False, "email": EMAIL},
    )

    for path, body in changes:
        assert_is_an_answer_in_json(world.post(path, body))
        advance(world.workspace, 1)

    assert_everything_can_still_be_read(world)


GETS = sorted(path for method, path in CALLS if method == "GET")
EMAIL_POSTS = sorted(path for path in POSTS if path.startswith(("/email/", "/sms/")))
NAMES = st.sampled_from(
    [
        "subscription_group_id",
        "external_id",
        "email",
        "phone",
        "phone[]",
        "phone_numbers[]",
        "limit",
        "offset",
        "start_date",
        "end_date",
        "sort_direction",
        "reason",
    ]
)
QUERIES = st.lists(st.tuples(NAMES | st.text(max_size=4), SCALARS.map(str)), max_size=6)


@given(st.sampled_from(GETS), QUERIES, st.booleans())
def test_any_query_may_be_asked(
    path: str, query: list[tuple[str, str]], names_the_group: bool
) -> None:
    group = [("subscription_group_id", SMS_GROUP)] * names_the_group

    answer = World().get(f"{path}?{urlencode([*group, *query])}")

    assert_is_an_answer_in_json(answer)


@given(
    st.sampled_from(EMAIL_POSTS),
    st.fixed_dictionaries(
        {
            "email": VALUES | st.lists(st.sampled_from([EMAIL, PHONE])),
            "phone_numbers": VALUES,
            "subscription_state": VALUES | st.just("unsubscribed"),
        }
    ),
)
def test_any_value_may_be_in_a_change_of_addresses(path: str, body: dict[str, Any]) -> None:
    assert_is_an_answer_in_json(World().post(path, body))


GETS = [path for method, path in CALLS if method == "GET"]
LIST_NAMES = st.sampled_from(
    [
        "page",
        "limit",
        "offset",
        "cursor",
        "length",
        "unit",
        "ending_at",
        "end_time",
        "event",
        "segment_id",
        "campaign_id",
        "canvas_id",
        "sort_direction",
        "include_archived",
        "app_id",
        "modified_after",
        "modified_before",
        "last_edit.time[gt]",
    ]
)
LIST_VALUES = SCALARS.map(str) | st.sampled_from(
    ["1", "100", "day", "hour", "desc", "true", "c2tpcDo1"]
)


@given(st.sampled_from(GETS), st.dictionaries(LIST_NAMES, LIST_VALUES, max_size=6))
def test_any_query_may_be_asked_of_any_list(path: str, query: dict[str, str]) -> None:
    world = World()
    world.control("POST", "/segments", {"id": "a", "name": "a", "filter": {"custom_event": "a"}})
    world.tracked(events=[an_event("a", external_id="a")])

    assert_is_an_answer_in_json(world.get(f"{path}?{urlencode(query)}"))


TOKENS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~", min_size=1, max_size=8)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) | TOKENS
PATHS = st.sampled_from([path for _, path in CALLS]) | st.text(max_size=12).map(
    lambda text: "/" + quote(text)
).filter(lambda path: not path.startswith("/control"))


@given(METHODS, PATHS, st.binary(max_size=20))
def test_any_method_may_be_used_on_any_path(method: str, path: str, body: bytes) -> None:
    answer = World().call(method, path, raw=body)

    assert_is_an_answer_in_json(answer)
    if operation_for(method, path) is None and method != "HEAD":
        assert (answer.status_code, answer.text) == (404, '{"message":"Not Found"}')


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30))
def test_any_text_may_be_sent_as_a_key(text: str) -> None:
    world = World()

    answer = world.post("/users/track", headers={"Authorization": f"Bearer x{text}"})

    assert answer.status_code == 401
    assert (
        answer.json() == {"message": f"Invalid API key: x{text}".rstrip(" ")}
        or text != text.strip()
    )
    assert world.control("GET", "/journal").status_code == 200
