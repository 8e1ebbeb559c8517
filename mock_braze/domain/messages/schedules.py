"""Schedules: sends that wait for their time, which may be another one for each person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.campaign import Campaign
from mock_braze.domain.dates import read_time
from mock_braze.domain.errors import BadSend, UnknownSchedule
from mock_braze.domain.messages.performing import people, perform, send_to
from mock_braze.domain.messages.recipients import Recipient
from mock_braze.domain.messages.send import ApiMessages, ApiTriggering, PlannedSend, Send, Timing
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile

FURTHEST = timedelta(days=90)
FIRST_ZONE, LAST_ZONE = timedelta(hours=14), timedelta(hours=12)  # ahead of UTC, and behind it
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class SendDue(Due):
    """The time of a schedule has come, if nobody has changed it meanwhile."""

    schedule_id: str
    version: int

    def settle(self, state: State, at: datetime) -> None:
        planned = _current(state, self.schedule_id, self.version)
        if planned is None:
            return
        if planned.timing.in_local_time:
            _perform_locally(state, self, planned, at)
        else:
            del state.planned_sends[self.schedule_id]
            perform(state, planned.send, at)


@dataclass(frozen=True, slots=True)
class LocalSendDue(Due):
    """The time of a schedule has come where one person lives."""

    schedule_id: str
    version: int
    recipient: Recipient
    braze_id: str

    def settle(self, state: State, at: datetime) -> None:
        planned = _current(state, self.schedule_id, self.version)
        profile = state.profiles.by_braze_id(self.braze_id)
        if planned is not None and profile is not None:
            _send_locally(state, planned, self.recipient, profile, at)


@dataclass(frozen=True, slots=True)
class ScheduleOver(Due):
    """The time of a schedule has passed in all zones."""

    schedule_id: str
    version: int

    def settle(self, state: State, _: datetime) -> None:
        if _current(state, self.schedule_id, self.version) is not None:
            del state.planned_sends[self.schedule_id]


def _current(state: State, schedule_id: str, version: int) -> PlannedSend | None:
    """A waiting send, unless it was changed or cancelled since this version."""
    planned = state.planned_sends.get(schedule_id)
    return planned if planned is not None and planned.version == version else None


def read_timing(told: object, state: State) -> Timing:
    """The `schedule` of a request.

    Raises:
        BadSend: there is none, or its time cannot be read, or lies too far away.

    Facts: schedule-object, unparsable-schedule, schedule-90-days, local-time-has-passed
    """
    time = told.get("time") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(time, str):
        raise BadSend
    # Inferred: the best time of a person is the one that was given (optimal-time)
    is_local = told.get("in_local_time") is True or told.get("at_optimal_time") is True
    at = read_time(_ZONE.sub("", time) if is_local else time)
    now, dials = state.clock.now(), state.dials
    if at is None or at - now > FURTHEST:
        raise BadSend
    if is_local:
        is_over_at = at if dials.local_time_passed == "company_zone" else at + LAST_ZONE
        if is_over_at < now:
            raise BadSend
    elif at < now and dials.past_schedule == "refused":
        raise BadSend
    return Timing(at, is_local)


def plan(state: State, send: Send, timing: Timing) -> str:
    """Have a send wait for its time; its new schedule ID.

    Facts: schedule-create-answer
    """
    schedule_id = state.seeds.schedule_id()
    _put(state, schedule_id, PlannedSend(send, timing))
    return schedule_id


def planned_messages(state: State, schedule_id: str) -> tuple[Send, ApiMessages]:
    """The send of messages with this schedule ID, which waits for its time.

    Raises:
        UnknownSchedule: there is none, or it is of something else.
    """
    planned = state.planned_sends.get(schedule_id)
    content = None if planned is None else planned.send.content
    if planned is None or not isinstance(content, ApiMessages):
        raise UnknownSchedule
    return planned.send, content


def check_planned_triggering(state: State, schedule_id: str, campaign: Campaign) -> None:
    """See that a campaign or Canvas waits for its time under this schedule ID.

    Raises:
        UnknownSchedule: there is none, or it is of something else.
    """
    planned = state.planned_sends.get(schedule_id)
    content = None if planned is None else planned.send.content
    if not isinstance(content, ApiTriggering) or (content.kind, content.campaign_id) != (
        campaign.kind,
        campaign.id,
    ):
        raise UnknownSchedule


def change(
    state: State, schedule_id: str, send: Send | None = None, timing: Timing | None = None
) -> None:
    """Give a waiting send another content, another time or both.

    Facts: schedule-overwrites
    """
    old = state.planned_sends[schedule_id]
    version = old.version + 1
    changed = PlannedSend(send or old.send, timing or old.timing, version, old.reached)
    _put(state, schedule_id, changed)


def cancel(state: State, schedule_id: str) -> None:
    """Have a waiting send never go out."""
    del state.planned_sends[schedule_id]


def _put(state: State, schedule_id: str, planned: PlannedSend) -> None:
    state.planned_sends[schedule_id] = planned
    due = planned.timing.at - (FIRST_ZONE if planned.timing.in_local_time else timedelta())
    # Inferred: one whose time has passed goes out at once (past-schedule)
    due = max(due, state.clock.now())
    state.agenda.add(due, SendDue(schedule_id, planned.version))


def _perform_locally(state: State, begun: SendDue, planned: PlannedSend, at: datetime) -> None:
    """Send to everybody when it is time where they live.

    Facts: schedule-object
    """
    schedule_id, version = begun.schedule_id, begun.version
    for profile, recipient in people(state, planned.send, at):
        then = planned.timing.at.replace(tzinfo=_zone(profile)).astimezone(UTC)
        if then > at:
            due = LocalSendDue(schedule_id, version, recipient, profile.braze_id)
            state.agenda.add(then, due)
        else:
            # Inferred: where it has passed already, it goes out at once (past-schedule)
            _send_locally(state, planned, recipient, profile, at)
    over = max(planned.timing.at + LAST_ZONE, at)
    state.agenda.add(over, ScheduleOver(schedule_id, version))


def _send_locally(
    state: State, planned: PlannedSend, recipient: Recipient, profile: Profile, at: datetime
) -> None:
    """Send to one person, who has not been reached before a change of the schedule."""
    if profile.braze_id not in planned.reached:
        planned.reached.add(profile.braze_id)
        send_to(state, planned.send, recipient, profile, at, 1)


def _zone(profile: Profile) -> tzinfo:
    # Inferred: whoever has no time zone lives in that of the company, which is UTC here
    # (company-time-zone)
    return _zone_named(profile.fields.get("time_zone", "UTC"))


@lru_cache(maxsize=1024)
def _zone_named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # Inferred: the names of Ruby on Rails mean nothing here (company-time-zone)
        return UTC
