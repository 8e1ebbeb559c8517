"""`/users/export/ids`: profiles, as Braze writes them out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mock_braze.domain.addresses import stored_email, stored_phone
from mock_braze.domain.dates import write_time
from mock_braze.domain.errors import (
    BadExportField,
    MissingExportFields,
    NoExportIdentifier,
    SeveralExportAddresses,
    TooManyExportIdentifiers,
)
from mock_braze.domain.identity import (
    BrazeId,
    Email,
    ExternalId,
    Identifier,
    Phone,
    UserAlias,
    identifier_text,
    read_alias,
)
from mock_braze.domain.profile import CampaignReceipt, Profile, Tally
from mock_braze.domain.workspace import Found
from mock_braze.rest import bodies, limits
from mock_braze.rest.operations import Call, Reply, operation

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
    fields = _fields(call, members)
    found = call.workspace.find(identifiers)
    listed: dict[str, Any] = {"users": [_user(each, fields) for each in found.profiles]}
    missing = _missing(call, found)
    if missing:
        listed["invalid_user_ids"] = missing
    return bodies.accepted(listed)


def _identifiers(members: Mapping[str, Any]) -> list[Identifier]:
    """Facts: export-no-identifier, export-one-address-identifier, export-identifier-limit"""
    addresses = [
        name for name in ("device_id", "email_address", "phone") if members.get(name) is not None
    ]
    if len(addresses) > 1:
        raise SeveralExportAddresses
    named = [
        *_many(members, "external_ids", _external_id),
        *_many(members, "user_aliases", read_alias),
    ]
    if len(named) > MOST_IDENTIFIERS:
        raise TooManyExportIdentifiers
    single: dict[str, Callable[[str], Identifier]] = {
        "braze_id": BrazeId,
        "email_address": lambda text: Email(stored_email(text)),
        "phone": lambda text: Phone(stored_phone(text)),
    }
    for name, identifier in single.items():
        text = identifier_text(members.get(name))
        if text:
            named.append(identifier(text))
    if not named and members.get("device_id") is None:
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
        if lists_addresses or not isinstance(each, Email | Phone)
    ]


def _fields(call: Call, members: Mapping[str, Any]) -> Sequence[str]:
    """The members to write, in Braze's order; an empty list counts as none.

    Raises:
        MissingExportFields, BadExportField: as the dials say.

    Facts: export-needs-fields, export-unknown-field
    """
    dials = call.workspace.state.dials
    asked = members.get("fields_to_export")
    if asked is None or asked == []:
        if dials.export_fields == "required":
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


def _user(profile: Profile, fields: Iterable[str]) -> dict[str, Any]:
    """A profile's members; one without a value is left out.

    Facts: export-omits-empty-fields, export-recorded-body, group-states-not-exported
    """
    written = ((name, MEMBERS[name](profile)) for name in fields)
    return {
        name: value
        for name, value in written
        if value not in (None, "", {}) and (value != [] or name == "user_aliases")
    }


def _field(name: str) -> Callable[[Profile], Any]:
    return lambda profile: profile.fields.get(name)


def _aliases(profile: Profile) -> list[dict[str, str]]:
    return [
        {"alias_name": each.alias_name, "alias_label": each.alias_label}
        for each in profile.user_aliases.values()
    ]


def _tallies(tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "first": write_time(tally.first),
            "last": write_time(tally.last),
            "count": tally.count,
        }
        for name, tally in tallies.items()
    ]


def _receipt(receipt: CampaignReceipt) -> dict[str, Any]:
    return {
        "name": receipt.name,
        "api_campaign_id": receipt.api_campaign_id,
        "last_received": write_time(receipt.last_received),
        "in_control": receipt.in_control,
        "variation_name": receipt.variation_name,
        "variation_api_id": receipt.variation_api_id,
    }


# Every member that an export can hold, in the order in which Braze writes them.
MEMBERS: Mapping[str, Callable[[Profile], Any]] = {
    "created_at": lambda profile: write_time(profile.created_at),
    "external_id": lambda profile: profile.external_id,
    "user_aliases": _aliases,
    "appboy_id": lambda profile: profile.braze_id,
    "braze_id": lambda profile: profile.braze_id,
    "first_name": _field("first_name"),
    "last_name": _field("last_name"),
    "random_bucket": lambda profile: profile.random_bucket,
    "email": lambda profile: profile.email,
    "dob": _field("dob"),
    "home_city": _field("home_city"),
    "country": _field("country"),
    "phone": lambda profile: profile.phone,
    "language": _field("language"),
    "time_zone": _field("time_zone"),
    "gender": _field("gender"),
    "custom_attributes": lambda profile: profile.custom_attributes,
    "custom_events": lambda profile: _tallies(profile.custom_events),
    "purchases": lambda profile: _tallies(profile.purchases),
    "total_revenue": lambda profile: profile.total_revenue,
    "push_subscribe": lambda profile: profile.push_subscribe,
    "email_subscribe": lambda profile: profile.email_subscribe,
    "campaigns_received": lambda profile: [_receipt(each) for each in profile.campaigns_received],
}
# Documented names for which this fake holds nothing, so that they are always left out.
FIELDS_WITHOUT_A_VALUE = frozenset(
    {
        "uninstalled_at",
        "last_coordinates",
        "attributed_campaign",
        "attributed_source",
        "attributed_adgroup",
        "attributed_ad",
        "apps",
        "devices",
        "push_tokens",
        "canvases_received",
        "cards_clicked",
    }
)
