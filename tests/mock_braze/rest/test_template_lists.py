"""Content Blocks and email templates, as the API shows them."""

from typing import Any

import pytest
from worlds import World

LISTS = [
    ("/content_blocks/list", "content_blocks", "name"),
    ("/templates/email/list", "email_templates", "template_name"),
]
TIME = "2026-01-05T09:00:00.000Z"


def make(world: World, kind: str, name: str, **members: Any) -> str:
    answer = world.control("POST", f"/{kind}", {"name": name, **members})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_content_block_is_listed(world: World) -> None:
    """Facts: content-blocks-list, count-is-of-the-page"""
    made = make(world, "content_blocks", "footer", content_type="text", inclusion_count=2)

    answer = world.get("/content_blocks/list")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "count": 1,
            "content_blocks": [
                {
                    "content_block_id": made,
                    "name": "footer",
                    "content_type": "text",
                    "liquid_tag": "{{content_blocks.${footer}}}",
                    "inclusion_count": 2,
                    "created_at": TIME,
                    "last_edited": TIME,
                    "tags": [],
                }
            ],
            "message": "success",
        },
    )


def test_an_email_template_is_listed(world: World) -> None:
    """Facts: email-templates-list"""
    made = make(world, "email_templates", "Hello", tags=["a"], last_edited="2026-01-06")

    answer = world.get("/templates/email/list")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "count": 1,
            "templates": [
                {
                    "email_template_id": made,
                    "template_name": "Hello",
                    "created_at": TIME,
                    "updated_at": "2026-01-06T00:00:00.000Z",
                    "tags": ["a"],
                }
            ],
            "message": "success",
        },
    )


@pytest.mark.parametrize(("path", "kind", "member"), LISTS)
def test_lists_are_paged_by_limit_and_offset_and_narrowed_by_date(
    world: World, path: str, kind: str, member: str
) -> None:
    """Facts: content-blocks-list, email-templates-list, count-is-of-the-page, offset-of-zero"""
    for number in range(101):
        make(
            world,
            kind,
            f"{number}",
            created_at=f"2025-01-01T00:{number // 60:02}:{number % 60:02}Z",
        )

    def listed(query: str) -> list[str]:
        body = world.get(f"{path}?{query}").json()
        items = body.get("content_blocks", body.get("templates"))
        assert body["count"] == len(items)
        return [each[member] for each in items]

    assert listed("") == [f"{number}" for number in range(100)]
    assert listed("offset=100") == ["100"]
    assert listed("offset=101") == []
    assert listed("limit=2&offset=0") == ["0", "1"]
    assert len(listed("limit=1000")) == 101
    assert listed("modified_after=2025-01-01T00:01:40Z") == ["100"]
    assert listed("modified_before=2025-01-01T01:00:01%2B01:00") == ["0", "1"]
    same = "2025-01-01T00:00:05Z"
    assert listed(f"modified_after={same}&modified_before={same}") == ["5"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("modified_after=soon", "Modified after time is invalid"),
        ("modified_before=soon", "Modified before time is invalid"),
        (
            "modified_after=2026-01-02&modified_before=2026-01-01",
            "Modified after time must be earlier than or the same as modified before time.",
        ),
        ("limit=x", "Content Block number limit is invalid"),
        ("limit=1.5", "Content Block number limit is invalid"),
        ("limit=0", "Content Block number limit must be greater than 0"),
        ("limit=-1", "Content Block number limit must be greater than 0"),
        ("limit=1001", "Content Block number limit exceeds maximum of 1000"),
        ("offset=x", "Offset is invalid"),
        ("offset=-1", "Offset must be greater than 0"),
    ],
)
def test_each_wrong_query_of_content_blocks_has_its_sentence(
    world: World, query: str, message: str
) -> None:
    """Facts: content-blocks-list-sentences"""
    blocks = world.get(f"/content_blocks/list?{query}")
    templates = world.get(f"/templates/email/list?{query}")

    assert (blocks.status_code, blocks.json()) == (400, {"message": message})
    told = "Limit is invalid" if message.startswith("Content Block") else message
    assert (templates.status_code, templates.json()) == (400, {"message": told})


def test_an_offset_of_zero_is_refused_if_the_dial_says_so() -> None:
    """Facts: offset-of-zero"""
    world = World(zero_offset="refused")

    assert world.get("/content_blocks/list").status_code == 200
    answer = world.get("/content_blocks/list?offset=0")
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "Offset must be greater than 0"},
    )
