"""The table behind Flask and the table in front of it: one behaviour, whatever is sent."""

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import (
    EMAIL,
    KEY,
    PHONE,
    SMS_GROUP,
    START,
    World,
    a_purchase,
    add_groups,
    advance,
    alias_json,
    an_event,
)

from mock_braze.app import create_app
from mock_braze.domain.api_keys import PERMISSIONS
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.exchange import LARGEST_BODY
from mock_braze.rest.operations import TABLE

BEARER = {"HTTP_AUTHORIZATION": f"Bearer {KEY}"}
JSON_TYPE = {"CONTENT_TYPE": "application/json"}

Sent = tuple[str, str, bytes, dict[str, str]]


def sent(method: str, path: str, body: Any = b"", **environ: str) -> Sent:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return method, path, raw, {**BEARER, **JSON_TYPE, **environ}


STATUS = f"/subscription/status/get?subscription_group_id={SMS_GROUP}"
VARIED: list[Sent] = [
    sent("POST", "/users/track", {"attributes": [{"external_id": "a", "phone": PHONE}]}),
    sent("POST", "/users/track", {"events": [an_event(email=EMAIL)], "attributes": [{}, 5]}),
    sent("POST", "/users/track", {"purchases": [a_purchase(external_id="a")], "extra": 1}),
    sent("POST", "/users/track", {"attributes": [{"user_alias": alias_json()}]}),
    sent("POST", "/users/track", {}),
    sent("POST", "/users/track", b""),
    sent("POST", "/users/track", b"{"),
    sent("POST", "/users/track", b"\xff\xfe"),
    sent("POST", "/users/track", b"{}", CONTENT_TYPE="text/plain"),
    sent("POST", "/users/track", b"{}", CONTENT_TYPE=""),
    sent("POST", "/users/track", b" " * (LARGEST_BODY + 1)),
    sent("POST", "/users/track", b"{}", CONTENT_LENGTH="junk"),
    sent("POST", "/users/track", b"{}", CONTENT_LENGTH="1" * 5000),
    sent("POST", "/users/track", b"{}", CONTENT_LENGTH="-1"),
    sent("POST", "/users/track", b"{}", HTTP_AUTHORIZATION="Bearer wrong"),
    sent("POST", "/users/track", b"{}", HTTP_AUTHORIZATION=""),
    sent("POST", "/users/track", b"{}", HTTP_AUTHORIZATION="Bearer schl\xfcssel"),
    sent("POST", "/users/track", b"{}", HTTP_ACCEPT_ENCODING="gzip, deflate"),
    sent("POST", "/users/track", b"{}", HTTP_X_ODD="caf\xe9"),
    sent("POST", "/users/track/", b"{}"),
    sent("POST", "//users/track", b"{}"),
    sent("GET", "/users/track"),
    sent("HEAD", "/users/track"),
    sent("OPTIONS", "/users/track"),
    sent("BREW", "/users/track", b"tea"),
    sent("POST", "/users/export/ids", {"external_ids": ["a", "b"]}),
    sent("POST", "/users/export/ids", {"email_address": EMAIL}, HTTP_ACCEPT_ENCODING="gzip"),
    sent("POST", "/users/export/ids", {"external_ids": ["a"], "fields_to_export": ["phone"]}),
    sent("POST", "/users/export/ids", {}),
    sent("GET", f"{STATUS}&external_id[]=a&external_id%5B%5D=b"),
    sent("GET", f"{STATUS}&phone=+13135550171"),
    sent("GET", f"{STATUS}&phone=%2B13135550171", CONTENT_TYPE=""),
    sent("GET", f"{STATUS}&external_id=%ff%e2%98%83"),
    sent("GET", f"{STATUS}&external_id=a", b"a body nobody reads"),
    sent("HEAD", f"{STATUS}&external_id=a"),
    sent("HEAD", f"{STATUS}&external_id=a", HTTP_ACCEPT_ENCODING="gzip"),
    sent("OPTIONS", STATUS),
    sent("GET", "/subscription/status/get"),
    sent("POST", "/subscription/status/get", {}),
    sent("POST", "/subscription/status/set", {"subscription_group_id": SMS_GROUP}),
    sent(
        "POST",
        "/subscription/status/set",
        {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed", "phone": PHONE},
    ),
    sent("GET", "/"),
    sent("GET", "/caf\xe9/%00"),
    sent("DELETE", "/users/export/ids", b"{}"),
    sent("PATCH", "/nowhere", b"x" * 100),
]


class Mounted:
    """A seeded fake behind one of the two mountings, called as a server would call it."""

    def __init__(self, *, dispatch_directly: bool) -> None:
        self.workspaces = Workspaces(ManualClock(START), seed=5, api_key=KEY)
        add_groups(self.workspaces.default)
        self.app = create_app(self.workspaces, dispatch_directly=dispatch_directly)

    def call(self, sent: Sent) -> tuple[Any, ...]:
        method, target, body, extra = sent
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "braze.lab",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **extra,
        }
        started: list[Any] = []

        def start_response(*given: Any) -> None:
            started.append(given)

        answer = b"".join(self.app(environ, start_response))
        ((status, headers),) = started
        return status, sorted(headers), answer

    def journal(self) -> bytes:
        return self.call(("GET", "/control/journal", b"", {}))[-1]


def assert_both_answer_alike(calls: list[Sent]) -> None:
    direct, through_flask = (Mounted(dispatch_directly=each) for each in (True, False))

    for call in calls:
        assert direct.call(call) == through_flask.call(call), call
        for mounted in (direct, through_flask):
            advance(mounted.workspaces.default, 1)

    journal = direct.journal()
    assert journal == through_flask.journal()
    assert journal.count(b'"kind":"request"') == len(calls)


def test_both_mountings_answer_varied_calls_alike_and_journal_them_alike() -> None:
    assert_both_answer_alike(VARIED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    [
        "attributes",
        "events",
        "external_id",
        "external_ids",
        "email",
        "email_address",
        "phone",
        "subscription_group_id",
        "subscription_state",
        "fields_to_export",
    ]
)
OBJECTS = st.dictionaries(MEMBERS, JSON, max_size=4)
BODIES = JSON | st.dictionaries(MEMBERS, JSON | st.lists(OBJECTS, max_size=3), max_size=3)


@settings(max_examples=60)  # each example makes two fakes
@given(st.lists(st.tuples(st.sampled_from(sorted(TABLE)), BODIES), max_size=4))
def test_both_mountings_answer_any_bodies_alike(calls: list[tuple[tuple[str, str], Any]]) -> None:
    assert_both_answer_alike([sent(method, path, body) for (method, path), body in calls])


def test_the_table_holds_the_partner_s_endpoints_and_what_each_of_them_needs() -> None:
    """Facts: four-permissions"""
    assert {key: operation.permission for key, operation in TABLE.items()}.items() >= {
        ("POST", "/users/track"): "users.track",
        ("POST", "/users/export/ids"): "users.export.ids",
        ("GET", "/subscription/status/get"): "subscription.status.get",
        ("POST", "/subscription/status/set"): "subscription.status.set",
    }.items()


def test_each_endpoint_asks_for_a_permission_that_a_key_can_hold() -> None:
    assert {operation.permission for operation in TABLE.values()} <= PERMISSIONS


def test_a_fault_of_the_fake_is_a_500_in_the_form_of_the_service_on_both() -> None:
    for dispatch_directly in (True, False):
        world = World(dispatch_directly=dispatch_directly)
        world.workspace.track = None  # type: ignore[assignment,method-assign]

        answer = world.track({"external_id": "a"})

        assert (answer.status_code, answer.reason) == (500, "Internal Server Error")
        assert answer.text == '{"message":"Internal Server Error"}'
