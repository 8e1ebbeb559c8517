"""Entry: who is taken into a campaign or a Canvas when its trigger happens, and who is not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mock_braze.domain.campaigns.audience import is_in_audience
from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.canvas_steps import begin_path
from mock_braze.domain.campaigns.delivery import await_delivery, call_off, deliver, is_waiting
from mock_braze.domain.campaigns.happenings import (
    Happening,
    Texted,
    answers_to,
    keys_of,
    properties_of,
    told,
)
from mock_braze.domain.campaigns.receipts import last_receipt, note_receipt
from mock_braze.domain.campaigns.refusals import Why, tell_refusal
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State
from mock_braze.domain.tracking.events import CustomEvent, Purchase
from mock_braze.domain.users.profile import Profile

CANVAS_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a trigger for one person; `why` is None for whom it was taken up."""

    why: Why | None = None
    says: str = ""

    @property
    def is_taken_up(self) -> bool:
        return self.why is None


TAKEN_UP = Entry()


def fire(state: State, profile: Profile, happening: Happening, at: datetime, request: int) -> None:
    """Begin every campaign that waits for what has happened to a profile.

    Callers ask `state.campaigns.listeners` first: nothing is done where nobody waits.

    Facts: rest-events-fire-campaigns, exception-event
    """
    store = state.campaigns
    listening = dict.fromkeys(
        each for key in keys_of(happening) for each in store.listeners.get(key, ())
    )
    for kind, campaign_id in listening:
        campaign = store.of(kind)[campaign_id]
        if answers_to(campaign.rules.exception, happening, at):
            call_off(state, campaign, profile, told(happening), at, request)
        if answers_to(campaign.trigger, happening, at):
            properties = properties_of(happening)
            occasion = Occasion(
                event_properties=properties,
                context=properties if campaign.kind is Kind.CANVAS else {},
                inbound_message_body=happening.body if isinstance(happening, Texted) else None,
            )
            when = happening.time if isinstance(happening, CustomEvent | Purchase) else None
            source = MessageSource(request)
            take_up(state, campaign, profile, occasion, at, source, happened_at=when)


def trigger_by_api(
    state: State,
    campaign: Campaign,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> Entry:
    """Begin an API-triggered campaign or Canvas for a profile, by the rules of every entry.

    Facts: api-recipients-must-be-in-the-audience
    """
    return take_up(state, campaign, profile, occasion, at, source)


def take_up(
    state: State,
    campaign: Campaign,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
    *,
    happened_at: datetime | None = None,
) -> Entry:
    """Begin a campaign for a profile, unless something stands against it.

    `happened_at` is when the trigger happened, where that is not now.
    """
    refused = _refused(state, campaign, profile, at, happened_at)
    if refused is not None and refused.why is not None:
        tell_refusal(state, campaign, profile, refused.why, refused.says, at, source)
        if refused.why is Why.HELD_OUT and last_receipt(profile, campaign) is None:
            note_receipt(profile, campaign, at, in_control=True)
        return refused
    source = replace(
        source,
        campaign_id=campaign.id,
        dispatch_id=source.dispatch_id or state.seeds.dispatch_id(),
    )
    about = {"name": campaign.name, "api_id": campaign.id}
    occasion = replace(occasion, campaign={**about, **occasion.campaign})
    if campaign.kind is Kind.CANVAS:
        begin_path(state, campaign, profile, occasion, at, source)
        return TAKEN_UP
    state.effect(
        Effect.CAMPAIGN_TRIGGERED, at, source.request, campaign_id=campaign.id,
        campaign=campaign.name, braze_id=profile.braze_id, dispatch_id=source.dispatch_id,
    )  # fmt: skip
    if campaign.rules.delay:
        await_delivery(state, campaign, profile, occasion, at + campaign.rules.delay, source)
    else:
        deliver(state, campaign, profile, occasion, at, source)
    return TAKEN_UP


def _refused(
    state: State,
    campaign: Campaign,
    profile: Profile,
    at: datetime,
    happened_at: datetime | None,
) -> Entry | None:
    """What stands against an entry, the first of it.

    Facts: audience-at-the-trigger, events-before-the-launch, campaign-window, holdout-share
    """
    rules = campaign.rules
    if not campaign.is_running:
        return Entry(Why.NOT_RUNNING, f"it is {_condition(campaign)}")
    if _is_before_launch(campaign, happened_at):
        return Entry(Why.BEFORE_LAUNCH, "what triggers it happened before its launch")
    if rules.starts_at is not None and at < rules.starts_at:
        return Entry(Why.OUTSIDE_WINDOW, f"it starts at {rules.starts_at.isoformat()}")
    if rules.ends_at is not None and at >= rules.ends_at:
        return Entry(Why.OUTSIDE_WINDOW, f"it ended at {rules.ends_at.isoformat()}")
    if not is_in_audience(state, campaign, profile, at):
        return Entry(Why.OUTSIDE_AUDIENCE, "the profile was not in the audience when it triggered")
    if profile.is_in_global_control_group:
        # Inferred: it is there to receive nothing (global-control-group-receives-nothing)
        return Entry(Why.HELD_OUT, "the profile is in the global control group")
    if rules.holdout and state.seeds.holdout_share(campaign.id, profile.braze_id) < rules.holdout:
        return Entry(Why.HELD_OUT, "the profile is among those held out")
    return why_not_again(state, campaign, profile, at)


def _condition(campaign: Campaign) -> str:
    if campaign.archived:
        return "archived"
    return "a draft" if campaign.draft else "paused"


def _is_before_launch(campaign: Campaign, happened_at: datetime | None) -> bool:
    launched_at = campaign.launched_at
    return happened_at is not None and launched_at is not None and happened_at < launched_at


def why_not_again(state: State, campaign: Campaign, profile: Profile, at: datetime) -> Entry | None:
    """Why somebody cannot have a campaign once more; None if they can.

    Facts: re-eligibility-off-by-default, re-eligibility-waits, canvas-entry-once-a-second
    """
    span, last = campaign.rules.re_eligible_after, last_receipt(profile, campaign)
    if last is None:
        if span is None and is_waiting(state, campaign, profile):
            return Entry(Why.NOT_RE_ELIGIBLE, "the profile waits for it, and gets it once only")
        return None
    if span is None:
        says = f"the profile had it at {last.isoformat()}, and re-eligibility is off"
        return Entry(Why.NOT_RE_ELIGIBLE, says)
    if at - last < span:
        says = f"the profile may have it again {span.total_seconds():g} s after the last time"
        return Entry(Why.NOT_RE_ELIGIBLE, says)
    if campaign.kind is Kind.CANVAS and at - last < CANVAS_PAUSE:
        return Entry(Why.TOO_SOON, "the profile entered it less than a second before")
    return None
