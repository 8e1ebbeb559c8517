import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import a_workspace, advance, attributes_of, profile, tracked

from mock_braze.domain.snapshot import read_snapshot, write_snapshot
from mock_braze.domain.tracking import sizes
from mock_braze.domain.tracking.custom_attributes import changed_attribute
from mock_braze.domain.tracking.nested_objects import NESTED_BYTES, frozen
from mock_braze.domain.tracking.sizes import Measured, bytes_of
from mock_braze.domain.workspace import Workspace

LEAVES = (
    st.integers(-1, 11)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(["", "a", "ä€😀", 'q"uote\\', "\n\x01\x7f\u2028"])
)
NAMES = st.sampled_from(["a", "b", "ä", '"'])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(NAMES, LEAVES, max_size=3), max_size=4)
POINTERS = st.lists(
    st.fixed_dictionaries(
        {"$identifier_key": NAMES, "$identifier_value": LEAVES},
        optional={"$new_object": st.dictionaries(NAMES, VALUES, max_size=3)},
    ),
    max_size=4,
)
UPDATES = (
    VALUES
    | st.dictionaries(NAMES, VALUES, max_size=3)
    | st.fixed_dictionaries({"inc": LEAVES})
    | st.fixed_dictionaries(
        {}, optional={name: st.lists(VALUES, max_size=4) for name in ("add", "remove")}
    )
    | st.fixed_dictionaries(
        {}, optional={"$add": OBJECTS, "$remove": POINTERS, "$update": POINTERS}
    )
)


def length(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@given(VALUES)
def test_a_size_is_the_length_of_a_value_as_compact_json(value: Any) -> None:
    assert bytes_of(value) == length(value)


@given(VALUES | st.text())
def test_a_value_is_no_longer_than_four_times_its_text_in_python(value: Any) -> None:
    assert length(value) <= 4 * len(repr(value))


@given(VALUES, st.lists(st.tuples(UPDATES, st.booleans()), max_size=6), st.sampled_from([3, 500]))
def test_a_size_that_follows_the_changes_is_the_size_of_the_result(
    value: Any, updates: list[tuple[Any, bool]], longest: int
) -> None:
    """Facts: nested-size-limit"""
    held = Measured(value)
    for update, merge in updates:
        held = changed_attribute(held, update, merge=merge, longest=longest)

        assert held.size in (None, length(held.value))


UPDATES_OF_TWO = st.fixed_dictionaries(
    {"external_id": st.sampled_from(["q-1", "q-2"]), "_merge_objects": st.booleans()},
    optional={"x": UPDATES | st.none(), "y": UPDATES},
)
STEPS = st.lists(
    UPDATES_OF_TWO | UPDATES_OF_TWO | st.sampled_from(["merge", "delete", "restore"]), max_size=8
)


@given(STEPS)
def test_kept_sizes_stay_right_through_all_that_happens_to_profiles(steps: list[Any]) -> None:
    workspace = a_workspace()
    for step in steps:
        match step:
            case "merge":
                names = [{"external_id": "q-1"}, {"external_id": "q-2"}]
                pair = {"identifier_to_merge": names[0], "identifier_to_keep": names[1]}
                workspace.merge([pair])
            case "delete":
                workspace.delete({"external_ids": ["q-1"]})
            case "restore":
                workspace.restore(read_snapshot(write_snapshot(workspace.snapshot())))
            case _:
                tracked(workspace, step)
        advance(workspace, 600)

        for each in workspace.state.profiles:
            kept = each.attribute_sizes or {}
            assert kept == {name: length(each.custom_attributes[name]) for name in kept}


WIDE = {f"k{n}": 1 for n in range(9_000)}
LISTS = [[n] * 45 for n in range(500)]
OBJECT_LIST = [{"id": n, "all": 1, "v": [n] * 40} for n in range(500)]


def a_change_of_objects(key: str, value: int) -> dict[str, Any]:
    return {"$identifier_key": key, "$identifier_value": value, "$new_object": {"x": value}}


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (WIDE, {"k1": 2, "more": 1}),
        ({"a": WIDE, "b": 1}, {"a": {"k1": 2}}),
        (LISTS, {"add": [[1], [499] * 45, 3], "remove": [[7] * 45]}),
        (OBJECT_LIST, {"$add": [{"id": 500}]}),
        (OBJECT_LIST, {"$update": [a_change_of_objects("id", 7)]}),
        (OBJECT_LIST, {"$update": [a_change_of_objects("all", 1)]}),
        (OBJECT_LIST, {"$remove": [{"$identifier_key": "id", "$identifier_value": 7}]}),
    ],
)
def test_a_large_attribute_is_measured_once_however_often_it_is_changed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, value: Any, change: Any
) -> None:
    """Facts: nested-size-limit"""
    tracked(workspace, {"external_id": "q-1", "x": value})
    measured = 0

    def counted(value: object) -> str:
        nonlocal measured
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        measured += len(text)
        return text

    monkeypatch.setattr(sizes, "_as_json", counted)
    changes = [{"external_id": "q-1", "_merge_objects": True, "x": change}] * 70
    tracked(workspace, *changes)

    assert attributes_of(workspace, "q-1")["x"] != value
    assert length(value) <= measured < 3 * NESTED_BYTES


def test_a_list_is_full_at_100_kb_to_the_byte_though_its_size_is_kept(
    workspace: Workspace,
) -> None:
    """Facts: nested-size-limit"""
    tracked(workspace, {"external_id": "q-1", "x": ["a" * (NESTED_BYTES - 20)]})

    for text in ("b" * 10, "c", "", "d"):
        tracked(workspace, {"external_id": "q-1", "x": {"add": [text]}})

    assert [len(each) for each in attributes_of(workspace, "q-1")["x"]] == [
        NESTED_BYTES - 20,
        10,
        0,
    ]
    assert profile(workspace, "q-1").attribute_sizes == {"x": NESTED_BYTES}


@given(st.lists(VALUES, max_size=5), *[st.lists(VALUES, max_size=5)] * 2, st.integers(1, 6))
def test_a_list_comes_to_the_same_as_if_every_value_were_looked_at(
    old: list[Any], added: list[Any], removed: list[Any], longest: int
) -> None:
    """Facts: custom-attribute-arrays, array-values-are-unique, array-length-limit"""
    held = changed_attribute(Measured(None), old, merge=False, longest=longest)
    gone = set(map(frozen, removed))
    expected: list[Any] = []
    for each in [*held.value, *added]:
        if frozen(each) not in gone:
            if not isinstance(each, dict):
                expected = [one for one in expected if frozen(one) != frozen(each)]
            expected.append(each)

    change = {"add": added, "remove": removed}
    result = changed_attribute(held, change, merge=False, longest=longest)

    assert result.value == expected[-longest:]
