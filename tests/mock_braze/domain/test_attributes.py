from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import attributes_of, profile, tracked

from mock_braze.domain.attributes import changed_attribute, is_group_id, is_storable
from mock_braze.domain.workspace import Workspace


def changed(old: Any, update: Any, *, merge: bool = False) -> Any:
    return changed_attribute(old, update, merge=merge)


@pytest.mark.parametrize("value", ["gold", "", 5, -1.5, True, ["a", "b"], {"a": {"b": 1}}])
def test_a_custom_attribute_keeps_the_value_it_is_given(workspace: Workspace, value: Any) -> None:
    tracked(workspace, {"external_id": "q-1", "tier": value})

    assert attributes_of(workspace, "q-1") == {"tier": value}


def test_null_removes_an_attribute_and_a_field(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "tier": "gold", "first_name": "Anna"})

    tracked(workspace, {"external_id": "q-1", "tier": None, "first_name": None})

    assert attributes_of(workspace, "q-1") == {}
    assert profile(workspace, "q-1").fields == {}


def test_spaces_around_a_name_are_stripped_and_a_name_of_spaces_is_none(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "q-1", " tier ": "gold", "  ": 1, "": 2, "Tier": "x"})

    assert attributes_of(workspace, "q-1") == {"tier": "gold", "Tier": "x"}


def test_reserved_names_are_lower_case_and_any_other_spelling_is_custom(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "q-1", "first_name": "Anna", "First_Name": "x"})

    assert profile(workspace, "q-1").fields == {"first_name": "Anna"}
    assert attributes_of(workspace, "q-1") == {"First_Name": "x"}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("first_name", "Anna", 5),
        ("last_name", "B", ["B"]),
        ("home_city", "Detroit", {}),
        ("language", "en", "english"),
        ("time_zone", "America/Detroit", "Mars/Base"),
        ("time_zone", "UTC", "../../etc/passwd"),
        ("dob", "2000-02-29", "2001-02-29"),
        ("dob", "2000-01-01", "01/01/2000"),
        ("gender", "F", "female"),
        ("gender", "P", []),
        ("image_url", "https://example.com/a.png", "h" * 1025),
    ],
)
def test_a_field_keeps_its_value_when_an_invalid_one_is_sent(
    workspace: Workspace, field: str, good: Any, bad: Any
) -> None:
    tracked(workspace, {"external_id": "q-1", field: good})
    tracked(workspace, {"external_id": "q-1", field: bad})

    assert profile(workspace, "q-1").fields == {field: good}


def test_an_unknown_country_is_stored_as_null(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "country": "US"})
    tracked(workspace, {"external_id": "q-1", "country": "Atlantis"})

    assert profile(workspace, "q-1").fields == {}


@pytest.mark.parametrize(
    ("old", "step", "new"),
    [(None, 5, 5), (5, 2, 7), (5, -7, -2), (5, 0, 5), (5, 1.5, 5), (5, True, 5), (5, "1", 5)],
)
def test_inc_adds_whole_numbers(old: Any, step: Any, new: Any) -> None:
    assert changed(old, {"inc": step}) == new


def test_an_increment_beyond_64_bits_is_dropped(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "points": 2**64 - 2})

    for _ in range(3):
        tracked(workspace, {"external_id": "q-1", "points": {"inc": 1}})

    assert attributes_of(workspace, "q-1") == {"points": 2**64 - 1}


@pytest.mark.parametrize(
    ("old", "update", "new"),
    [
        (None, ["a", "b", "a"], ["b", "a"]),
        (["x"], ["a"], ["a"]),
        (["a", "b"], {"add": ["c"]}, ["a", "b", "c"]),
        (["a", "b"], {"add": ["a"]}, ["b", "a"]),
        (["a", "b"], {"remove": ["a", "z"]}, ["b"]),
        (["a", "b"], {"add": ["c"], "remove": ["a"]}, ["b", "c"]),
        (None, {"add": ["a"]}, ["a"]),
        (["a"], {"add": "b"}, ["a"]),
        ([1], {"add": [True]}, [1, True]),
        ([0, False, "0"], {"remove": [0]}, [False, "0"]),
    ],
)
def test_a_list_holds_each_value_once_and_newly_added_ones_last(
    old: Any, update: Any, new: list[Any]
) -> None:
    result = changed(old, update)

    assert [(type(each), each) for each in result] == [(type(each), each) for each in new]


def test_a_list_over_its_length_loses_its_oldest_values() -> None:
    assert changed(None, list(range(501))) == list(range(1, 501))
    assert changed(list(range(500)), {"add": [500, 501]}) == list(range(2, 502))
    assert changed([{"id": n} for n in range(500)], {"$add": [{"id": 500}]})[0] == {"id": 1}


@given(st.lists(st.integers(0, 9) | st.booleans() | st.text("ab", max_size=2)))
def test_setting_a_list_twice_changes_nothing(values: list[Any]) -> None:
    once = changed(None, values)

    assert changed(once, once) == once
    assert changed(once, {"add": once}) == once


CARS = [{"id": 1, "make": "A"}, {"id": 2, "make": "B"}]


@pytest.mark.parametrize(
    ("update", "new"),
    [
        ({"$add": [{"id": 3}]}, [*CARS, {"id": 3}]),
        ({"$remove": [{"$identifier_key": "id", "$identifier_value": 1}]}, [CARS[1]]),
        (
            {
                "$update": [
                    {
                        "$identifier_key": "id",
                        "$identifier_value": 2,
                        "$new_object": {"make": "C", "new": True},
                    }
                ]
            },
            [CARS[0], {"id": 2, "make": "C", "new": True}],
        ),
        (
            {  # remove comes after add, so this is no way to replace
                "$remove": [{"$identifier_key": "id", "$identifier_value": 1}],
                "$add": [{"id": 1, "make": "new"}],
            },
            [CARS[1]],
        ),
        ({"$remove": [{"$identifier_key": "id", "$identifier_value": True}]}, CARS),
        ({"$remove": [{"$identifier_key": ["id"], "$identifier_value": 1}]}, CARS),
        ({"$remove": "id", "$add": 5, "$update": [None]}, CARS),
    ],
)
def test_a_list_of_objects_is_added_to_then_removed_from_then_updated(
    update: dict[str, Any], new: list[Any]
) -> None:
    assert changed(CARS, update, merge=True) == new


def test_remove_takes_every_object_that_matches() -> None:
    twins = [{"id": 1, "a": 1}, {"id": 1, "a": 2}, {"id": 2}]

    gone = {"$remove": [{"$identifier_key": "id", "$identifier_value": 1}]}

    assert changed(twins, gone) == [{"id": 2}]


def test_an_object_is_replaced_as_a_whole_unless_it_is_merged(workspace: Workspace) -> None:
    address = {"city": "Detroit", "geo": {"lat": 1, "lon": 2}}
    for external_id in ("replaced", "merged"):
        tracked(workspace, {"external_id": external_id, "address": address})

    change = {"geo": {"lat": 9}}
    tracked(workspace, {"external_id": "replaced", "address": change})
    tracked(workspace, {"external_id": "merged", "_merge_objects": True, "address": change})

    assert attributes_of(workspace, "replaced") == {"address": change}
    assert attributes_of(workspace, "merged") == {
        "address": {"city": "Detroit", "geo": {"lat": 9, "lon": 2}}
    }


@pytest.mark.parametrize(
    "bad", [{"a": None}, {"a": {"b": [None]}}, {"at": {"$time": "soon"}}, [{"a": None}]]
)
def test_one_bad_nested_value_costs_a_request_all_its_nested_updates(
    workspace: Workspace, bad: Any
) -> None:
    tracked(
        workspace,
        {"external_id": "q-1", "nested": {"a": 1}, "plain": 1},
        {"external_id": "q-2", "nested": bad, "plain": ["a"]},
    )

    assert attributes_of(workspace, "q-1") == {"plain": 1}
    assert attributes_of(workspace, "q-2") == {"plain": ["a"]}


def test_a_nested_date_is_kept_with_its_wrapper(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "born": {"at": {"$time": "1980-01-01"}}})

    assert attributes_of(workspace, "q-1") == {"born": {"at": {"$time": "1980-01-01"}}}


def deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["x" * 255, deep(100), ["x" * 102_000], {"x": "y" * 102_000}, 2**64 - 1, -(2**63)]
)
def test_a_value_at_its_limit_can_be_stored(value: Any) -> None:
    assert is_storable(value)


@pytest.mark.parametrize(
    "value",
    ["x" * 256, deep(101), ["x" * 102_400], {"x": "y" * 102_400}, 2**64, -(2**63) - 1, [2**64]],
)
def test_an_update_over_a_limit_leaves_the_attribute_as_it_was(
    workspace: Workspace, value: Any
) -> None:
    tracked(workspace, {"external_id": "q-1", "a": "old"})
    tracked(workspace, {"external_id": "q-1", "a": value, "b": "new"})

    assert attributes_of(workspace, "q-1") == {"a": "old", "b": "new"}


def test_a_list_that_would_outgrow_100_kb_stays_as_it_was(workspace: Workspace) -> None:
    tracked(workspace, {"external_id": "q-1", "a": ["x" * 60_000]})
    tracked(workspace, {"external_id": "q-1", "a": {"add": ["y" * 60_000]}})

    assert attributes_of(workspace, "q-1") == {"a": ["x" * 60_000]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["a", "b", "add", "remove", "inc", "$add", "$remove", "$update", "$time"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON, st.booleans())
def test_any_update_of_any_value_gives_a_value(old: Any, update: Any, merge: bool) -> None:
    changed(old, update, merge=merge)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", True),
        ("5A7C3F0E-2B1D-4C6A-9E8F-0D1B2A3C4D5E", True),
        ("5a7c3f0e2b1d4c6a9e8f0d1b2a3c4d5e", False),
        ("{5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e}", False),
        ("urn:uuid:5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", False),
        ("５a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e", False),
        ("group", False),
        ("", False),
    ],
)
def test_a_group_id_is_a_uuid_in_its_usual_form(text: str, is_one: bool) -> None:
    assert is_group_id(text) is is_one
