"""Campaigns and Canvases between their JSON and the domain."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.campaigns.campaign import (
    Campaign,
    DailySpan,
    Delay,
    EntryRules,
    Kind,
    MessageStep,
    Otherwise,
    Step,
    UserUpdate,
    channels_of,
    schedule_type_of,
)
from mock_braze.domain.campaigns.member_reading import MemberReader
from mock_braze.domain.campaigns.trigger_reading import read_trigger, written_trigger
from mock_braze.domain.campaigns.triggers import ApiTrigger, Schedule, Trigger
from mock_braze.domain.dates import write_time
from mock_braze.domain.liquid.rendering import misprints_of
from mock_braze.domain.messages.message import Message
from mock_braze.domain.messages.reading import read_message, written_message
from mock_braze.domain.plain_values import shown
from mock_braze.domain.segments.filter_reading import BadFilter, read_filter
from mock_braze.domain.segments.filters import Filter
from mock_braze.domain.state import State

NOTHING = timedelta()
LONGEST_DELAY = timedelta(days=366)
LONGEST_WAIT = timedelta(days=720)  # (re-eligibility-waits)
MOST_STEPS = 200
MOST_MESSAGES = 20
# What lists show of a campaign, each with its type.
LISTED: Mapping[str, type] = {
    "id": str,
    "name": str,
    "created_at": str,
    "last_edited": str,
    "description": str,
    "tags": list,
    "teams": list,
    "archived": bool,
    "draft": bool,
    "enabled": bool,
    "is_api_campaign": bool,
    "schedule_type": str,
    "channels": list,
    "first_sent": str,
    "last_sent": str,
    "next_send_time": str,
}
DATES = frozenset({"created_at", "last_edited", "first_sent", "last_sent", "next_send_time"})
TEXTS = ("tags", "teams", "channels")
# What makes it act.
RULES: Mapping[str, type] = {
    "trigger": dict,
    "segment_id": str,
    "audience": dict,
    "starts_at": str,
    "ends_at": str,
    "re_eligible_after_seconds": float,
    "holdout": float,
    "time_of_day": dict,
    "quiet_hours": dict,
    "obeys_frequency_caps": bool,
}
OWN: Mapping[Kind, Mapping[str, type]] = {
    Kind.CAMPAIGN: {"delay_seconds": float, "exception": dict, "messages": list},
    Kind.CANVAS: {"steps": list},
}
STEPS = ("delay_seconds", "user_update", "message")


def members_of(kind: Kind) -> dict[str, type]:
    """Every member of a campaign or a Canvas with its type."""
    return {**LISTED, **RULES, **OWN[kind]}


class BadCampaign(ValueError):
    """A campaign that makes no sense; `problems` holds every reason with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Draft:
    """A campaign whose members are read: what they make of it but for what it gets when kept."""

    members: Mapping[str, Any]
    trigger: Trigger | None
    rules: EntryRules
    messages: tuple[Message, ...]
    steps: tuple[Step, ...]


def read_campaign(members: Mapping[str, Any], state: State) -> Draft:
    """A campaign from members that have the types of `members_of`.

    Raises:
        BadCampaign: with every problem and its place.

    Facts: unparsable-template
    """
    reader = MemberReader()
    listed = _listed(reader, members)
    trigger = _trigger(reader, members, "trigger", state)
    rules = _rules(reader, members, state)
    messages = tuple(
        each
        for place, value in enumerate(members.get("messages", ()))
        if (each := _message(reader, value, f"messages[{place}]", state)) is not None
    )
    steps = tuple(_steps(reader, members.get("steps", ()), state))
    reader.problems += _misfits(members, trigger, rules, state)
    if reader.problems:
        raise BadCampaign(reader.problems)
    return Draft(listed, trigger, rules, messages, steps)


def made_campaign(draft: Draft, kind: Kind, state: State) -> Campaign:
    """The new campaign behind what was read."""
    now = state.clock.now()
    members = dict(draft.members)
    members.setdefault("id", state.seeds.listing_id())
    members.setdefault("created_at", now)
    members.setdefault("last_edited", members["created_at"])
    if isinstance(draft.trigger, Schedule):
        members["next_send_time"] = None  # it is told once it is launched
    campaign = Campaign(kind, **members)
    _fill(campaign, draft, state)
    return campaign


def changed_campaign(campaign: Campaign, draft: Draft, state: State) -> Campaign:
    """The same campaign after a change; who has received it stays."""
    before = {each.name: getattr(campaign, each.name) for each in fields(campaign)}
    changed = Campaign(**{**before, **draft.members, "last_edited": state.clock.now()})
    if isinstance(draft.trigger, Schedule):
        is_same = draft.trigger == campaign.trigger
        changed.next_send_time = campaign.next_send_time if is_same else None
    elif isinstance(campaign.trigger, Schedule):
        changed.next_send_time = None
    _fill(changed, draft, state)
    return changed


def _fill(campaign: Campaign, draft: Draft, state: State) -> None:
    """Give a campaign what acts, and tell in lists what follows from it."""
    campaign.trigger, campaign.rules = draft.trigger, draft.rules
    campaign.messages, campaign.steps = draft.messages, draft.steps
    needed = len(draft.messages) + len(draft.steps) - len(campaign.variation_ids)
    campaign.variation_ids += tuple(state.seeds.listing_id() for _ in range(max(needed, 0)))
    if draft.trigger is not None:
        campaign.is_api_campaign = isinstance(draft.trigger, ApiTrigger)
        campaign.schedule_type = schedule_type_of(draft.trigger)
    if draft.messages or draft.steps:
        campaign.channels = channels_of(draft.messages, draft.steps)


def _listed(reader: MemberReader, members: Mapping[str, Any]) -> dict[str, Any]:
    listed = {name: value for name, value in members.items() if name in LISTED}
    for name in sorted(DATES & listed.keys()):
        listed[name] = reader.moment(members, name)
    for name in TEXTS:
        if name in listed:
            if not all(isinstance(each, str) for each in listed[name]):
                reader.note(name, f"must be an array of text, not {shown(listed[name])}")
            listed[name] = tuple(listed[name])
    return listed


def _trigger(
    reader: MemberReader, members: Mapping[str, Any], name: str, state: State
) -> Trigger | None:
    if name not in members:
        return None
    read = read_trigger(members[name], name, state)
    if isinstance(read, list):
        reader.problems += read
        return None
    return read


def _rules(reader: MemberReader, members: Mapping[str, Any], state: State) -> EntryRules:
    holdout = members.get("holdout", 0.0)
    if not 0 <= holdout <= 1:
        reader.note("holdout", f"must be a share, 0 to 1, not {shown(holdout)}")
    return EntryRules(
        segment_id=members.get("segment_id"),
        audience_told=members.get("audience"),
        audience=_audience(reader, members),
        starts_at=reader.moment(members, "starts_at"),
        ends_at=reader.moment(members, "ends_at"),
        delay=reader.span(members, "delay_seconds", NOTHING, LONGEST_DELAY) or NOTHING,
        exception=_trigger(reader, members, "exception", state),
        re_eligible_after=reader.span(members, "re_eligible_after_seconds", NOTHING, LONGEST_WAIT),
        holdout=holdout,
        time_of_day=_daily(reader, members, "time_of_day"),
        quiet_hours=_daily(reader, members, "quiet_hours"),
        obeys_frequency_caps=members.get("obeys_frequency_caps", True),
    )


def _audience(reader: MemberReader, members: Mapping[str, Any]) -> Filter | None:
    if "audience" not in members:
        return None
    try:
        return read_filter(members["audience"], "audience")
    except BadFilter as bad:
        reader.problems += bad.problems
        return None


def _daily(reader: MemberReader, members: Mapping[str, Any], name: str) -> DailySpan | None:
    if name not in members:
        return None
    inner = reader.within(name)
    told = inner.object(members[name])
    inner.check_names(told, ("from", "until"), ("otherwise",))
    begins, ends = _clock(inner, told, "from"), _clock(inner, told, "until")
    otherwise = Otherwise(inner.choice(told, "otherwise", [each.value for each in Otherwise]))
    if begins is not None and begins == ends:
        inner.note("until", "must be another time than 'from'")
    return DailySpan(begins or NOTHING, ends or NOTHING, otherwise)


def _clock(reader: MemberReader, told: Mapping[str, Any], name: str) -> timedelta | None:
    value = told.get(name)
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        return timedelta(hours=int(value[:2]), minutes=int(value[3:]))
    if value is not None:
        reader.note(name, f"must be a time of day such as 22:30, not {shown(value)}")
    return None


def _message(reader: MemberReader, value: object, place: str, state: State) -> Message | None:
    read = read_message(value, place, state)
    if isinstance(read, list):
        reader.problems += read
        return None
    return read


def _steps(reader: MemberReader, listed: list[Any] | tuple[()], state: State) -> list[Step]:
    read = []
    for place, value in enumerate(listed):
        step = _step(reader.within(f"steps[{place}]"), value, state)
        if step is not None:
            read.append(step)
    return read


def _step(reader: MemberReader, value: object, state: State) -> Step | None:
    told = reader.object(value)
    heads = [name for name in STEPS if name in told]
    if len(heads) != 1:
        if isinstance(value, Mapping):
            has = " and ".join(heads) or "none"
            says = f"must have exactly one of {', '.join(STEPS)}; it has {has}"
            reader.problems.append(f"'{reader.place}' {says}")
        return None
    reader.check_names(told, heads, ("name",))
    name = reader.name(told, "name")
    match heads[0]:
        case "delay_seconds":
            return Delay(
                reader.span(told, "delay_seconds", NOTHING, LONGEST_DELAY) or NOTHING, name
            )
        case "user_update":
            return _user_update(reader, told["user_update"], name, state)
        case _:
            message = _message(reader, told["message"], f"{reader.place}.message", state)
            return None if message is None else MessageStep(message, name)


def _user_update(reader: MemberReader, value: object, name: str, state: State) -> UserUpdate | None:
    """A body of `/users/track`, or a template that becomes one."""
    if not isinstance(value, str | dict):
        reader.note("user_update", f"must be an object, or text with Liquid, not {shown(value)}")
        return None
    template = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if state.dials.unparsable_template == "refused":
        for misprint in misprints_of(template):
            reader.note("user_update", f"is no Liquid: {misprint}")
    return UserUpdate(template, name)


def _misfits(
    members: Mapping[str, Any], trigger: Trigger | None, rules: EntryRules, state: State
) -> list[str]:
    """What does not go together."""
    problems = []
    acting = [name for name in ("messages", "steps") if members.get(name)]
    if acting and trigger is None and "trigger" not in members:
        problems.append(f"'trigger' is missing; without one, {acting[0]!r} are never sent")
    if trigger is not None and not acting and not members.get("draft"):
        problems.append(
            "'messages' (or the 'steps' of a Canvas) are missing; nothing would be sent"
        )
    if rules.segment_id is not None and rules.segment_id not in state.segments:
        problems.append(f"'segment_id': there is no segment {rules.segment_id!r:.60}")
    if rules.starts_at and rules.ends_at and rules.starts_at >= rules.ends_at:
        problems.append("'ends_at' must be later than 'starts_at'")
    if isinstance(rules.exception, ApiTrigger | Schedule):
        problems.append("'exception.kind' must be something that people do, not api or schedule")
    if rules.exception is not None and not rules.delay:
        problems.append("'exception' goes with a 'delay_seconds'; there is nothing to call off")
    if _never_open(rules):
        problems.append("'quiet_hours' cover all of 'time_of_day'; nothing would ever be sent")
    for name, most in (("messages", MOST_MESSAGES), ("steps", MOST_STEPS)):
        if len(members.get(name, ())) > most:
            problems.append(f"{name!r} has {len(members[name])} items; at most {most}")
    return problems


def _never_open(rules: EntryRules) -> bool:
    window, quiet = rules.time_of_day, rules.quiet_hours
    if window is None or quiet is None:
        return False
    minutes = (datetime(2000, 1, 1) + timedelta(minutes=each) for each in range(24 * 60))
    return all(quiet.holds(each) for each in minutes if window.holds(each))


def written_campaign(campaign: Campaign) -> dict[str, Any]:
    """A campaign as it is sent, with what it has got since; `launched_at` cannot be sent."""
    told = {name: _written(getattr(campaign, name)) for name in LISTED}
    rules = campaign.rules
    span = rules.re_eligible_after
    told |= {
        "trigger": None if campaign.trigger is None else written_trigger(campaign.trigger),
        "segment_id": rules.segment_id,
        "audience": rules.audience_told,
        "starts_at": _written(rules.starts_at),
        "ends_at": _written(rules.ends_at),
        "re_eligible_after_seconds": None if span is None else span.total_seconds(),
        "holdout": rules.holdout,
        "time_of_day": _written_span(rules.time_of_day),
        "quiet_hours": _written_span(rules.quiet_hours),
        "obeys_frequency_caps": rules.obeys_frequency_caps,
    }
    if campaign.kind is Kind.CAMPAIGN:
        exception = rules.exception
        told |= {
            "delay_seconds": rules.delay.total_seconds(),
            "exception": None if exception is None else written_trigger(exception),
            "messages": [written_message(each) for each in campaign.messages],
        }
    else:
        told["steps"] = [_written_step(each) for each in campaign.steps]
    return {**told, "launched_at": _written(campaign.launched_at)}


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return write_time(value) if isinstance(value, datetime) else value


def _written_span(span: DailySpan | None) -> dict[str, str] | None:
    if span is None:
        return None
    begins, ends = (f"{datetime.min + each:%H:%M}" for each in (span.begins, span.ends))
    return {"from": begins, "until": ends, "otherwise": span.otherwise.value}


def _written_step(step: Step) -> dict[str, Any]:
    named = {"name": step.name} if step.name else {}
    match step:
        case Delay(span):
            return {**named, "delay_seconds": span.total_seconds()}
        case UserUpdate(template):
            return {**named, "user_update": template}
        case MessageStep(message):
            return {**named, "message": written_message(message)}
