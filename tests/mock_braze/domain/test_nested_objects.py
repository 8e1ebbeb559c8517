from typing import Any

import pytest
from worlds import attributes_of, tracked

from mock_braze.domain.custom_attributes import changed_attribute
from mock_braze.domain.workspace import Workspace


def changed(old: Any, update: Any, *, merge: bool = False) -> Any:
    return changed_attribute(old, update, merge=merge)


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
