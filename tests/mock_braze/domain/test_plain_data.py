"""Any value of the domain becomes plain data and comes back the same."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.plain_data import BadPlainData, form_of, read, written
from mock_braze.domain.plain_values import NotPlain
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import BrazeId, Email
from mock_braze.domain.users.profile import Tally

AT = datetime(2026, 1, 5, 9, 0, 0, 1, tzinfo=UTC)
ADDRESS = Address(AddressKind.EMAIL, "anna@example.com")


def there_and_back(value: Any, kind: Any) -> Any:
    document = form_of(kind).write(value)
    return form_of(kind).read(json.loads(json.dumps(document)))


@pytest.mark.parametrize(
    ("kind", "value", "document"),
    [
        (int, 5, 5),
        (int, 2**70, str(2**70)),
        (int, -(2**70), str(-(2**70))),
        (float, 0.1, 0.1),
        (float, 2, 2),
        (bool, True, True),
        (str | None, None, None),
        (str | None, "a", "a"),
        (str | int, 5, 5),
        (str | bool, True, True),
        (datetime, AT, "2026-01-05T09:00:00.000001+00:00"),
        (timedelta, timedelta(microseconds=1), 1e-06),
        (timedelta, timedelta(days=10_000, microseconds=1), 864000000.000001),
        (bytes, b"text", "text"),
        (bytes, b"\xff", {"base64": "/w=="}),
        (AddressKind, AddressKind.PHONE, "phone"),
        (Hazard, Hazard.orphan_subscription, "orphan_subscription"),
        (list[Email], [Email("a")], [{"value": "a"}]),
        (tuple[int, ...], (1, 2), [1, 2]),
        (tuple[int, str], (1, "a"), [1, "a"]),
        (set[str], {"b", "a"}, ["a", "b"]),
        (frozenset[int], frozenset({2, 1}), [1, 2]),
        (dict[str, Email], {"x": Email("a")}, {"x": {"value": "a"}}),
        (Mapping[int, str], {1: "a"}, [[1, "a"]]),
        (Counter[Address], Counter([ADDRESS]), [[{"kind": "email", "value": ADDRESS.value}, 1]]),
        (Address | BrazeId, BrazeId("b"), {"is": "BrazeId", "value": "b"}),
        (Mapping[str, Any] | Email, {"is": 1}, {"is": "Mapping", "value": {"is": 1}}),
        (Tally, Tally(AT, AT, 3), form_of(Tally).write(Tally(AT, AT, 3))),
        (Any, {"a": [1, None, "x", 2.5]}, {"a": [1, None, "x", 2.5]}),
        (Any, (1, 2), {"$is": "tuple", "value": [1, 2]}),
        (Any, {"b"}, {"$is": "set", "value": ["b"]}),
        (Any, AT, {"$is": "datetime", "value": AT.isoformat()}),
        (Any, b"x", {"$is": "bytes", "value": "x"}),
        (Any, float("inf"), {"$is": "float", "value": "inf"}),
        (Any, 2**80, {"$is": "int", "value": str(2**80)}),
        (Any, {1: "a"}, {"$is": "dict", "value": [[1, "a"]]}),
        (Any, {"$is": "a"}, {"$$is": "a"}),
        (Any, {"$$is": "a", "$i": 1, "is": 2}, {"$$$is": "a", "$i": 1, "is": 2}),
        (Any, AddressKind.EMAIL, {"$is": "AddressKind", "value": "email"}),
        (Any, Email("a"), {"$is": "Email", "value": {"value": "a"}}),
        (list[Any], [Email("a")], [{"$is": "Email", "value": {"value": "a"}}]),
    ],
)
def test_a_value_is_written_in_a_plain_form_and_read_again(
    kind: Any, value: Any, document: Any
) -> None:
    assert form_of(kind).write(value) == document
    again = there_and_back(value, kind)
    assert again == value
    assert type(again) is type(value) or kind is float


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("$is") | st.text(), inner),
)


@given(JSON)
def test_any_json_comes_back_as_it_was(value: Any) -> None:
    again = there_and_back(value, Any)

    assert repr(again) == repr(value)


def test_the_order_of_a_mapping_is_kept() -> None:
    value = {"b": 1, "a": 2}

    assert list(there_and_back(value, dict[str, int])) == ["b", "a"]


def test_what_is_nested_deeper_than_any_rule_looks_is_cut() -> None:
    value: Any = "end"
    for _ in range(900):
        value = [{"in": value}]

    again = there_and_back(value, Any)

    depth = 0
    while again:
        again, depth = again[0].get("in"), depth + 2
    assert depth == 150


def test_a_moment_comes_back_in_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=5)))

    assert there_and_back(local, datetime).isoformat() == AT.isoformat()


@dataclass
class Stranger:
    """No class of the domain."""

    number: int


@pytest.mark.parametrize(
    "kind", [Stranger, list[Stranger], dict[Stranger, int], complex, type, Stranger | None]
)
def test_there_is_no_form_for_classes_of_others(kind: Any) -> None:
    with pytest.raises(NotPlain, match="a snapshot cannot hold"):
        form_of(kind)


@pytest.mark.parametrize("value", [Stranger(1), {"a": [len]}, Email(Stranger(1))])  # type: ignore[arg-type]
def test_what_cannot_be_stored_is_not(value: Any) -> None:
    with pytest.raises((NotPlain, TypeError)):
        json.dumps(written({"value": value}))


@pytest.mark.parametrize(
    ("kind", "document", "problems"),
    [
        (int, "x", ["$: this must be a whole number, not 'x'"]),
        (int, True, ["$: this must be a whole number, not true"]),
        (bool, 1, ["$: this must be true or false, not 1"]),
        (str, None, ["$: this must be text, not null"]),
        (str | int, None, ["$: this must be str or int, not null"]),
        (timedelta, 1e300, ["$: this must be a number of seconds, not 1e+300"]),
        (bytes, {"base64": "?"}, ['$: this must be text, or {\'base64\': …}, not {"base64": "?"}']),
        (AddressKind, "fax", ["$: this must be one of email, phone, not 'fax'"]),
        (list[int], {"a": 1}, ['$: this must be an array, not {"a": 1}']),
        (list[int], [1, "a", None], [
            "$[1]: this must be a whole number, not 'a'",
            "$[2]: this must be a whole number, not null",
        ]),
        (tuple[int, str], [1], ["$: this must have 2 items, not 1"]),
        (dict[str, int], {"a b": "c"}, ["$['a b']: this must be a whole number, not 'c'"]),
        (dict[int, int], [[1]], ["$[0]: this must be a key and its value, not [1]"]),
        (dict[int, int], [["x", 1]], ["$[0][0]: this must be a whole number, not 'x'"]),
        (Email, {"valeu": "a"}, [
            "$: there is no member 'valeu' in a Email", "$: 'value' is missing"]),
        (Email | BrazeId, {"value": "a"}, [
            '$: this must be an object that says in \'is\' what it is, not {"value": "a"}']),
        (Email | BrazeId, {"is": "Stranger"}, [
            "$: 'is' must be one of Email, BrazeId, not 'Stranger'"]),
        (Any, [{"a": {"$is": "Stranger"}}], [
            "$[0]['a']: there is no kind of value called 'Stranger'"]),
        (Mapping[str, Any], None, ["$: this must be a mapping, not null"]),
        (Any, {"$is": "set", "value": [[]]}, ["$: this is no set: [[]]"]),
    ],
)  # fmt: skip
def test_a_bad_document_is_refused_with_every_problem(
    kind: Any, document: Any, problems: list[str]
) -> None:
    with pytest.raises(BadPlainData) as caught:
        read(document, kind)

    assert caught.value.problems == problems
