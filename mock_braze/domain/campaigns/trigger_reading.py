"""Triggers between their JSON and the domain."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from mock_braze.domain.campaigns.member_reading import MemberReader
from mock_braze.domain.campaigns.triggers import (
    ApiTrigger,
    AttributeTrigger,
    EmailTrigger,
    EventTrigger,
    GroupTrigger,
    PropertyFilter,
    PurchaseTrigger,
    Schedule,
    SessionTrigger,
    StatusTrigger,
    TextTrigger,
    Trigger,
)
from mock_braze.domain.dates import read_time, write_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.segments.filter_reading import DATES, problem_of_value
from mock_braze.domain.segments.filters import ANY_PRODUCT, Operator, Subject
from mock_braze.domain.sms.keywords import Category
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.change_source import ABSENT_SOURCES, ChangeSource
from mock_braze.domain.subscriptions.subscription import Channel
from mock_braze.domain.tracking.attributes import GLOBAL_STATES, GROUP_STATES

SHORTEST_REPEAT = timedelta(hours=1)
LONGEST_REPEAT = timedelta(days=3660)
# The members of each kind of trigger; the first ones are required.
MEMBERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "custom_event": (("name",), ("properties",)),
    "purchase": ((), ("product_id",)),
    "attribute_change": (("attribute",), ("to",)),
    "email_added": ((), ()),
    "subscription_status": ((), ("channel", "to")),
    "subscription_group": (("group_id",), ("to", "sources")),
    "inbound_sms": (("group_id",), ("category", "text")),
    "session_start": ((), ()),
    "api": ((), ()),
    "schedule": (("at",), ("every_seconds",)),
}


def read_trigger(value: object, place: str, state: State) -> Trigger | list[str]:
    """A trigger, or everything that is wrong with it, each with its place.

    `{"kind": "custom_event", "name", "properties"?: [{"name", "operator", "value"}]}`,
    `{"kind": "purchase", "product_id"?}`, `{"kind": "attribute_change", "attribute", "to"?}`,
    `{"kind": "email_added"}`, `{"kind": "subscription_status", "channel"?, "to"?}`,
    `{"kind": "subscription_group", "group_id", "to"?, "sources"?}`,
    `{"kind": "inbound_sms", "group_id", "category"?, "text"?}`, `{"kind": "session_start"}`,
    `{"kind": "api"}` or `{"kind": "schedule", "at", "every_seconds"?}`.
    """
    reader = MemberReader(place)
    told = reader.object(value)
    if reader.problems:
        return reader.problems
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in MEMBERS:
        return [f"'{place}.kind' must be one of {', '.join(MEMBERS)}, not {shown(kind)}"]
    required, others = MEMBERS[kind]
    reader.check_names(told, ("kind", *required), others)
    trigger = _read(reader, told, kind, state)
    return reader.problems or trigger


def _read(reader: MemberReader, told: Mapping[str, Any], kind: str, state: State) -> Trigger:
    match kind:
        case "custom_event":
            return EventTrigger(reader.name(told, "name"), _properties(reader, told))
        case "purchase":
            return PurchaseTrigger(reader.name(told, "product_id", ANY_PRODUCT))
        case "attribute_change":
            return AttributeTrigger(reader.name(told, "attribute"), _to(reader, told))
        case "email_added":
            return EmailTrigger()
        case "subscription_status":
            channel = reader.choice(told, "channel", ("email", "push"))
            return StatusTrigger(channel, reader.choice_or_none(told, "to", sorted(GLOBAL_STATES)))
        case "subscription_group":
            group_id = _group(reader, told, state, None)
            to = reader.choice_or_none(told, "to", sorted(GROUP_STATES))
            return GroupTrigger(group_id, to, _sources(reader, told))
        case "inbound_sms":
            return _text(reader, told, state)
        case "session_start":
            return SessionTrigger()
        case "api":
            return ApiTrigger()
        case _:
            return _schedule(reader, told)


def _properties(reader: MemberReader, told: Mapping[str, Any]) -> tuple[PropertyFilter, ...]:
    listed = told.get("properties", [])
    if not isinstance(listed, list):
        reader.note("properties", f"must be an array, not {shown(listed)}")
        return ()
    inner = [_property(reader.within(f"properties[{n}]"), each) for n, each in enumerate(listed)]
    return tuple(each for each in inner if each is not None)


def _property(reader: MemberReader, value: object) -> PropertyFilter | None:
    told = reader.object(value)
    if not told:
        return None
    reader.check_names(told, ("name", "operator"), ("value",))
    name = reader.name(told, "name")
    operator = reader.choice_or_none(told, "operator", [each.value for each in Operator])
    if operator is None:
        return None
    problem = problem_of_value(Subject.CUSTOM_ATTRIBUTE, Operator(operator), told)
    if problem:
        reader.note("value", problem)
        return None
    held = told.get("value")
    return PropertyFilter(
        name, Operator(operator), read_time(held) if Operator(operator) in DATES else held
    )


def _to(reader: MemberReader, told: Mapping[str, Any]) -> Any:
    to = told.get("to")
    if isinstance(to, list | dict):
        # Braze: the trigger does not fire for them (attribute-trigger-never)
        reader.note("to", f"must be text, a number, true or false, not {shown(to)}")
    return to


def _group(
    reader: MemberReader, told: Mapping[str, Any], state: State, channel: Channel | None
) -> str:
    group_id = reader.name(told, "group_id")
    group = state.subscriptions.groups.get(group_id)
    if group_id and (group is None or channel not in (None, group.channel)):
        kind = "" if channel is None else "SMS "
        reader.note("group_id", f"there is no {kind}subscription group {group_id!r:.60}")
    return group_id


def _sources(reader: MemberReader, told: Mapping[str, Any]) -> tuple[ChangeSource, ...]:
    listed = told.get("sources", [])
    names = [each.value for each in ChangeSource]
    if not isinstance(listed, list):
        reader.note("sources", f"must be an array, not {shown(listed)}")
        return ()
    for each in listed:
        if each in ABSENT_SOURCES:
            reader.note("sources", f"{each!r} never happens here; there are {', '.join(names)}")
        elif each not in names:
            reader.note("sources", f"must hold some of {', '.join(names)}, not {shown(each)}")
    return tuple(each for each in ChangeSource if each.value in listed)


def _text(reader: MemberReader, told: Mapping[str, Any], state: State) -> TextTrigger:
    group_id = _group(reader, told, state, Channel.SMS)
    category = reader.name(told, "category") if "category" in told else None
    group = state.subscriptions.groups.get(group_id)
    if category is not None and group is not None:
        own = [name for language in group.sms.languages for name, _ in language.custom]
        known: Sequence[str] = [*(each.value for each in Category), *own]
        if category not in known:
            reader.note("category", f"must be one of {', '.join(known)}, not {shown(category)}")
    return TextTrigger(group_id, category, reader.name(told, "text") if "text" in told else None)


def _schedule(reader: MemberReader, told: Mapping[str, Any]) -> Schedule | ApiTrigger:
    at = reader.moment(told, "at")
    every = reader.span(told, "every_seconds", SHORTEST_REPEAT, LONGEST_REPEAT)
    return ApiTrigger() if at is None else Schedule(at, every)  # what is wrong is told instead


def written_trigger(trigger: Trigger) -> dict[str, Any]:
    """A trigger as it is sent; what was left out is left out."""
    match trigger:
        case EventTrigger(name, properties):
            told: dict[str, Any] = {"kind": "custom_event", "name": name}
            return told | ({"properties": list(map(_told, properties))} if properties else {})
        case PurchaseTrigger(product_id):
            return {"kind": "purchase", "product_id": product_id}
        case AttributeTrigger(attribute, to):
            return _with({"kind": "attribute_change", "attribute": attribute}, to=to)
        case EmailTrigger():
            return {"kind": "email_added"}
        case StatusTrigger(channel, to):
            return _with({"kind": "subscription_status", "channel": channel}, to=to)
        case GroupTrigger(group_id, to, sources):
            named = [each.value for each in sources] or None
            return _with({"kind": "subscription_group", "group_id": group_id}, to=to, sources=named)
        case TextTrigger(group_id, category, text):
            told = {"kind": "inbound_sms", "group_id": group_id}
            return _with(told, category=category, text=text)
        case SessionTrigger():
            return {"kind": "session_start"}
        case ApiTrigger():
            return {"kind": "api"}
        case Schedule(at, every):
            seconds = None if every is None else every.total_seconds()
            return _with({"kind": "schedule", "at": write_time(at)}, every_seconds=seconds)


def _with(told: dict[str, Any], **members: Any) -> dict[str, Any]:
    return told | {name: value for name, value in members.items() if value is not None}


def _told(filter: PropertyFilter) -> dict[str, Any]:  # noqa: A002
    told: dict[str, Any] = {"name": filter.name, "operator": filter.operator.value}
    if filter.value is None:
        return told
    in_dates = filter.operator in DATES
    return told | {"value": write_time(filter.value) if in_dates else filter.value}
