"""A profile as exports write it out: plain members, one without a value left out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.dates import in_wire_form, write_time
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.users.profile import CampaignReceipt, CanvasReceipt, Profile, Tally
from mock_braze.domain.users.push_tokens import PushToken

SUMMARISED = timedelta(days=90)


def exported_user(
    profile: Profile, fields: Iterable[str], now: datetime, dials: Dials
) -> dict[str, Any]:
    """A profile's members; one without a value is left out.

    Facts: export-omits-empty-fields, export-recorded-body, group-states-not-exported
    """
    written = ((name, _written(profile, name, now, dials)) for name in fields)
    return {
        name: value
        for name, value in written
        if value not in (None, "", {}) and (value != [] or name == "user_aliases")
    }


def _written(profile: Profile, name: str, now: datetime, dials: Dials) -> Any:
    """Facts: export-created-at-in-print"""
    if name in TALLIED:
        return _tallies(getattr(profile, name), now, dials)
    if name == "created_at" and dials.created_at_form == "printed":
        return write_time(profile.created_at).replace("T", " ").replace("Z", " UTC")
    return MEMBERS[name](profile)


def _field(name: str) -> Callable[[Profile], Any]:
    return lambda profile: profile.fields.get(name)


def _aliases(profile: Profile) -> list[dict[str, str]]:
    return [
        {"alias_name": each.alias_name, "alias_label": each.alias_label}
        for each in profile.user_aliases.values()
    ]


def _coordinates(profile: Profile) -> list[float]:
    """Facts: export-last-coordinates"""
    location = profile.fields.get("current_location")
    return [] if location is None else [location["longitude"], location["latitude"]]


def _custom_attributes(profile: Profile) -> dict[str, Any]:
    """Facts: text-that-is-a-date"""
    return {name: in_wire_form(value) for name, value in profile.custom_attributes.items()}


def _push_token(token: PushToken) -> dict[str, Any]:
    """Facts: export-push-tokens"""
    named = {"app": token.app_id, "token": token.token}
    device = {} if token.device_id is None else {"device_id": token.device_id}
    return {**named, **device, "notifications_enabled": True}


def _tallies(tallies: Mapping[str, Tally], now: datetime, dials: Dials) -> list[dict[str, Any]]:
    """What happened in the last 90 days.

    Facts: export-summarises-events, export-figures-of-events
    """
    since = now - SUMMARISED
    recent = {name: tally.since(since) for name, tally in tallies.items() if tally.last >= since}
    chosen = tallies if dials.export_tallies == "whole" else recent
    return [
        {
            "name": name,
            "first": write_time(chosen[name].first),
            "last": write_time(chosen[name].last),
            "count": chosen[name].count,
        }
        for name in recent
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


def _canvas_receipt(receipt: CanvasReceipt) -> dict[str, Any]:
    """Facts: export-canvases-received"""
    moments = {
        "last_received_message": receipt.last_received_message,
        "last_entered": receipt.last_entered,
        "last_exited": receipt.last_exited,
    }
    return {
        "name": receipt.name,
        "api_canvas_id": receipt.api_canvas_id,
        **{name: None if at is None else write_time(at) for name, at in moments.items()},
        "in_control": receipt.in_control,
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
    "last_coordinates": _coordinates,
    "gender": _field("gender"),
    "custom_attributes": _custom_attributes,
    "custom_events": lambda profile: profile.custom_events,
    "purchases": lambda profile: profile.purchases,
    "total_revenue": lambda profile: profile.total_revenue,
    "push_subscribe": lambda profile: profile.push_subscribe,
    "email_subscribe": lambda profile: profile.email_subscribe,
    "push_tokens": lambda profile: [_push_token(each) for each in profile.push_tokens],
    "campaigns_received": lambda profile: [_receipt(each) for each in profile.campaigns_received],
    "canvases_received": lambda profile: [
        _canvas_receipt(each) for each in profile.canvases_received
    ],
}
# Members that tell of the last 90 days only.
TALLIED = frozenset({"custom_events", "purchases"})
# Documented names for which this fake holds nothing, so that they are always left out.
FIELDS_WITHOUT_A_VALUE = frozenset(
    {
        "uninstalled_at",
        "attributed_campaign",
        "attributed_source",
        "attributed_adgroup",
        "attributed_ad",
        "apps",
        "devices",
        "cards_clicked",
    }
)
