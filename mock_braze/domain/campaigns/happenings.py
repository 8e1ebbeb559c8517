"""Happenings: what can trigger a campaign, and whether it is what a trigger waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.campaigns.triggers import (
    AttributeTrigger,
    EmailTrigger,
    EventTrigger,
    GroupTrigger,
    PurchaseTrigger,
    SessionTrigger,
    StatusTrigger,
    TextTrigger,
    Trigger,
)
from mock_braze.domain.segments.comparing import holds, is_same
from mock_braze.domain.segments.filters import ANY_PRODUCT
from mock_braze.domain.sms.keywords import normal
from mock_braze.domain.subscriptions.change_source import ChangeSource
from mock_braze.domain.tracking.events import CustomEvent, Purchase

Key = tuple[str, str]  # a kind of happening, and what it is about


@dataclass(frozen=True, slots=True)
class AttributeChanged:
    """A custom attribute has another value now."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class EmailAdded:
    """A profile has got an email address."""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A global state has changed."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A state in a subscription group has changed."""

    group_id: str
    value: str
    source: ChangeSource


@dataclass(frozen=True, slots=True)
class Texted:
    """A text has come in."""

    group_id: str
    category: str
    body: str


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """The app was opened."""


Happening = (
    CustomEvent
    | Purchase
    | AttributeChanged
    | EmailAdded
    | StatusChanged
    | GroupChanged
    | Texted
    | SessionStarted
)


def key_of(trigger: Trigger | None) -> Key | None:
    """Under which key a trigger is looked up; None for those that no profile sets off."""
    match trigger:
        case EventTrigger(name):
            return "custom_event", name
        case PurchaseTrigger(product_id):
            return "purchase", product_id
        case AttributeTrigger(attribute):
            return "attribute", attribute
        case EmailTrigger():
            return "email", ""
        case StatusTrigger(channel):
            return "status", channel
        case GroupTrigger(group_id):
            return "group", group_id
        case TextTrigger(group_id):
            return "text", group_id
        case SessionTrigger():
            return "session", ""
        case _:
            return None


def keys_of(happening: Happening) -> tuple[Key, ...]:
    """The keys of the triggers that may wait for a happening."""
    match happening:
        case CustomEvent(name):
            return (("custom_event", name),)
        case Purchase(product_id):
            return ("purchase", product_id), ("purchase", ANY_PRODUCT)
        case AttributeChanged(name):
            return (("attribute", name),)
        case EmailAdded():
            return (("email", ""),)
        case StatusChanged(channel):
            return (("status", channel),)
        case GroupChanged(group_id):
            return (("group", group_id),)
        case Texted(group_id):
            return (("text", group_id),)
        case SessionStarted():
            return (("session", ""),)


def answers_to(trigger: Trigger | None, happening: Happening, now: datetime) -> bool:
    """Whether a trigger waits for just this.

    Facts: event-triggers, attribute-trigger, group-trigger-sources, text-trigger
    """
    if key_of(trigger) not in keys_of(happening):
        return False
    match trigger, happening:
        case EventTrigger(_, filters), CustomEvent(properties=properties):
            return all(
                holds(each.operator, properties.get(each.name), each.value, now) for each in filters
            )
        case AttributeTrigger(_, to), AttributeChanged(value=value):
            return to is None or is_same(value, to)
        case (StatusTrigger(_, to), StatusChanged(value=value)):
            return to in (None, value)
        case GroupTrigger(_, to, sources), GroupChanged(value=value, source=source):
            return to in (None, value) and (not sources or source in sources)
        case TextTrigger(_, category, text), Texted(category=heard, body=body):
            is_said = text is None or normal(text) == normal(body)
            return category in (None, heard) and is_said
        case _:
            return True


def properties_of(happening: Happening) -> Mapping[str, Any]:
    """What a template sees as properties of the triggering event."""
    return happening.properties if isinstance(happening, CustomEvent) else {}


def told(happening: Happening) -> str:
    """A happening in words."""
    match happening:
        case CustomEvent(name):
            return f"the custom event {name!r}"
        case Purchase(product_id):
            return f"a purchase of {product_id!r}"
        case AttributeChanged(name):
            return f"a change of the custom attribute {name!r}"
        case EmailAdded():
            return "a new email address"
        case StatusChanged(channel, value):
            return f"the global {channel} state {value}"
        case GroupChanged(_, value, source):
            return f"the state {value} in a subscription group by {source.value}"
        case Texted(_, category):
            return f"a text of the category {category}"
        case SessionStarted():
            return "a session start"
