"""Campaigns and Canvases: make, change, pause and archive them; look at them."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import (
    BadControl,
    body_members,
    good_and_problems,
    members_and_problems,
    selected_workspace,
)
from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.campaign_reading import (
    BadCampaign,
    Draft,
    changed_campaign,
    made_campaign,
    members_of,
    read_campaign,
    written_campaign,
)
from mock_braze.domain.campaigns.launching import keep
from mock_braze.domain.state import State

blueprint = Blueprint("campaigns", __name__)
KINDS = {"campaigns": Kind.CAMPAIGN, "canvases": Kind.CANVAS}
READ_ONLY = ("launched_at",)


@blueprint.post("/campaigns", defaults={"kinds": "campaigns"})
@blueprint.post("/canvases", defaults={"kinds": "canvases"})
def create(kinds: str) -> tuple[dict[str, Any], int]:
    """`{name}` is one that lists show; `trigger` and `messages` (of a Canvas: `steps`) make it act.

    If wanted: `segment_id`, `audience` (a filter), `starts_at`, `ends_at`,
    `re_eligible_after_seconds`, `holdout`, `time_of_day` and `quiet_hours` (`{from, until,
    otherwise?}`), `obeys_frequency_caps`, of a campaign `delay_seconds` and `exception`, and what
    lists show: `id`, `tags`, `draft`, `enabled`, `archived`, … It is launched unless it is a draft.
    """
    kind = KINDS[kinds]
    members, problems = members_and_problems(members_of(kind), required=frozenset({"name"}))
    workspace = selected_workspace()
    with workspace.lock:
        state = workspace.state
        draft = _read(members, problems, state)
        if members.get("id") in state.campaigns.of(kind):
            raise BadControl(409, [f"there is one with the id {members['id']!r} already"])
        campaign = made_campaign(draft, kind, state)
        keep(state, campaign)
        workspace.settle()
        return written_campaign(campaign), 201


@blueprint.get("/campaigns", defaults={"kinds": "campaigns"})
@blueprint.get("/canvases", defaults={"kinds": "canvases"})
def read(kinds: str) -> dict[str, Any]:
    """Every one of the workspace."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        held = workspace.state.campaigns.of(KINDS[kinds]).values()
        return {kinds: [written_campaign(each) for each in held]}


@blueprint.patch("/campaigns/<campaign_id>", defaults={"kinds": "campaigns"})
@blueprint.patch("/canvases/<campaign_id>", defaults={"kinds": "canvases"})
def change(kinds: str, campaign_id: str) -> dict[str, Any]:
    """Any member but `id`, null to take it away: `{draft: false}` launches, `{enabled: false}`
    pauses, `{enabled: true}` goes on, `{archived: true}` archives.
    """
    kind, patch = KINDS[kinds], body_members()
    workspace = selected_workspace()
    with workspace.lock:
        state = workspace.state
        campaign = _named(state, kind, campaign_id)
        told = written_campaign(campaign)
        told = {name: value for name, value in told.items() if name not in READ_ONLY}
        types = members_of(kind)
        members, problems = good_and_problems({**told, **patch}, types, frozenset({"name"}))
        if patch.get("id", campaign.id) != campaign.id:
            problems.append("'id' cannot be changed; make another one")
        changed = changed_campaign(campaign, _read(members, problems, state), state)
        keep(state, changed)
        workspace.settle()
        return written_campaign(changed)


def _named(state: State, kind: Kind, campaign_id: str) -> Campaign:
    held = state.campaigns.of(kind)
    if campaign_id not in held:
        there = ", ".join(held) or "none"
        raise BadControl(404, [f"there is no {kind.value} {campaign_id!r}; there are {there}"])
    return held[campaign_id]


def _read(members: dict[str, Any], problems: list[str], state: State) -> Draft:
    """Raises:
    BadControl: with every problem.
    """
    try:
        draft = read_campaign(members, state)
    except BadCampaign as bad:
        raise BadControl(400, problems + bad.problems) from None
    if problems:
        raise BadControl(400, problems)
    return draft
