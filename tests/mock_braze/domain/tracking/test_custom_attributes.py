from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import a_workspace, attributes_of, profile, tracked

from mock_braze.domain.tracking.custom_attributes import changed_attribute, is_storable
from mock_braze.domain.tracking.sizes import Measured
from mock_braze.domain.workspace import Workspace


def changed(old: Any, update: Any, *, merge: bool = False) -> Any:
    return changed_attribute(Measured(old), update, merge=merge).value


@pytest.mark.parametrize("value", ["gold", "", 5, -1.5, True, ["a", "b"], {"a": {"b": 1}}])
def test_a_custom_attribute_keeps_the_value_it_is_given(workspace: Workspace, value: Any) -> None:
    tracked(workspace, {"external_id": "q-1", "tier": value})

    assert attributes_of(workspace, "q-1") == {"tier": value}


def test_null_removes_an_attribute_and_a_field(workspace: Workspace) -> None:
    """Facts: null-removes"""
    tracked(workspace, {"external_id": "q-1", "tier": "gold", "first_name": "Anna"})

    tracked(workspace, {"external_id": "q-1", "tier": None, "first_name": None})

    assert attributes_of(workspace, "q-1") == {}
    assert profile(workspace, "q-1").fields == {}


def test_an_empty_text_is_a_value(workspace: Workspace) -> None:
    """Facts: empty-text-is-kept"""
    tracked(workspace, {"external_id": "q-1", "tier": "gold"})
    tracked(workspace, {"external_id": "q-1", "tier": ""})

    assert attributes_of(workspace, "q-1") == {"tier": ""}


def test_spaces_around_a_name_are_stripped_and_a_name_of_spaces_is_none(
    workspace: Workspace,
) -> None:
    """Facts: attribute-name-rules"""
    tracked(workspace, {"external_id": "q-1", " tier ": "gold", "  ": 1, "": 2, "Tier": "x"})

    assert attributes_of(workspace, "q-1") == {"tier": "gold", "Tier": "x"}


@pytest.mark.parametrize("name", ["$tier", "n" * 256])
def test_a_name_that_cannot_be_is_dropped(workspace: Workspace, name: str) -> None:
    """Facts: name-limits"""
    tracked(workspace, {"external_id": "q-1", name: 1, "n" * 255: 2})

    assert attributes_of(workspace, "q-1") == {"n" * 255: 2}


@pytest.mark.parametrize(
    ("old", "step", "new"),
    [
        (None, 5, 5),
        (5, 2, 7),
        (5, -7, -2),
        (5, 0, 5),
        (5, 1.5, 5),
        (5, True, 5),
        (5, "1", 5),
        ("gold", 1, "gold"),
        (1.5, 1, 1.5),
    ],
)
def test_inc_adds_whole_numbers(old: Any, step: Any, new: Any) -> None:
    """Facts: custom-attribute-inc"""
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
        ([[1], ["a", 2]], {"add": [[True], ["a", 2.0]]}, [[1], [True], ["a", 2.0]]),
    ],
)
def test_a_list_holds_each_value_once_and_newly_added_ones_last(
    old: Any, update: Any, new: list[Any]
) -> None:
    """Facts: custom-attribute-arrays, array-values-are-unique"""
    result = changed(old, update)

    assert [(type(each), each) for each in result] == [(type(each), each) for each in new]


def test_a_list_over_its_length_loses_its_oldest_values() -> None:
    """Facts: array-length-limit"""
    assert changed(None, list(range(501))) == list(range(1, 501))
    assert changed(list(range(500)), {"add": [500, 501]}) == list(range(2, 502))
    assert changed([{"id": n} for n in range(500)], {"$add": [{"id": 500}]})[0] == {"id": 1}


@pytest.mark.parametrize("dial", ["25", "100", "500"])
def test_a_list_may_hold_as_many_values_as_the_dial_says(dial: str) -> None:
    """Facts: array-length-limit"""
    workspace = a_workspace(array_length=dial)
    number = int(dial)

    tracked(workspace, {"external_id": "q-1", "seen": list(range(number))})
    tracked(workspace, {"external_id": "q-1", "seen": {"add": [number]}})

    assert attributes_of(workspace, "q-1")["seen"] == list(range(1, number + 1))


@given(st.lists(st.integers(0, 9) | st.booleans() | st.text("ab", max_size=2)))
def test_setting_a_list_twice_changes_nothing(values: list[Any]) -> None:
    once = changed(None, values)

    assert changed(once, once) == once
    assert changed(once, {"add": once}) == once


def deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["x" * 255, deep(100), ["x" * 102_396], {"x": "y" * 102_392}, 2**64 - 1, -(2**63)]
)
def test_a_value_at_its_limit_can_be_stored(value: Any) -> None:
    assert is_storable(value)


@pytest.mark.parametrize(
    "value",
    ["x" * 256, deep(101), ["x" * 102_397], {"x": "y" * 102_393}, 2**64, -(2**63) - 1, [2**64]],
)
def test_an_update_over_a_limit_leaves_the_attribute_as_it_was(
    workspace: Workspace, value: Any
) -> None:
    """Facts: attribute-value-limit, nested-size-limit"""
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
    ("text", "kept"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026-01-05T09:30:00+01:00", datetime(2026, 1, 5, 8, 30, tzinfo=UTC)),
        ("12-1-2021", datetime(2021, 12, 1, tzinfo=UTC)),
        ("12/1/2021", datetime(2021, 12, 1, tzinfo=UTC)),
        ("Mon 01 05 09:30:00.+0000 2026", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        ("5. Januar 2026", "5. Januar 2026"),
        ("20260105", "20260105"),
        ("13/13/2026", "13/13/2026"),
        ("3000-12-31", datetime(3000, 12, 31, tzinfo=UTC)),
        ("3001-01-01", "3001-01-01"),
        ("Monday", "Monday"),
    ],
)
def test_a_text_that_is_a_date_becomes_one(workspace: Workspace, text: str, kept: Any) -> None:
    """Facts: text-that-is-a-date, attribute-dates-have-limits"""
    tracked(workspace, {"external_id": "q-1", "at": text, "list": [text]})

    assert attributes_of(workspace, "q-1") == {"at": kept, "list": [text]}
