"""The ways a request points at a profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.users.addresses import (
    is_valid_email,
    is_valid_phone,
    stored_email,
    stored_phone,
)
from mock_braze.domain.users.push_tokens import PushToken

EXTERNAL_ID_BYTES = 987
ALIAS_BYTES = 236
PRIMARY = ("external_id", "user_alias", "braze_id")


@dataclass(frozen=True, slots=True)
class UserAlias:
    """A second name for a profile; a profile has at most one name per label.

    Facts: alias-limits, alias-pair-is-unique
    """

    alias_name: str
    alias_label: str


@dataclass(frozen=True, slots=True)
class ExternalId:
    """The customer's own name for a profile."""

    value: str


@dataclass(frozen=True, slots=True)
class BrazeId:
    """Braze's name for a profile."""

    value: str


@dataclass(frozen=True, slots=True)
class Email:
    """A profile's address, in stored form; several profiles may carry it."""

    value: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A profile's number, in stored form; several profiles may carry it."""

    value: str


@dataclass(frozen=True, slots=True)
class DeviceId:
    """A device that some profile has a push token on; only exports ask for profiles by it.

    Facts: export-by-device
    """

    value: str


Identifier = ExternalId | UserAlias | BrazeId | Email | Phone


def kind_of(identifier: Identifier | PushToken) -> str:
    """The name of an identifier on the wire."""
    match identifier:
        case ExternalId():
            return "external_id"
        case UserAlias():
            return "user_alias"
        case BrazeId():
            return "braze_id"
        case Email():
            return "email"
        case Phone():
            return "phone"
        case PushToken():
            return "push_token"


def written(identifier: Identifier | PushToken) -> str:
    """An identifier as one text; an alias as the dashboard's search takes it."""
    if isinstance(identifier, UserAlias):
        return f"{identifier.alias_label}:{identifier.alias_name}"
    return identifier.token if isinstance(identifier, PushToken) else identifier.value


def identifier_of(item: Mapping[str, Any]) -> Identifier:
    """The one identifier by which a `/users/track` object finds its profile.

    Raises:
        BadObject: none, two primary ones, or one of a wrong form.

    Facts: identifier-required, one-primary-identifier-per-object, email-beats-phone-as-identifier,
        email-and-phone-look-up-only-without-primary
    """
    primary = ""
    for name in PRIMARY:
        if item.get(name) is not None:
            if primary:
                raise BadObject(ObjectFault.TWO_PRIMARY_IDENTIFIERS)
            primary = name
    if primary:
        return _primary(primary, item[primary])
    if item.get("email") is not None:
        return Email(_checked_email(item["email"]))
    if item.get("phone") is not None:
        return Phone(_checked_phone(item["phone"]))
    raise BadObject(ObjectFault.IDENTIFIER_REQUIRED)


def _primary(name: str, value: object) -> Identifier:
    if name == "user_alias":
        alias = read_alias(value)
        if alias is None:
            raise BadObject(ObjectFault.BAD_USER_ALIAS)
        return alias
    text = identifier_text(value)
    if not text:
        raise BadObject(ObjectFault.IDENTIFIER_REQUIRED)
    if name == "external_id" and len(text.encode()) > EXTERNAL_ID_BYTES:
        raise BadObject(ObjectFault.EXTERNAL_USER_ID_TOO_LARGE)
    return ExternalId(text) if name == "external_id" else BrazeId(text)


def identifier_text(value: object) -> str:
    """An ID as text; integers are accepted, anything else is no ID and gives "".

    Facts: integer-ids-become-strings
    """
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def read_external_id(value: object) -> ExternalId | None:
    """An external ID of a length Braze takes, or None.

    Facts: integer-ids-become-strings, external-id-limit
    """
    text = identifier_text(value)
    return ExternalId(text) if 0 < len(text.encode()) <= EXTERNAL_ID_BYTES else None


def read_alias(value: object) -> UserAlias | None:
    """The alias in `{"alias_name": …, "alias_label": …}`, or None if it is not one.

    Facts: alias-limits
    """
    if not isinstance(value, Mapping):
        return None
    name, label = value.get("alias_name"), value.get("alias_label")
    if not (_is_alias_part(name) and _is_alias_part(label)):
        return None
    return UserAlias(str(name), str(label))


def _is_alias_part(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text.encode()) <= ALIAS_BYTES


def _checked_email(value: object) -> str:
    if not is_valid_email(value):
        raise BadObject(ObjectFault.EMAIL_BAD_FORMAT)
    return stored_email(str(value))


def _checked_phone(value: object) -> str:
    stored = stored_phone(value) if isinstance(value, str) else ""
    if not is_valid_phone(stored):
        raise BadObject(ObjectFault.BAD_PHONE_IDENTIFIER)
    return stored
