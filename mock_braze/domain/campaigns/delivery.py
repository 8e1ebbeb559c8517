"""Delivery: the messages of a campaign go out, now or when a delay or a quiet hour is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.audience import is_in_audience
from mock_braze.domain.campaigns.campaign import Campaign, DailySpan, Otherwise
from mock_braze.domain.campaigns.receipts import last_receipt, note_receipt
from mock_braze.domain.campaigns.refusals import Why, tell_refusal
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.message import ContentCardMessage, Message
from mock_braze.domain.messages.sending import Sent, send_message
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile


@dataclass(frozen=True, slots=True)
class DelayedSend(Due):
    """A campaign that somebody gets later; see `Campaigns.waiting` for its number."""

    number: int
    campaign_id: str
    braze_id: str
    occasion: Occasion
    source: MessageSource

    def settle(self, state: State, at: datetime) -> None:
        """Facts: exception-event, re-eligibility-off-by-default"""
        party = self.campaign_id, self.braze_id
        numbers = state.campaigns.waiting.get(party, [])
        if self.number not in numbers:  # called off meanwhile
            return
        numbers.remove(self.number)
        if not numbers:
            del state.campaigns.waiting[party]
        campaign = state.campaigns.campaigns.get(self.campaign_id)
        profile = state.profiles.by_braze_id(self.braze_id)
        if campaign is None or profile is None:
            _tell_gone(state, self, at)
        elif not campaign.is_running:
            # Inferred: what waits for its delay is stopped, too (paused-campaigns-send-nothing)
            says = "it was stopped while the profile waited for it"
            tell_refusal(state, campaign, profile, Why.NOT_RUNNING, says, at, self.source)
        elif _has_it_already(campaign, profile, at):
            says = "the profile got it while this one waited"
            tell_refusal(state, campaign, profile, Why.NOT_RE_ELIGIBLE, says, at, self.source)
        elif _has_left(state, campaign, profile, at):
            says = "the profile left the audience while it waited"
            tell_refusal(state, campaign, profile, Why.OUTSIDE_AUDIENCE, says, at, self.source)
        else:
            deliver(state, campaign, profile, self.occasion, at, self.source)


def _has_left(state: State, campaign: Campaign, profile: Profile, at: datetime) -> bool:
    """Facts: audience-after-a-delay"""
    asks_again = state.dials.audience_after_delay == "asked_again"
    return asks_again and not is_in_audience(state, campaign, profile, at)


def _tell_gone(state: State, delayed: DelayedSend, at: datetime) -> None:
    """Whom it was for has been deleted or merged away."""
    state.effect(
        Effect.CAMPAIGN_NOT_RECEIVED, at, delayed.source.request,
        campaign_id=delayed.campaign_id, braze_id=delayed.braze_id, why=Why.GONE.value,
        says="the profile is gone",
    )  # fmt: skip


def _has_it_already(campaign: Campaign, profile: Profile, at: datetime) -> bool:
    last, span = last_receipt(profile, campaign), campaign.rules.re_eligible_after
    return last is not None and (span is None or at - last < span)


def await_delivery(
    state: State,
    campaign: Campaign,
    profile: Profile,
    occasion: Occasion,
    until: datetime,
    source: MessageSource,
) -> None:
    """Send a campaign to a profile later.

    Facts: campaign-delay
    """
    store = state.campaigns
    store.deliveries += 1
    store.waiting.setdefault((campaign.id, profile.braze_id), []).append(store.deliveries)
    later = DelayedSend(store.deliveries, campaign.id, profile.braze_id, occasion, source)
    state.agenda.add(until, later)


def is_waiting(state: State, campaign: Campaign, profile: Profile) -> bool:
    """Whether a campaign is on its way to a profile."""
    return (campaign.id, profile.braze_id) in state.campaigns.waiting


def call_off(
    state: State, campaign: Campaign, profile: Profile, what: str, at: datetime, request: int
) -> None:
    """Drop what waits for its delay, since the exception has happened.

    Facts: exception-event
    """
    if state.campaigns.waiting.pop((campaign.id, profile.braze_id), None):
        says = f"{what} came before its delay was over"
        source = MessageSource(request, campaign.id)
        tell_refusal(state, campaign, profile, Why.EXCEPTION, says, at, source)


def deliver(
    state: State,
    campaign: Campaign,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> None:
    """Send the messages of a campaign to a profile, unless this is no time for it.

    It counts as received where any of them was sent.

    Facts: re-eligibility-counts-from-the-receipt, aborted-message-is-not-sent
    """
    until = next_open_moment(campaign, profile, at)
    if until is not None and until > at:
        await_delivery(state, campaign, profile, occasion, until, source)
        state.effect(
            Effect.CAMPAIGN_POSTPONED, at, source.request, campaign_id=campaign.id,
            campaign=campaign.name, braze_id=profile.braze_id, until=until.isoformat(),
        )  # fmt: skip
        return
    refusal = why_not_now(state, campaign, profile, campaign.messages, at)
    if refusal is not None:
        tell_refusal(state, campaign, profile, *refusal, at, source)
        return
    sent = [send_message(state, each, profile, occasion, at, source) for each in campaign.messages]
    if any(each.is_sent for each in sent):
        note_receipt(profile, campaign, at)
        note_sent(state, campaign, profile, campaign.messages, at, source)
    else:
        says = why_nothing_went_out(sent)
        tell_refusal(state, campaign, profile, Why.NOT_SENT, says, at, source)


def note_sent(
    state: State,
    campaign: Campaign,
    profile: Profile,
    messages: Sequence[Message],
    at: datetime,
    source: MessageSource,
) -> None:
    """Messages of a campaign, or some of them, have gone out to somebody."""
    campaign.note_sent(at)
    if _can_be_capped(messages):
        state.campaigns.note_received(profile.braze_id, at)
    state.effect(
        Effect.CAMPAIGN_RECEIVED, at, source.request, campaign_id=campaign.id,
        campaign=campaign.name, braze_id=profile.braze_id, dispatch_id=source.dispatch_id,
    )  # fmt: skip


def why_nothing_went_out(sent: list[Sent]) -> str:
    """What stood against the messages, in words."""
    return "; ".join(each.reason for each in sent) or "it has no messages"


# The time of day, in a person's own time


def why_not_now(
    state: State, campaign: Campaign, profile: Profile, messages: Sequence[Message], at: datetime
) -> tuple[Why, str] | None:
    """Why messages are not sent to a profile at this moment; None if they may be.

    Facts: time-of-day-and-quiet-hours, frequency-capping, frequency-caps-are-of-the-workspace
    """
    rules, local = campaign.rules, _local(profile, at)
    if rules.time_of_day is not None and not rules.time_of_day.holds(local):
        return Why.OUTSIDE_HOURS, "it is not the time of day at which it is sent"
    if rules.quiet_hours is not None and rules.quiet_hours.holds(local):
        return Why.OUTSIDE_HOURS, "it is within its quiet hours"
    obeys = rules.obeys_frequency_caps and _can_be_capped(messages)
    if obeys and state.campaigns.is_capped(profile.braze_id, at):
        return Why.CAPPED, "the profile has received as much as the frequency caps allow"
    return None


def _can_be_capped(messages: Sequence[Message]) -> bool:
    """Facts: content-cards-are-not-capped"""
    return not all(isinstance(each, ContentCardMessage) for each in messages)


def next_open_moment(campaign: Campaign, profile: Profile, at: datetime) -> datetime | None:
    """When the hours at which a campaign waits are over; None if they do not stop it now.

    Facts: time-of-day-and-quiet-hours
    """
    now = _local(profile, at)
    window, quiet = campaign.rules.time_of_day, campaign.rules.quiet_hours
    if window is not None and window.otherwise is Otherwise.WAIT and not window.holds(now):
        return _next(now, window, begins=True)
    if quiet is not None and quiet.otherwise is Otherwise.WAIT and quiet.holds(now):
        return _next(now, quiet, begins=False)
    return None


def _next(now: datetime, span: DailySpan, *, begins: bool) -> datetime:
    """The next time at which a daily span begins or ends."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    moment = midnight + (span.begins if begins else span.ends)
    if moment <= now:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def _local(profile: Profile, at: datetime) -> datetime:
    return at.astimezone(_zone(profile.fields.get("time_zone", "UTC")))


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # Inferred: names of Ruby on Rails are not looked up here (hours-in-the-time-of-the-person)
        return UTC
