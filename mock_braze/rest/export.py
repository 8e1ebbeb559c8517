"""`/users/export/ids`: profiles, as Braze writes them out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mock_braze.domain.errors import (
    BadExportField,
    MissingExportFields,
    NoExportIdentifier,
    SeveralExportAddresses,
    TooManyExportIdentifiers,
)
from mock_braze.domain.users.addresses import stored_email, stored_phone
from mock_braze.domain.users.exported_user import FIELDS_WITHOUT_A_VALUE, MEMBERS, exported_user
from mock_braze.domain.users.identity import (
    BrazeId,
    DeviceId,
    Email,
    ExternalId,
    Identifier,
    Phone,
    UserAlias,
    identifier_text,
    read_alias,
)
from mock_braze.domain.workspace import Found
from mock_braze.rest import bodies, limits
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

MOST_IDENTIFIERS = 50
REQUEST_MEMBERS = frozenset(
    {
        "external_ids",
        "user_aliases",
        "device_id",
        "braze_id",
        "email_address",
        "phone",
        "fields_to_export",
    }
)


@operation("POST", "/users/export/ids", permission="users.export.ids", family=limits.export)
def export_ids(call: Call) -> Reply:
    """The readable profiles behind up to 50 identifiers.

    Facts: export-answers-201, export-nobody-found, export-invalid-user-ids,
        unknown-members-ignored
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, REQUEST_MEMBERS, call.number)
    identifiers = _identifiers(members)
    is_needed = call.workspace.state.dials.export_fields == "required"
    fields = asked_fields(call, members, is_needed=is_needed)
    found = call.workspace.find(identifiers)
    now, dials = call.workspace.clock.now(), call.workspace.state.dials
    listed: dict[str, Any] = {
        "users": [exported_user(each, fields, now, dials) for each in found.profiles]
    }
    missing = _missing(call, found)
    if missing:
        listed["invalid_user_ids"] = missing
    return bodies.accepted(listed)


def _identifiers(members: Mapping[str, Any]) -> list[Identifier | DeviceId]:
    """Facts: export-no-identifier, export-one-address-identifier, export-identifier-limit,
    export-by-device
    """
    addresses = [
        name for name in ("device_id", "email_address", "phone") if members.get(name) is not None
    ]
    if len(addresses) > 1:
        raise SeveralExportAddresses
    named: list[Identifier | DeviceId] = [
        *_many(members, "external_ids", _external_id),
        *_many(members, "user_aliases", read_alias),
    ]
    if len(named) > MOST_IDENTIFIERS:
        raise TooManyExportIdentifiers
    single: dict[str, Callable[[str], Identifier | DeviceId]] = {
        "braze_id": BrazeId,
        "device_id": DeviceId,
        # Inferred: a look-up takes an address in any form that is stored alike
        # (export-email-case, export-phone-without-plus)
        "email_address": lambda text: Email(stored_email(text)),
        "phone": lambda text: Phone(stored_phone(text)),
    }
    for name, identifier in single.items():
        text = identifier_text(members.get(name))
        if text:
            named.append(identifier(text))
    if not named:
        raise NoExportIdentifier
    return named


def _external_id(value: object) -> ExternalId | None:
    text = identifier_text(value)
    return ExternalId(text) if text else None


def _many(
    members: Mapping[str, Any], name: str, read: Callable[[object], Identifier | None]
) -> list[Identifier]:
    """The identifiers in an array; one alone may stand without the array."""
    value = members.get(name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [identifier for item in items if (identifier := read(item)) is not None]


def _missing(call: Call, found: Found) -> list[str]:
    """Facts: export-invalid-user-ids, export-nobody-found"""
    lists_addresses = call.workspace.state.dials.nobody_found == "listed"
    return [
        each.alias_name if isinstance(each, UserAlias) else each.value
        for each in found.missing
        if lists_addresses or not isinstance(each, Email | Phone | DeviceId)
    ]


def asked_fields(call: Call, members: Mapping[str, Any], *, is_needed: bool) -> Sequence[str]:
    """The members to write, in Braze's order; an empty list counts as none.

    Raises:
        MissingExportFields, BadExportField: as the dials say.

    Facts: export-needs-fields, export-unknown-field
    """
    dials = call.workspace.state.dials
    asked = members.get("fields_to_export")
    if asked is None or asked == []:
        if is_needed:
            raise MissingExportFields
        return list(MEMBERS)
    if not isinstance(asked, list):
        raise BadExportField
    known = set(MEMBERS) | FIELDS_WITHOUT_A_VALUE
    if dials.unknown_export_field == "refused" and not all(
        isinstance(name, str) and name in known for name in asked
    ):
        raise BadExportField
    return [name for name in MEMBERS if name in asked]
