"""The bodies of Quikly's calls, as pure functions of what they say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from quikly_client.profiles import IdentifierKind, ProfileReference
from quikly_client.results import SubscriptionState, UserAlias

Payload = dict[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})

# Always named: newer accounts refuse an export that does not say what it wants, and without
# the campaign and Canvas fields the call has a higher rate limit (export-needs-fields).
FIELDS_TO_EXPORT = ("external_id", "braze_id", "user_aliases", "email", "phone", "created_at")


# Who somebody is, how to reach them, and what they opted in to.
OURS = frozenset(
    {
        "_update_existing_only",
        "external_id",
        "user_alias",
        "braze_id",
        "email",
        "phone",
        "subscription_groups",
    }
)


def track(
    attributes: Sequence[Mapping[str, Any]] = (), events: Sequence[Mapping[str, Any]] = ()
) -> Payload:
    """The body of `/users/track`; an array without objects is left out."""
    body: Payload = {}
    if attributes:
        body["attributes"] = list(attributes)
    if events:
        body["events"] = list(events)
    return body


def new_profile(
    alias: UserAlias,
    *,
    email: str,
    phone: str | None,
    marks: Mapping[str, str],
    further: Mapping[str, Any] = NOTHING,
) -> Payload:
    """An attributes object that makes an alias-only profile, or updates it when it is there.

    `marks` are values to add to array attributes: a set of them, so that repeating is harmless.
    `further` are attributes that the brand asked for, of which none touches what is ours to say.

    Facts: alias-needs-update-only-false, repeated-alias-creation-updates, array-values-are-unique
    """
    payload: Payload = {
        **_harmless(further),
        "_update_existing_only": False,
        "user_alias": _alias(alias),
        "email": email,
    }
    if phone is not None:
        # Without it a state set by phone stays an orphan (page-samples-lack-the-phone).
        payload["phone"] = phone
    return payload | _additions(marks)


def existing_profile(
    profile: ProfileReference,
    *,
    marks: Mapping[str, str] = NOTHING,
    phone: str | None = None,
    further: Mapping[str, Any] = NOTHING,
) -> Payload:
    """An attributes object that changes a profile that is there and never makes one.

    Facts: update-existing-only, one-primary-identifier-per-object, array-values-are-unique
    """
    payload: Payload = {**_harmless(further), "_update_existing_only": True} | identifier(profile)
    if phone is not None:
        payload["phone"] = phone
    return payload | _additions(marks)


def custom_event(
    profile: ProfileReference, name: str, time: datetime, properties: Mapping[str, Any]
) -> Payload:
    """An event object of a profile that is there; `time` is when it happened.

    Where the brand has deleted the customer meanwhile, it makes no new one.

    Facts: update-existing-only, event-object, accepted-date-forms
    """
    return {
        "_update_existing_only": True,
        **identifier(profile),
        "name": name,
        "time": time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "properties": dict(properties),
    }


def export_by_email(email: str) -> Payload:
    """The body of `/users/export/ids`; the member is `email_address`, not `email`.

    Facts: export-needs-fields, export-address-returns-all
    """
    return {"email_address": email, "fields_to_export": list(FIELDS_TO_EXPORT)}


def export_by_alias(alias: UserAlias) -> Payload:
    """The body of `/users/export/ids` that asks who carries `alias`.

    Facts: export-needs-fields, alias-pair-is-unique
    """
    return {"user_aliases": [_alias(alias)], "fields_to_export": list(FIELDS_TO_EXPORT)}


def subscription_state(group_id: str, phone: str) -> dict[str, str]:
    """The query of `/subscription/status/get`."""
    return {"subscription_group_id": group_id, "phone": phone}


def subscription_change(group_id: str, state: SubscriptionState, phone: str) -> Payload:
    """The body of `/subscription/status/set`; the member is `subscription_state`.

    Facts: state-hangs-on-the-address
    """
    return {
        "subscription_group_id": group_id,
        "subscription_state": state.value,
        "phone": phone,
    }


def identifier(profile: ProfileReference) -> Payload:
    """The one member that points at `profile`."""
    if profile.kind is IdentifierKind.USER_ALIAS:
        return {"user_alias": _alias(UserAlias(profile.value, profile.alias_label or ""))}
    return {profile.kind.value: profile.value}


def _alias(alias: UserAlias) -> Payload:
    return {"alias_name": alias.alias_name, "alias_label": alias.alias_label}


def _harmless(further: Mapping[str, Any]) -> Payload:
    return {name: value for name, value in further.items() if name not in OURS}


def _additions(marks: Mapping[str, str]) -> Payload:
    return {name: {"add": [value]} for name, value in marks.items()}
