"""The smallest repair of what is nearly JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.samples.edited_text import Edit, EditedText
from contracts.samples.repairing import smallest_repair

VALUES = st.recursive(
    st.sampled_from(["subscribed", "", "two words", 1, 2.5, True, None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["email", "phone", "id"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def repaired(text: str) -> EditedText | None:
    edits = smallest_repair(text)
    if edits is None:
        return None
    edited = EditedText(text)
    for edit in edits:
        edited.edit(edit)
    return edited


@pytest.mark.parametrize(
    ("text", "edits", "value"),
    [
        ('{"alias_label: "email"}', ['add "'], {"alias_label": "email"}),
        ('{"a": 1}]}', ["remove ]}"], {"a": 1}),
        ('{"a": 1 "b": 2}', ["add ,"], {"a": 1, "b": 2}),
        ('{"a": [1, 2}', ["add ]"], {"a": [1, 2]}),
        ('{"a": [1, 2,],}', ["remove ,", "remove ,"], {"a": [1, 2]}),
        ('{"a": "x\n, "b": 3}', ['add "'], {"a": "x", "b": 3}),
        ("{'a': 'x'}", ["write \"a\" instead of 'a'", "write \"x\" instead of 'x'"], {"a": "x"}),
        ("{“a”: 1}", ['write "a" instead of “a”'], {"a": 1}),
        ("{a: 1}", ['write "a" instead of a'], {"a": 1}),
        ('{"a": True}', ["write true instead of True"], {"a": True}),
        ('{"a": <your id>}', ['write "<your id>" instead of <your id>'], {"a": "<your id>"}),
        ('{"a": 1 // one\n}', ["remove the comment // one"], {"a": 1}),
        ('{"a": 1, ...}', ["remove ...", "remove ,"], {"a": 1}),
    ],
)
def test_the_fewest_edits_that_make_it_json(text: str, edits: list[str], value: object) -> None:
    result = repaired(text)

    assert result is not None
    assert [str(each) for each in result.edits] == edits
    assert json.loads(result.text) == value


def test_what_is_json_needs_no_edit() -> None:
    assert smallest_repair('{"a": [1, 2]}') == ()


@pytest.mark.parametrize("text", ["", "[" * 40, '{"a": 1' + " " * 30_000])
def test_what_is_far_from_json_is_not_repaired(text: str) -> None:
    assert smallest_repair(text) is None


@given(VALUES.map(lambda value: json.dumps({"body": value}, indent=2)), st.data())
def test_json_that_lost_one_mark_is_json_again(text: str, data: st.DataObject) -> None:
    marks = [index for index, character in enumerate(text) if character in ',:{}[]"']
    lost = data.draw(st.sampled_from(marks))

    result = repaired(text[:lost] + text[lost + 1 :])

    assert result is not None
    json.loads(result.text)


@given(st.text(alphabet="{}[],:\"ab1 \n'“”/.", max_size=40))
def test_any_text_is_repaired_or_not_but_never_an_error(text: str) -> None:
    result = repaired(text)

    if result is not None:
        json.loads(result.text)


def test_a_place_is_that_in_the_text_as_it_was_first() -> None:
    edited = EditedText("0123456789")

    places = [
        edited.edit(each) for each in (Edit(2, "2", "two"), Edit(0, "", "x"), Edit(9, "6", ""))
    ]

    assert edited.text == "x01two345789"
    assert places == [2, 0, 6]
