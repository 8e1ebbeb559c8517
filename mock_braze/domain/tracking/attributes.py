"""What Braze checks in an attributes object before it accepts it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.users.addresses import is_valid_email
from mock_braze.domain.users.profile_fields import FIELDS, RESERVED
from mock_braze.domain.users.push_tokens import check_push_tokens, check_token_import

GLOBAL_STATES = frozenset({"opted_in", "subscribed", "unsubscribed"})
GROUP_STATES = frozenset({"subscribed", "unsubscribed"})


@dataclass(frozen=True, slots=True)
class GroupState:
    """One item of the `subscription_groups` attribute."""

    group_id: str
    state: str
    flag: object  # use_double_opt_in_logic, as sent


@dataclass(frozen=True, slots=True)
class Shape:
    """What the names in an attributes object say of it, whatever their values are."""

    checks: tuple[Callable[[Mapping[str, Any]], object], ...]  # what can make it a bad object
    fields: tuple[str, ...]  # names of `FIELDS`
    custom: tuple[str, ...]  # names of custom attributes


def shape_of(item: Mapping[str, Any]) -> Shape:
    """Objects come in few shapes, so that each is hardly ever looked at twice."""
    return _shape(tuple(item))


@lru_cache(maxsize=1024)
def _shape(names: tuple[str, ...]) -> Shape:
    return Shape(
        tuple(_CHECKS[name] for name in names if name in _CHECKS),
        tuple(name for name in names if name in FIELDS),
        tuple(name for name in names if name not in RESERVED),
    )


def check_attributes(item: Mapping[str, Any]) -> None:
    """Refuse an attributes object whose reserved fields Braze reports as bad.

    Raises:
        BadObject: a bad email, global state, location, push token or `subscription_groups`.

    Facts: reserved-fields, track-error-codes, subscription-groups-attribute
    """
    for check in shape_of(item).checks:
        check(item)


def _check_email(item: Mapping[str, Any]) -> None:
    if item["email"] is not None and not is_valid_email(item["email"]):
        raise BadObject(ObjectFault.EMAIL_BAD_FORMAT)


def _check_email_state(item: Mapping[str, Any]) -> None:
    if not _is_one_of(item["email_subscribe"], GLOBAL_STATES):
        raise BadObject(ObjectFault.BAD_EMAIL_SUBSCRIPTION_STATE)


def _check_push_state(item: Mapping[str, Any]) -> None:
    if not _is_one_of(item["push_subscribe"], GLOBAL_STATES):
        raise BadObject(ObjectFault.BAD_PUSH_SUBSCRIPTION_STATE)


def _check_location(item: Mapping[str, Any]) -> None:
    if item["current_location"] is not None and not _is_location(item["current_location"]):
        raise BadObject(ObjectFault.BAD_LOCATION_UPDATE)


def _check_subscription_info(_item: Mapping[str, Any]) -> None:
    # Braze: this one name is refused instead of becoming a custom attribute (track-error-codes)
    raise BadObject(ObjectFault.INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO)


def group_states(item: Mapping[str, Any]) -> list[GroupState]:
    """The group states that an attributes object sets.

    Raises:
        BadObject: not an array of objects with a UUID and a state.

    Facts: subscription-groups-attribute
    """
    listed = item.get("subscription_groups")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise BadObject(ObjectFault.BAD_SUBSCRIPTION_GROUP_ARRAY)
    return [_group_state(each) for each in listed]


def _group_state(item: object) -> GroupState:
    if not isinstance(item, Mapping):
        raise BadObject(ObjectFault.BAD_SUBSCRIPTION_GROUP_HASH)
    group_id, state = item.get("subscription_group_id"), item.get("subscription_state")
    if not isinstance(group_id, str) or not is_group_id(group_id):
        raise BadObject(ObjectFault.BAD_SUBSCRIPTION_GROUP_ID)
    if not isinstance(state, str) or state not in GROUP_STATES:
        raise BadObject(ObjectFault.BAD_SUBSCRIPTION_GROUP_STATE)
    return GroupState(group_id, state, item.get("use_double_opt_in_logic"))


def _is_one_of(value: object, names: frozenset[str]) -> bool:
    return isinstance(value, str) and value in names


def is_group_id(text: str) -> bool:
    """Whether `text` has the form of a subscription group's identifier, a UUID."""
    return bool(re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text.lower()))


def _is_location(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(name), int | float)
        and not isinstance(value.get(name), bool)
        and abs(value[name]) <= bound
        for name, bound in (("longitude", 180), ("latitude", 90))
    )


# The members that can make an attributes object bad.
_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "email": _check_email,
    "email_subscribe": _check_email_state,
    "push_subscribe": _check_push_state,
    "current_location": _check_location,
    "subscription_groups": group_states,
    "email_subscription_info": _check_subscription_info,
    "push_tokens": check_push_tokens,
    "push_token_import": check_token_import,
}
