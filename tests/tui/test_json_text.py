import json
from typing import Any

import pytest

from tui.widgets.json_text import laid_out


def test_what_fits_stays_in_one_line() -> None:
    assert (
        laid_out({"message": "success", "users": []}, 60) == '{"message": "success", "users": []}'
    )


def test_what_does_not_fit_has_a_line_for_each_member() -> None:
    assert laid_out({"message": "success", "users": ["a", "b"]}, 30) == (
        '{\n  "message": "success",\n  "users": ["a", "b"]\n}'
    )


def test_a_container_of_one_gets_no_level_of_its_own() -> None:
    assert laid_out({"attributes": [{"email": "a@b.example", "phone": "+1"}]}, 30) == (
        '{"attributes": [{\n  "email": "a@b.example",\n  "phone": "+1"\n}]}'
    )


def test_one_long_value_moves_to_a_line_of_its_own() -> None:
    assert laid_out({"activations": ["spring-drop"]}, 25) == (
        '{\n  "activations": [\n    "spring-drop"\n  ]\n}'
    )


@pytest.mark.parametrize("width", [0, 1, 20, 44, 200])
@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        17,
        [],
        {},
        [[[[1, 2], 3]]],
        {"users": [{"email": "ünï@example.com", "user_aliases": [{"a": 1, "b": None}]}], "n": 1},
    ],
)
def test_the_value_stays_the_same_at_any_width(value: Any, width: int) -> None:
    assert json.loads(laid_out(value, width)) == value
