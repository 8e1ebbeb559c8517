"""Content Blocks and email templates: their lists."""

from collections.abc import Mapping
from typing import TypeVar

from mock_braze.domain.campaigns.listings import ListedContentBlock, ListedEmailTemplate
from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.errors import (
    BadBlockLimit,
    BadBlockOffset,
    BadListLimit,
    BadModifiedAfter,
    BadModifiedBefore,
    BlockLimitTooHigh,
    BlockLimitTooLow,
    BlockOffsetTooLow,
    ModifiedBeforeAfter,
    Refusal,
)
from mock_braze.rest import bodies, queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

Item = TypeVar("Item", ListedContentBlock, ListedEmailTemplate)
USUAL_LIMIT = 100
HIGHEST_LIMIT = 1_000


@operation("GET", "/content_blocks/list", permission="content_blocks.list")
def list_content_blocks(call: Call) -> Reply:
    """Facts: content-blocks-list, content-blocks-list-sentences, count-is-of-the-page"""
    limit = _checked_limit(queries.value_of(call, "limit"))
    listed = _listed(call, call.workspace.state.listings.content_blocks, limit)
    return bodies.read(
        {
            "count": len(listed),
            "content_blocks": [
                {
                    "content_block_id": each.id,
                    "name": each.name,
                    "content_type": each.content_type,
                    "liquid_tag": each.liquid_tag,
                    "inclusion_count": each.inclusion_count,
                    "created_at": write_time(each.created_at),
                    "last_edited": write_time(each.last_edited),
                    "tags": each.tags,
                }
                for each in listed
            ],
        }
    )


@operation("GET", "/templates/email/list", permission="templates.email.list")
def list_email_templates(call: Call) -> Reply:
    """Facts: email-templates-list, count-is-of-the-page"""
    try:
        limit = _checked_limit(queries.value_of(call, "limit"))
    except Refusal:
        # Inferred: the sentences about the limit speak of Content Blocks (email-templates-list)
        raise BadListLimit from None
    listed = _listed(call, call.workspace.state.listings.email_templates, limit)
    return bodies.read(
        {
            "count": len(listed),
            "templates": [
                {
                    "email_template_id": each.id,
                    "template_name": each.name,
                    "created_at": write_time(each.created_at),
                    "updated_at": write_time(each.last_edited),
                    "tags": each.tags,
                }
                for each in listed
            ],
        }
    )


def _listed(call: Call, listed: Mapping[str, Item], limit: int) -> list[Item]:
    after, before = (queries.value_of(call, f"modified_{end}") for end in ("after", "before"))
    since = None if after is None else read_time(queries.unspoilt(after))
    until = None if before is None else read_time(queries.unspoilt(before))
    if after is not None and since is None:
        raise BadModifiedAfter
    if before is not None and until is None:
        raise BadModifiedBefore
    if since is not None and until is not None and since > until:
        raise ModifiedBeforeAfter
    offset = _checked_offset(call)
    chosen = [
        each
        for each in sorted(listed.values(), key=lambda each: each.created_at)
        if (since is None or each.last_edited >= since)
        and (until is None or each.last_edited <= until)
    ]
    return chosen[offset : offset + limit]


def _checked_limit(text: str | None) -> int:
    """Facts: content-blocks-list-sentences"""
    limit = USUAL_LIMIT if text is None else queries.whole_number(text)
    if limit is None:
        raise BadBlockLimit
    if limit <= 0:
        raise BlockLimitTooLow
    if limit > HIGHEST_LIMIT:
        raise BlockLimitTooHigh
    return limit


def _checked_offset(call: Call) -> int:
    """Facts: content-blocks-list-sentences, offset-of-zero"""
    text = queries.value_of(call, "offset")
    offset = 0 if text is None else queries.whole_number(text)
    if offset is None:
        raise BadBlockOffset
    refuses_zero = call.workspace.state.dials.zero_offset == "refused"
    if offset < 0 or (text is not None and offset == 0 and refuses_zero):
        raise BlockOffsetTooLow
    return offset
