"""What a profile's fields and custom attributes may hold, and how an update changes them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mock_braze.domain.addresses import is_valid_email
from mock_braze.domain.dates import read_time
from mock_braze.domain.errors import BadObject, ObjectFault

ARRAY_LENGTH = 500
STRING_LENGTH = 255
NESTED_BYTES = 100 * 1024
NESTED_LEVELS = 100
GLOBAL_STATES = frozenset({"opted_in", "subscribed", "unsubscribed"})
GROUP_STATES = frozenset({"subscribed", "unsubscribed"})

IDENTIFIERS = frozenset({"external_id", "user_alias", "braze_id", "email", "phone"})
CONTROLS = frozenset({"_update_existing_only", "_merge_objects", "push_token_import"})


def _text(value: object) -> bool:
    return isinstance(value, str)


def _is_time_zone(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-/]*", value):
        return False
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# Simple profile fields and the values they take; anything else is silently not set.
FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "first_name": _text,
    "last_name": _text,
    "home_city": _text,
    "language": lambda value: isinstance(value, str) and bool(re.fullmatch("[a-z]{2}", value)),
    "country": lambda value: isinstance(value, str) and bool(re.fullmatch("[A-Z]{2}", value)),
    "time_zone": _is_time_zone,
    "dob": _is_date,
    "gender": lambda value: value in ("M", "F", "O", "N", "P"),
    "image_url": lambda value: isinstance(value, str) and len(value) <= 1024,
}
# Braze: an unknown country is stored as null (reserved-fields)
NULLED_FIELDS = frozenset({"country"})
RESERVED = (
    frozenset(FIELDS)
    | IDENTIFIERS
    | CONTROLS
    | {
        "email_subscribe",
        "push_subscribe",
        "subscription_groups",
        "current_location",
        "date_of_first_session",
        "date_of_last_session",
        "marked_email_as_spam_at",
        "email_open_tracking_disabled",
        "email_click_tracking_disabled",
        "push_tokens",
        "facebook",
        "twitter",
        "alias_name",
        "alias_label",
    }
)


@dataclass(frozen=True, slots=True)
class GroupState:
    """One item of the `subscription_groups` attribute."""

    group_id: str
    state: str


def check_attributes(item: Mapping[str, Any]) -> None:
    """Refuse an attributes object whose reserved fields Braze reports as bad.

    Raises:
        BadObject: a bad email, global state, location or `subscription_groups`.

    Facts: reserved-fields, track-error-codes, subscription-groups-attribute
    """
    if item.get("email") is not None and not is_valid_email(item["email"]):
        raise BadObject(ObjectFault.EMAIL_BAD_FORMAT)
    if not _is_one_of(item.get("email_subscribe", "subscribed"), GLOBAL_STATES):
        raise BadObject(ObjectFault.BAD_EMAIL_SUBSCRIPTION_STATE)
    if not _is_one_of(item.get("push_subscribe", "subscribed"), GLOBAL_STATES):
        raise BadObject(ObjectFault.BAD_PUSH_SUBSCRIPTION_STATE)
    if item.get("current_location") is not None and not _is_location(item["current_location"]):
        raise BadObject(ObjectFault.BAD_LOCATION_UPDATE)
    group_states(item)


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
    return GroupState(group_id, state)


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


def custom_names(item: Mapping[str, Any]) -> list[str]:
    """The members of an attributes object that are custom attributes."""
    return [name for name in item if name not in RESERVED]


def is_storable(value: object) -> bool:
    """Whether a custom attribute may hold `value`; an update beyond that is dropped unsaid.

    Facts: attribute-value-limit
    """
    match value:
        case str():
            return len(value) <= STRING_LENGTH
        case list() | Mapping():
            return _fits(value, NESTED_LEVELS) and _bytes(value) <= NESTED_BYTES
        case _:
            return _fits(value, 0)


def is_nested(update: object) -> bool:
    """Whether an update writes an object, or a list of objects."""
    if isinstance(update, list):
        return any(isinstance(each, Mapping) for each in update)
    return isinstance(update, Mapping) and not _is_list_change(update) and set(update) != {"inc"}


def has_bad_value(nested: object, levels: int = NESTED_LEVELS) -> bool:
    """Whether there is a `null` or an unreadable `$time` anywhere in a nested update.

    Facts: custom-attribute-nested
    """
    if isinstance(nested, list) and levels:
        return any(has_bad_value(each, levels - 1) for each in nested)
    if isinstance(nested, Mapping) and levels:
        if "$time" in nested and read_time(nested["$time"]) is None:
            return True
        return any(has_bad_value(each, levels - 1) for each in nested.values())
    return nested is None


def _is_list_change(update: Mapping[str, Any]) -> bool:
    return bool(update) and set(update) <= {"add", "remove"}


def _fits(value: object, levels: int) -> bool:
    # Inferred: no limit of depth or of whole numbers is stated, but there must be one
    # (attribute-value-limit)
    match value:
        case int():
            return -(2**63) <= value < 2**64
        case list():
            return levels > 0 and all(_fits(each, levels - 1) for each in value)
        case Mapping():
            return levels > 0 and all(_fits(each, levels - 1) for each in value.values())
        case _:
            return True


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def changed_attribute(old: Any, update: Any, *, merge: bool) -> Any:
    """The value of a custom attribute after one update; None means the attribute goes.

    Facts: custom-attribute-inc, custom-attribute-arrays, custom-attribute-nested, null-removes
    """
    if isinstance(update, list):
        return _unique(update)
    if not isinstance(update, Mapping):
        return update
    if set(update) == {"inc"}:
        return _incremented(old, update["inc"])
    if _is_list_change(update):
        return _with_values(old, update.get("add"), update.get("remove"))
    if update and set(update) <= {"$add", "$remove", "$update"}:
        return _with_objects(old, update)
    if merge and isinstance(old, Mapping):
        return _merged(old, update)
    return dict(update)


def _incremented(old: Any, step: Any) -> Any:
    if not isinstance(step, int) or isinstance(step, bool):
        return old
    return (old if isinstance(old, int) and not isinstance(old, bool) else 0) + step


def _unique(values: list[Any]) -> list[Any]:
    """Each value once, at its last place; over the limit the oldest go."""
    newest_first: list[Any] = []
    for value in reversed(values):
        if len(newest_first) == ARRAY_LENGTH:
            break
        if isinstance(value, Mapping) or not _holds(newest_first, value):
            newest_first.append(value)
    return newest_first[::-1]


def _holds(values: list[Any], value: Any) -> bool:
    return any(_is_same(each, value) for each in values)


def _is_same(one: Any, other: Any) -> bool:
    """Equality as in JSON, where `true` is not 1."""
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _with_values(old: Any, added: Any, removed: Any) -> Any:
    values = list(old) if isinstance(old, list) else []
    values += added if isinstance(added, list) else []
    gone = removed if isinstance(removed, list) else []
    return _unique([value for value in values if not _holds(gone, value)])


def _with_objects(old: Any, update: Mapping[str, Any]) -> Any:
    """Add, then remove, then change, whatever the order in the request."""
    objects = list(old) if isinstance(old, list) else []
    objects += _listed(update, "$add")
    for gone in _listed(update, "$remove"):
        objects = [each for each in objects if not _is_named(each, gone)]
    for change in _listed(update, "$update"):
        new = change.get("$new_object")
        objects = [
            {**each, **new} if _is_named(each, change) and isinstance(new, Mapping) else each
            for each in objects
        ]
    return objects[-ARRAY_LENGTH:]


def _listed(update: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = update.get(name)
    return (
        [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    )


def _is_named(item: Any, pointer: Mapping[str, Any]) -> bool:
    key = pointer.get("$identifier_key")
    return (
        isinstance(item, Mapping)
        and isinstance(key, str)
        and key in item
        and _is_same(item[key], pointer.get("$identifier_value"))
    )


def _merged(old: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for name, value in update.items():
        if isinstance(value, Mapping) and isinstance(result.get(name), Mapping):
            result[name] = _merged(result[name], value)
        else:
            result[name] = value
    return result
