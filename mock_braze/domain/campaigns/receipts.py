"""Receipts: which campaigns somebody has received, or has entered as a Canvas, and when."""

from datetime import datetime

from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.users.profile import CampaignReceipt, CanvasReceipt, Profile

VARIATION = "Variant 1"
CONTROL = "Control"


def last_receipt(profile: Profile, campaign: Campaign) -> datetime | None:
    """When somebody last received a campaign or entered a Canvas.

    Facts: re-eligibility-counts-from-the-receipt
    """
    if campaign.kind is Kind.CANVAS:
        entry = canvas_receipt(profile, campaign.id)
        return None if entry is None else entry.last_entered
    for each in profile.campaigns_received:
        if each.api_campaign_id == campaign.id:
            return each.last_received
    return None


def canvas_receipt(profile: Profile, canvas_id: str) -> CanvasReceipt | None:
    """What somebody's profile holds of a Canvas."""
    for each in profile.canvases_received:
        if each.api_canvas_id == canvas_id:
            return each
    return None


def note_receipt(
    profile: Profile, campaign: Campaign, at: datetime, *, in_control: bool = False
) -> None:
    """Mark a profile as one that has received a campaign or entered a Canvas.

    Facts: holdout-is-marked
    """
    if campaign.kind is Kind.CANVAS:
        entry = canvas_receipt(profile, campaign.id)
        if entry is None:
            entry = CanvasReceipt(campaign.name, campaign.id, at, in_control)
            profile.canvases_received += (entry,)
        entry.last_entered = at
        return
    receipt = CampaignReceipt(
        name=campaign.name,
        api_campaign_id=campaign.id,
        last_received=at,
        in_control=in_control,
        variation_name=CONTROL if in_control else VARIATION,
        variation_api_id="" if in_control else next(iter(campaign.variation_ids), ""),
    )
    others = [each for each in profile.campaigns_received if each.api_campaign_id != campaign.id]
    profile.campaigns_received = [*others, receipt]
