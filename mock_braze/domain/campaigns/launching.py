"""Launching: a campaign begins to take people in; a scheduled one goes out at its time."""

from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.audience import audience_of, filter_of
from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.entry import take_up
from mock_braze.domain.campaigns.triggers import Schedule
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.content_cards import launch_card
from mock_braze.domain.messages.message import CardCreation, ContentCardMessage
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State


@dataclass(frozen=True, slots=True)
class ScheduledSend(Due):
    """The time of a scheduled campaign, unless it has been given another one since."""

    kind: Kind
    campaign_id: str

    def settle(self, state: State, at: datetime) -> None:
        campaign = state.campaigns.of(self.kind).get(self.campaign_id)
        if campaign is None or campaign.next_send_time != at:
            return
        if isinstance(campaign.trigger, Schedule):
            _schedule(state, campaign, campaign.trigger, at, is_first=False)
            if campaign.is_running:
                send_out(state, campaign, at)


def keep(state: State, campaign: Campaign) -> None:
    """Take a new or changed campaign in, and launch it if it is no draft.

    Facts: events-before-the-launch, scheduled-campaigns-go-to-the-audience
    """
    state.campaigns.put(campaign)
    if not campaign.is_running or campaign.trigger is None:
        return
    now = state.clock.now()
    campaign.launched_at = campaign.launched_at or now
    if isinstance(campaign.trigger, Schedule) and campaign.next_send_time is None:
        _schedule(state, campaign, campaign.trigger, now, is_first=True)


def _schedule(
    state: State, campaign: Campaign, schedule: Schedule, after: datetime, *, is_first: bool
) -> None:
    campaign.next_send_time = _next_time(schedule, after, is_first=is_first)
    if campaign.next_send_time is not None:
        state.agenda.add(campaign.next_send_time, ScheduledSend(campaign.kind, campaign.id))


def _next_time(schedule: Schedule, after: datetime, *, is_first: bool) -> datetime | None:
    """The first time of a schedule after a moment, or, for the first time of all, at it."""
    if schedule.at > after or (is_first and schedule.at == after):
        return schedule.at
    if schedule.every is None:
        return None
    passed = (after - schedule.at) // schedule.every
    moment = schedule.at + passed * schedule.every
    return moment if is_first and moment == after else moment + schedule.every


def send_out(state: State, campaign: Campaign, at: datetime) -> None:
    """Begin a campaign for everybody who is in its audience now.

    Cards that are made at the first impression stand ready for whoever is in it by then.

    Facts: scheduled-campaigns-go-to-the-audience, content-card-creation
    """
    source = MessageSource(0, campaign.id, state.seeds.dispatch_id())
    cards = [
        each
        for each in campaign.messages
        if isinstance(each, ContentCardMessage) and each.made is CardCreation.FIRST_IMPRESSION
    ]
    if cards and len(cards) == len(campaign.messages):
        occasion = Occasion(campaign={"name": campaign.name, "api_id": campaign.id})
        for card in cards:
            launch_card(state, card, filter_of(state, campaign), occasion, at, source)
        campaign.note_sent(at)
        _tell(state, campaign, 0, at, source)
        return
    people = list(audience_of(state, campaign, at))
    for profile in people:
        take_up(state, campaign, profile, Occasion(), at, source)
    _tell(state, campaign, len(people), at, source)


def _tell(
    state: State, campaign: Campaign, people: int, at: datetime, source: MessageSource
) -> None:
    state.effect(
        Effect.CAMPAIGN_LAUNCHED, at, source.request, campaign_id=campaign.id,
        campaign=campaign.name, people=people, dispatch_id=source.dispatch_id,
    )  # fmt: skip
