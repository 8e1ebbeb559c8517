import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import attributes_of, tracked

from mock_braze.domain.tracking import nested_objects
from mock_braze.domain.tracking.custom_attributes import changed_attribute
from mock_braze.domain.tracking.nested_objects import frozen
from mock_braze.domain.tracking.sizes import Measured
from mock_braze.domain.workspace import Workspace


def changed(old: Any, update: Any, *, merge: bool = False) -> Any:
    return changed_attribute(Measured(old), update, merge=merge).value


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
    """Facts: object-list-changes, object-list-change-order"""
    assert changed(CARS, update, merge=True) == new


def test_an_update_of_objects_needs_merging_to_be_on() -> None:
    """Facts: object-update-needs-merge"""
    pointer = {"$identifier_key": "id", "$identifier_value": 2, "$new_object": {"make": "C"}}

    assert changed(CARS, {"$update": [pointer]}) == CARS
    assert changed(CARS, {"$update": [pointer]}, merge=True) == [CARS[0], {"id": 2, "make": "C"}]


def test_remove_takes_every_object_that_matches() -> None:
    """Facts: object-remove-takes-all"""
    twins = [{"id": 1, "a": 1}, {"id": 1, "a": 2}, {"id": 2}]

    gone = {"$remove": [{"$identifier_key": "id", "$identifier_value": 1}]}

    assert changed(twins, gone) == [{"id": 2}]


def test_an_object_is_replaced_as_a_whole_unless_it_is_merged(workspace: Workspace) -> None:
    """Facts: custom-attribute-nested"""
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
    "bad",
    [
        {"a": None},
        {"a": {"b": [None]}},
        {"at": {"$time": "soon"}},
        {"at": {"$time": "3001-01-01"}},
        [{"a": None}],
    ],
)
def test_one_bad_nested_value_costs_a_request_all_its_nested_updates(
    workspace: Workspace, bad: Any
) -> None:
    """Facts: bad-nested-value-drops-nested, attribute-dates-have-limits"""
    tracked(
        workspace,
        {"external_id": "q-1", "nested": {"a": 1}, "plain": 1},
        {"external_id": "q-2", "nested": bad, "plain": ["a"]},
    )

    assert attributes_of(workspace, "q-1") == {"plain": 1}
    assert attributes_of(workspace, "q-2") == {"plain": ["a"]}


@pytest.mark.parametrize("date", ["1980-01-01", "3000-12-31"])
def test_a_nested_date_is_kept_with_its_wrapper(workspace: Workspace, date: str) -> None:
    """Facts: nested-time-wrapper, attribute-dates-have-limits"""
    tracked(workspace, {"external_id": "q-1", "born": {"at": {"$time": date}}})

    assert attributes_of(workspace, "q-1") == {"born": {"at": {"$time": date}}}


@pytest.mark.parametrize("key", ["a b", "a.b", "$a", "a$", "k" * 256])
def test_an_object_with_an_impossible_key_is_dropped(workspace: Workspace, key: str) -> None:
    """Facts: nested-key-rules"""
    tracked(workspace, {"external_id": "q-1", "car": {"make": "A"}, "cars": [{"make": "A"}]})

    tracked(workspace, {"external_id": "q-1", "car": {"parts": [{key: 1}]}, "cars": [{key: 1}]})
    tracked(workspace, {"external_id": "q-1", "cars": {"$add": [{key: 1}]}})

    assert attributes_of(workspace, "q-1") == {"car": {"make": "A"}, "cars": [{"make": "A"}]}


def test_a_key_of_255_characters_is_possible(workspace: Workspace) -> None:
    """Facts: nested-key-rules"""
    tracked(workspace, {"external_id": "q-1", "car": {"k" * 255: 1}})

    assert attributes_of(workspace, "q-1") == {"car": {"k" * 255: 1}}


SMALL = st.integers(0, 2) | st.booleans() | st.lists(st.integers(0, 1), max_size=1)
OBJECTS = st.lists(st.dictionaries(st.sampled_from("abc"), SMALL, max_size=3), max_size=5)
POINTERS = st.fixed_dictionaries(
    {"$identifier_key": st.sampled_from("abc"), "$identifier_value": SMALL},
    optional={"$new_object": st.dictionaries(st.sampled_from("abc"), SMALL, max_size=2)},
)


def is_named(item: dict[str, Any], pointer: dict[str, Any]) -> bool:
    key = pointer["$identifier_key"]
    return key in item and json.dumps(item[key]) == json.dumps(pointer["$identifier_value"])


def an_update(key: str, value: Any, **new: Any) -> dict[str, Any]:
    return {"$identifier_key": key, "$identifier_value": value, "$new_object": new}


@example([{"a": 1}], [], [], [an_update("a", 1, a=2), an_update("a", 1, b=1)])
@example([{"a": 1}], [], [], [an_update("a", 1, a=2), an_update("a", 2, b=1)])
@example([{"a": 1, "b": 1}], [], [], [an_update("a", 1, b=2), an_update("b", 1, c=1)])
@example([{"a": 1}], [], [], [an_update("a", 1, b=2), an_update("b", 2, c=1)])
@given(OBJECTS, OBJECTS, st.lists(POINTERS, max_size=3), st.lists(POINTERS, max_size=6))
def test_changes_of_objects_come_to_the_same_as_each_change_looking_at_every_object(
    old: list[Any], added: list[Any], removals: list[Any], updates: list[Any]
) -> None:
    """Facts: object-list-change-order, object-update-needs-merge"""
    expected = [*old, *added]
    for removal in removals:
        expected = [each for each in expected if not is_named(each, removal)]
    for update in updates:
        new = update.get("$new_object", {})
        expected = [{**each, **new} if is_named(each, update) else each for each in expected]

    change = {"$add": added, "$remove": removals, "$update": updates}

    assert changed(old, change, merge=True) == expected


def looks(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, size: int) -> int:
    """How many values are looked at for so many objects with as many removals and updates."""
    seen = 0

    def counted(value: Any) -> Any:
        nonlocal seen
        seen += 1
        return frozen(value)

    pointers = [{"$identifier_key": "id", "$identifier_value": each} for each in range(size)]
    change = {
        "$add": [{"id": -each} for each in range(size)],
        "$remove": pointers,
        "$update": [{**each, "$new_object": {"a": 1}} for each in pointers],
    }
    with monkeypatch.context() as patch:
        patch.setattr(nested_objects, "frozen", counted)
        tracked(workspace, {"external_id": "q-1", "_merge_objects": True, f"a{size}": change})
    return seen


def test_twice_as_many_changes_of_objects_are_no_more_than_twice_the_work(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (looks(workspace, monkeypatch, size) for size in (200, 400))

    assert 200 <= few < many <= 2 * few + 1


def test_a_change_of_a_list_over_100_kb_is_dropped(workspace: Workspace) -> None:
    """Facts: nested-size-limit"""
    tracked(workspace, {"external_id": "q-1", "cars": CARS, "names": ["a"]})
    pointer = {"$identifier_key": "id", "$identifier_value": "x" * 100}

    removals = {"$add": [{"id": 3}], "$remove": [pointer] * 1000}
    tracked(workspace, {"external_id": "q-1", "cars": removals})
    tracked(workspace, {"external_id": "q-1", "names": {"remove": ["a", *["b" * 99] * 1100]}})

    assert attributes_of(workspace, "q-1") == {"cars": CARS, "names": ["a"]}
