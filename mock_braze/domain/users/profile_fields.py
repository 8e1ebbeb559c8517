"""The fields of a profile that have a meaning of their own, and what each may hold.

Anything a field cannot hold is silently not set; what Braze reports as an error instead is
checked in `attributes.py`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from mock_braze.domain.dates import read_time
from mock_braze.domain.tracking.iso_codes import LANGUAGES, country_code
from mock_braze.domain.tracking.time_zones import is_time_zone

IMAGE_URL_LENGTH = 1024

IDENTIFIERS = frozenset({"external_id", "user_alias", "braze_id", "email", "phone"})
CONTROLS = frozenset({"_update_existing_only", "_merge_objects", "push_token_import"})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _country(value: object) -> str | None:
    return country_code(value) if isinstance(value, str) else None


def _language(value: object) -> str | None:
    return value if isinstance(value, str) and value in LANGUAGES else None


def _time_zone(value: object) -> str | None:
    return value if isinstance(value, str) and is_time_zone(value) else None


def _day(value: object) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return value


def _gender(value: object) -> str | None:
    return value if isinstance(value, str) and value in ("M", "F", "O", "N", "P") else None


def _image_url(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= IMAGE_URL_LENGTH else None


def _moment(value: object) -> datetime | None:
    return read_time(value)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _location(value: Any) -> dict[str, float]:
    return {"longitude": value["longitude"], "latitude": value["latitude"]}


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_FACEBOOK: Mapping[str, Callable[[object], bool]] = {
    "id": _is_text,
    "likes": _is_texts,
    "num_friends": _is_whole,
}
_TWITTER: Mapping[str, Callable[[object], bool]] = {
    "id": _is_whole,
    "screen_name": _is_text,
    "followers_count": _is_whole,
    "friends_count": _is_whole,
    "statuses_count": _is_whole,
}


def _members(known: Mapping[str, Callable[[object], bool]]) -> Callable[[object], Any]:
    """An object of which the known members of a right type are kept."""

    def read(value: object) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            return None
        kept = {name: value[name] for name, fits in known.items() if fits(value.get(name))}
        return kept or None

    return read


# Each field with what it stores of a value; None when it cannot hold it.
FIELDS: Mapping[str, Callable[[object], Any]] = {
    "first_name": _text,
    "last_name": _text,
    "home_city": _text,
    "country": _country,
    "language": _language,
    "time_zone": _time_zone,
    "dob": _day,
    "gender": _gender,
    "image_url": _image_url,
    "current_location": _location,
    "date_of_first_session": _moment,
    "date_of_last_session": _moment,
    "marked_email_as_spam_at": _moment,
    "email_open_tracking_disabled": _flag,
    "email_click_tracking_disabled": _flag,
    "facebook": _members(_FACEBOOK),
    "twitter": _members(_TWITTER),
}
# Braze: an unknown country is stored as null (country-is-mapped-or-null)
NULLED_FIELDS = frozenset({"country"})
RESERVED = (
    frozenset(FIELDS)
    | IDENTIFIERS
    | CONTROLS
    | {
        "email_subscribe",
        "push_subscribe",
        "subscription_groups",
        "push_tokens",
        "alias_name",
        "alias_label",
    }
)


def set_field(values: dict[str, Any], name: str, value: object) -> bool:
    """Set a field of `FIELDS`; `null` removes it, and what it cannot hold leaves it alone.

    Returns whether the field could hold the value.

    Facts: reserved-fields, null-removes, unfit-values-are-dropped
    """
    stored = None if value is None else FIELDS[name](value)
    if stored is not None:
        values[name] = stored
    elif value is None or name in NULLED_FIELDS:
        values.pop(name, None)
    return stored is not None or value is None
