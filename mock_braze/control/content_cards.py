"""Content Cards: who has which."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import selected_workspace
from mock_braze.domain.dates import in_wire_form, write_time
from mock_braze.domain.messages.cards import ContentCard
from mock_braze.domain.users.profile import Profile

blueprint = Blueprint("content_cards", __name__, url_prefix="/content_cards")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every card that was made for somebody, and whether they would see it now."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        state, now = workspace.state, workspace.clock.now()
        held = (
            (state.profiles.by_braze_id(braze_id), card)
            for braze_id, cards in state.content_cards.by_profile.items()
            for card in cards
        )
        return {
            "content_cards": [
                {**_told(profile, card), "is_shown": card.is_shown(now)}
                for profile, card in sorted(held, key=lambda each: each[1].number)
                if profile is not None
            ]
        }


def _told(profile: Profile, card: ContentCard) -> dict[str, Any]:
    message, source = card.message, card.source
    return {
        "number": card.number,
        "braze_id": profile.braze_id,
        "external_id": profile.external_id,
        "made_at": write_time(card.made_at),
        "title": message.title,
        "message": message.message,
        "url": message.url,
        "image_url": message.image_url,
        "expires_at": in_wire_form(card.expires_at),
        "removed_at": in_wire_form(card.removed_at),
        "removed_by": card.removed_by,
        "request": source.request,
        "campaign_id": source.campaign_id,
        "dispatch_id": source.dispatch_id,
    }
