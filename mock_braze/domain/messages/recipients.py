"""Recipients: whom a send names, and who of them is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_braze.domain.errors import TooManyRecipientObjects, TooManyRecipients
from mock_braze.domain.tracking.item_faults import BadItem
from mock_braze.domain.users.identity import (
    BrazeId,
    Email,
    UserAlias,
    identifier_text,
    read_alias,
    read_external_id,
)
from mock_braze.domain.users.prioritization import Target, read_email

MOST_RECIPIENTS = 50
IDENTIFIERS = ("external_user_id", "user_alias", "braze_id", "email")
# The members of a recipient, without those that hold its properties.
RECIPIENT_MEMBERS = frozenset(
    {*IDENTIFIERS, "prioritization", "send_to_existing_only", "attributes"}
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person that a send names. `attributes` are written before the send, on a new profile if
    `may_create` and there is none.

    Facts: recipient-attributes
    """

    target: Target
    properties: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] | None = None
    may_create: bool = False

    @property
    def is_by_email(self) -> bool:
        return isinstance(self.target.identifier, Email)


@dataclass(frozen=True, slots=True)
class NamedRecipients:
    """The recipients of a request that can be read, and how those look that cannot."""

    recipients: tuple[Recipient, ...]
    unreadable: tuple[str, ...]


def named_users(external_user_ids: object, user_aliases: object) -> NamedRecipients:
    """The users of `/messages/send`.

    Raises:
        TooManyRecipients: more than 50.

    Facts: integer-external-user-ids, recipient-limits
    """
    told = [*_array(external_user_ids), *_array(user_aliases)]
    if len(told) > MOST_RECIPIENTS:
        raise TooManyRecipients
    read = [(_named_user(each), each) for each in told]
    return _gathered(read)


def _named_user(told: object) -> Recipient | None:
    named = read_alias(told) if isinstance(told, Mapping) else read_external_id(told)
    return None if named is None else Recipient(Target(named))


def read_recipients(told: object, properties: Sequence[str]) -> NamedRecipients:
    """The `recipients` of a trigger; their own properties are under one of some names.

    Raises:
        TooManyRecipientObjects: more than 50.

    Facts: recipient-identifiers, recipient-limits
    """
    items = _array(told)
    if len(items) > MOST_RECIPIENTS:
        raise TooManyRecipientObjects
    return _gathered([(_recipient(each, properties), each) for each in items])


def _recipient(told: object, names: Sequence[str]) -> Recipient | None:
    target = _target(told)
    if target is None or not isinstance(told, Mapping):
        return None
    attributes = told.get("attributes")
    attributes = attributes if isinstance(attributes, Mapping) else None
    # Braze: an alias never makes a profile (recipient-attributes)
    may_create = told.get("send_to_existing_only") is False and attributes is not None
    may_create = may_create and not isinstance(target.identifier, UserAlias | BrazeId)
    return Recipient(target, properties_in(told, names), attributes, may_create)


def properties_in(told: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """The object under the first of some names that is there."""
    found = (told[name] for name in names if isinstance(told.get(name), Mapping))
    return next(found, {})


def _target(told: object) -> Target | None:
    """The one person that a recipient means, or None."""
    if not isinstance(told, Mapping):
        return None
    given = [name for name in IDENTIFIERS if told.get(name) is not None]
    if len(given) != 1:
        return None
    (name,) = given
    if name == "email":
        return _by_email(told)
    value = told[name]
    match name:
        case "external_user_id":
            named: Any = read_external_id(value)
        case "user_alias":
            named = read_alias(value)
        case _:
            text = identifier_text(value)
            named = BrazeId(text) if text else None
    return None if named is None else Target(named)


def _by_email(told: Mapping[str, Any]) -> Target | None:
    """Facts: recipient-by-email"""
    try:
        return read_email(told)
    except BadItem:
        return None


def _gathered(read: Sequence[tuple[Recipient | None, object]]) -> NamedRecipients:
    """Each person once: what was told last counts.

    Facts: recipient-named-twice
    """
    by_target = {each.target.identifier: each for each, _ in read if each is not None}
    return NamedRecipients(
        tuple(by_target.values()), tuple(f"{told!r:.100}" for each, told in read if each is None)
    )


def _array(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
