"""Update triggers: what an applied object of `/users/track` sets off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.campaigns.entry import fire
from mock_braze.domain.campaigns.happenings import AttributeChanged, EmailAdded, StatusChanged
from mock_braze.domain.segments.comparing import is_same
from mock_braze.domain.state import State
from mock_braze.domain.tracking.events import CustomEvent, Purchase
from mock_braze.domain.users.profile import Profile


@dataclass(slots=True)
class Before:
    """What of a profile triggers wait for, as it was before an update."""

    email: str | None
    push_subscribe: str
    attributes: Mapping[str, Any]


def before_update(state: State, profile: Profile, email: str | None) -> Before:
    """Remember it; `email` is None for a profile that was only just made."""
    held = profile.custom_attributes
    watched = {name: held.get(name) for name in state.campaigns.watched_attributes}
    return Before(email, profile.push_subscribe, watched)


def fire_update(
    state: State,
    profile: Profile,
    content: Mapping[str, Any] | CustomEvent | Purchase,
    before: Before,
    at: datetime,
    request: int,
) -> None:
    """Begin what waits for an object that has just been applied, all of it.

    Facts: attributes-count-for-events-of-the-request, email-trigger, attribute-trigger
    """
    if isinstance(content, CustomEvent | Purchase):
        fire(state, profile, content, at, request)
        return
    for name, old in before.attributes.items():
        new = profile.custom_attributes.get(name)
        if _is_a_change(old, new):
            fire(state, profile, AttributeChanged(name, new), at, request)
    # Inferred: an address in place of another one is added, too (email-trigger-of-a-new-address)
    if profile.email is not None and profile.email != before.email:
        fire(state, profile, EmailAdded(), at, request)
    if profile.push_subscribe != before.push_subscribe:
        fire(state, profile, StatusChanged("push", profile.push_subscribe), at, request)


def _is_a_change(old: Any, new: Any) -> bool:
    """Facts: attribute-trigger, attribute-trigger-never"""
    # Inferred: nested objects are as arrays (attribute-trigger-nested)
    return isinstance(new, str | int | float) and not is_same(new, old)
