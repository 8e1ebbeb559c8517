from datetime import UTC, datetime
from typing import Any

import pytest
from worlds import a_workspace, attributes_of, tracked

from mock_braze.domain.tracking.attribute_types import AttributeType, DataType, coerced, data_type
from mock_braze.domain.workspace import Workspace

DAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("update", "detected"),
    [
        (True, DataType.BOOLEAN),
        (1, DataType.NUMBER),
        (1.5, DataType.NUMBER),
        ({"inc": 1}, DataType.NUMBER),
        ("1", DataType.STRING),
        (DAY, DataType.TIME),
        (["a"], DataType.ARRAY),
        ([], DataType.ARRAY),
        ({"add": ["a"]}, DataType.ARRAY),
        ({"a": 1}, DataType.OBJECT),
        ({}, DataType.OBJECT),
        ([{"a": 1}], DataType.OBJECT_ARRAY),
        ({"$add": [{"a": 1}]}, DataType.OBJECT_ARRAY),
    ],
)
def test_an_update_shows_the_type_of_its_attribute(update: Any, detected: DataType) -> None:
    assert data_type(update) is detected


def test_the_first_value_of_an_attribute_decides_its_type(workspace: Workspace) -> None:
    """Facts: attribute-type-from-first-value"""
    tracked(workspace, {"external_id": "q-1", "points": 1, "since": "2026-01-05", "gone": None})
    tracked(workspace, {"external_id": "q-2", "points": "many", "since": "soon"})

    assert workspace.state.attribute_types == {
        "points": AttributeType(DataType.NUMBER),
        "since": AttributeType(DataType.TIME),
    }
    assert attributes_of(workspace, "q-2") == {"points": "many", "since": "soon"}


def test_a_later_value_of_another_type_follows_the_dial() -> None:
    """Facts: attribute-type-from-first-value"""
    workspace = a_workspace(detected_type="coerced")
    tracked(workspace, {"external_id": "q-1", "points": 1, "name": "a", "since": "2026-01-05"})

    tracked(workspace, {"external_id": "q-1", "points": "many", "name": 5, "since": "soon"})
    tracked(workspace, {"external_id": "q-2", "points": "12", "name": "2026-01-05"})

    assert attributes_of(workspace, "q-1") == {"points": 1, "name": "5", "since": DAY}
    assert attributes_of(workspace, "q-2") == {"points": 12, "name": "2026-01-05"}


def test_a_value_for_a_forced_type_is_coerced_or_ignored(workspace: Workspace) -> None:
    """Facts: forced-type-coerces"""
    workspace.state.attribute_types["points"] = AttributeType(DataType.NUMBER, is_forced=True)

    tracked(workspace, {"external_id": "q-1", "points": "100"})
    tracked(workspace, {"external_id": "q-1", "points": "many"})
    tracked(workspace, {"external_id": "q-1", "points": {"inc": 1}})

    assert attributes_of(workspace, "q-1") == {"points": 101}


@pytest.mark.parametrize(
    ("sent", "wanted", "value"),
    [
        ("100", DataType.NUMBER, 100),
        ("-1.5", DataType.NUMBER, -1.5),
        ("1e400", DataType.NUMBER, None),
        ("nan", DataType.NUMBER, None),
        ("9" * 5000, DataType.NUMBER, None),
        ("1_0", DataType.NUMBER, None),
        ("٣", DataType.NUMBER, None),
        (True, DataType.NUMBER, None),
        (1, DataType.BOOLEAN, True),
        ("true", DataType.BOOLEAN, True),
        ("T", DataType.BOOLEAN, True),
        (0, DataType.BOOLEAN, False),
        ("f", DataType.BOOLEAN, False),
        ("yes", DataType.BOOLEAN, None),
        (2, DataType.BOOLEAN, None),
        (5, DataType.STRING, "5"),
        (True, DataType.STRING, "true"),
        (["a"], DataType.STRING, None),
        ("01/05/2026", DataType.TIME, DAY),
        ("soon", DataType.TIME, None),
        (5, DataType.TIME, None),
        ("a", DataType.ARRAY, None),
        (["a"], DataType.ARRAY, ["a"]),
        ({"a": 1}, DataType.OBJECT, {"a": 1}),
        ([{"a": 1}], DataType.OBJECT, None),
    ],
)
def test_a_value_is_coerced_where_that_makes_sense(sent: Any, wanted: DataType, value: Any) -> None:
    """Facts: forced-type-coerces"""
    result = coerced(sent, wanted)

    assert (type(result), result) == (type(value), value)
