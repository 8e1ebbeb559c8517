"""Campaign: what is sent to whom and when. A Canvas is one whose content is a path of steps."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from mock_braze.domain.campaigns.triggers import ApiTrigger, Schedule, Trigger
from mock_braze.domain.messages.message import Message, channel_of
from mock_braze.domain.segments.filters import Filter


class Kind(StrEnum):
    """What a campaign is."""

    CAMPAIGN = "campaign"
    CANVAS = "canvas"


class Otherwise(StrEnum):
    """What becomes of a message at a time of day at which none is sent."""

    WAIT = "wait"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class DailySpan:
    """A part of every day in a person's own time, perhaps over midnight: since midnight each."""

    begins: timedelta
    ends: timedelta
    otherwise: Otherwise = Otherwise.WAIT

    def holds(self, local: datetime) -> bool:
        """Whether a moment, in a person's own time, is within it."""
        moment = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends


@dataclass(frozen=True, slots=True)
class EntryRules:
    """Who gets a campaign, and when.

    `audience_told` and `audience` are the filter as it was sent and as it is asked. Someone may
    get it again `re_eligible_after` the last time; None is never. `holdout` is the share of people
    who get nothing. `exception` calls off what waits for its delay.

    Facts: campaign-window, re-eligibility-off-by-default
    """

    segment_id: str | None = None
    audience_told: Any = None
    audience: Filter | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    delay: timedelta = timedelta()
    exception: Trigger | None = None
    re_eligible_after: timedelta | None = None
    holdout: float = 0.0
    time_of_day: DailySpan | None = None
    quiet_hours: DailySpan | None = None
    obeys_frequency_caps: bool = True


NO_RULES = EntryRules()


@dataclass(frozen=True, slots=True)
class Delay:
    """A step at which people wait."""

    span: timedelta
    name: str = ""


@dataclass(frozen=True, slots=True)
class UserUpdate:
    """A step that changes the profile: `template` becomes a body as `/users/track` takes it.

    Facts: user-update-step
    """

    template: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MessageStep:
    """A step that sends a message."""

    message: Message
    name: str = ""


Step = Delay | UserUpdate | MessageStep


@dataclass(slots=True)
class Campaign:
    """A campaign, or a Canvas, as the dashboard keeps it.

    A campaign without a trigger is one that lists show and nothing sends. Of `variation_ids` there
    is one for each message or step.
    """

    kind: Kind
    id: str
    name: str
    created_at: datetime
    last_edited: datetime
    description: str = ""
    tags: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    archived: bool = False
    draft: bool = False
    enabled: bool = True
    is_api_campaign: bool = False
    schedule_type: str = "action_based"
    channels: tuple[str, ...] = ()
    first_sent: datetime | None = None
    last_sent: datetime | None = None
    next_send_time: datetime | None = None
    trigger: Trigger | None = None
    rules: EntryRules = NO_RULES
    messages: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    variation_ids: tuple[str, ...] = ()
    launched_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether it takes people in, its window and schedule aside."""
        return not (self.archived or self.draft) and self.enabled

    def note_sent(self, at: datetime) -> None:
        """Something of it went out."""
        self.first_sent = self.first_sent or at
        self.last_sent = at


def schedule_type_of(trigger: Trigger) -> str:
    """What lists call the way in which a campaign is triggered."""
    match trigger:
        case Schedule():
            return "time_based"
        case ApiTrigger():
            return "api_triggered"
        case _:
            return "action_based"


def channels_of(messages: tuple[Message, ...], steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The channels of all messages, each once."""
    in_steps = [each.message for each in steps if isinstance(each, MessageStep)]
    return tuple(dict.fromkeys(channel_of(each) for each in (*messages, *in_steps)))
