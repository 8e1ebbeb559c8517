"""Every operation of the table meets every name that any of them knows: new ones at once."""

from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st
from member_names import known_names
from test_any_request import (
    CALLS,
    SCALARS,
    VALUES,
    assert_everything_can_still_be_read,
    assert_is_an_answer_in_json,
)
from worlds import EMAIL, PHONE, World, alias_json

MEMBERS = st.sampled_from(known_names())
OBJECTS = st.deferred(lambda: st.dictionaries(MEMBERS, ANYTHING, max_size=6))
ANYTHING = st.deferred(
    lambda: (
        VALUES
        | OBJECTS
        | st.lists(OBJECTS | SCALARS, max_size=3)
        | st.lists(st.sampled_from(["a", EMAIL, PHONE]), min_size=51, max_size=51)
    )
)
ASKED = st.lists(
    st.tuples(
        st.one_of(MEMBERS, MEMBERS.map("{}[]".format), MEMBERS.map("{}[0]".format)),
        SCALARS.map(str),
    ),
    max_size=6,
)


@given(st.lists(st.tuples(st.sampled_from(CALLS), OBJECTS | VALUES, ASKED), max_size=6))
def test_any_calls_of_any_operations_may_follow_each_other(
    calls: list[tuple[tuple[str, str], Any, list[tuple[str, str]]]],
) -> None:
    world = World()
    world.tracked(
        {"external_id": "a", "email": EMAIL, "phone": PHONE}, {"user_alias": alias_json()}
    )

    for (method, path), body, query in calls:
        target = f"{path}?{urlencode(query, errors='replace')}"
        raw = None if method == "POST" else b"[1]"
        assert_is_an_answer_in_json(
            world.call(method, target, [] if body is None else body, raw=raw)
        )

    assert_everything_can_still_be_read(world)


HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Content-Type",
            "Content-Encoding",
            "Accept-Encoding",
            "Accept",
            "X-Forwarded-For",
            "Expect",
        ]
    ),
    st.sampled_from(
        ["gzip", "identity", "application/json; charset=x", "*/*;q=x", "a, b", ";", "é"]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12).map(str.strip),
    max_size=3,
)


@given(st.sampled_from(CALLS), HEADERS, st.binary(max_size=20), st.booleans())
def test_any_headers_may_be_sent(
    call: tuple[str, str], headers: dict[str, str], body: bytes, unpacks: bool
) -> None:
    world = World(compressed_body="accepted" if unpacks else "refused")

    assert_is_an_answer_in_json(world.call(*call, raw=body, headers=headers))
    assert world.control("GET", "/journal").status_code == 200
