"""What tests of campaigns share: a campaign in one line, people, and what came of it."""

from typing import Any

from worlds import EMAIL, a_workspace, advance, effects, hazards, profile, track, tracked

from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.campaign_reading import (
    changed_campaign,
    made_campaign,
    read_campaign,
    written_campaign,
)
from mock_braze.domain.campaigns.launching import keep
from mock_braze.domain.dates import write_time
from mock_braze.domain.journal import Effect, EmailSent
from mock_braze.domain.workspace import Workspace

EVENT = {"kind": "custom_event", "name": "entered"}
API = {"kind": "api"}
MAIL = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "Hi"}


def a_campaign(
    workspace: Workspace, trigger: Any = EVENT, message: Any = MAIL, **members: Any
) -> Campaign:
    """A campaign that sends one mail, launched now."""
    told = {"name": "Welcome", "trigger": trigger, "messages": [message], **members}
    return _kept(workspace, told, Kind.CAMPAIGN)


def a_canvas(workspace: Workspace, *steps: Any, trigger: Any = EVENT, **members: Any) -> Campaign:
    """A Canvas with some steps, launched now."""
    told = {"name": "Journey", "trigger": trigger, "steps": list(steps), **members}
    return _kept(workspace, told, Kind.CANVAS)


def _kept(workspace: Workspace, told: dict[str, Any], kind: Kind) -> Campaign:
    state = workspace.state
    campaign = made_campaign(read_campaign(told, state), kind, state)
    keep(state, campaign)
    return campaign


def change(workspace: Workspace, campaign: Campaign, **members: Any) -> Campaign:
    told = {**written_campaign(campaign), **members}
    told = {name: each for name, each in told.items() if each is not None and name != "launched_at"}
    changed = changed_campaign(campaign, read_campaign(told, workspace.state), workspace.state)
    keep(workspace.state, changed)
    return changed


def with_anna(**how: Any) -> Workspace:
    """A workspace with Anna, whose profile is finished and has an email."""
    workspace = a_workspace(**how)
    tracked(workspace, {"external_id": "anna", "email": EMAIL})
    return workspace


def perform(
    workspace: Workspace, name: str = "entered", *, who: str = "anna", **properties: Any
) -> None:
    """Somebody performs an event now, and it becomes readable."""
    event = {"external_id": who, "name": name, "time": now(workspace), "properties": properties}
    track(workspace, events=[event])
    advance(workspace, 2)


def write(workspace: Workspace, *, who: str = "anna", **attributes: Any) -> None:
    """Attributes are written and become readable."""
    track(workspace, {"external_id": who, **attributes})
    advance(workspace, 2)


def now(workspace: Workspace) -> str:
    return write_time(workspace.clock.now())


def received(workspace: Workspace) -> list[str | None]:
    """The external ID of each who has received something, in order; who is gone has none."""
    profiles = workspace.state.profiles
    holders = [profiles.by_braze_id(each["braze_id"]) for each in told(workspace, "received")]
    return [None if each is None else each.external_id for each in holders]


def told(workspace: Workspace, what: str) -> list[Any]:
    """The details of the effects of campaigns of one kind."""
    kind = Effect(f"campaign_{what}")
    return [each.details for each in effects(workspace) if each.effect is kind]


def refusals(workspace: Workspace) -> list[str]:
    """Why somebody got nothing, each time."""
    return [each["why"] for each in told(workspace, "not_received")]


def mails(workspace: Workspace) -> list[EmailSent]:
    return [
        each for each in workspace.state.journal.since(kind="email") if isinstance(each, EmailSent)
    ]


def hazards_of_campaigns(workspace: Workspace) -> list[str]:
    return [each for each in hazards(workspace) if each.startswith(("campaign", "canvas"))]


def receipts(workspace: Workspace, who: str = "anna") -> list[tuple[str, bool]]:
    return [(each.name, each.in_control) for each in profile(workspace, who).campaigns_received]
