"""What a template can see of a profile, and of the occasion for which a message is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from mock_braze.domain.dates import in_wire_form
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.source import PROFILE
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.subscription import state_in
from mock_braze.domain.users.profile import Profile


def _field(name: str) -> Callable[[Profile], Any]:
    return lambda profile: profile.fields.get(name)


# Each standard attribute by its name in Liquid.
STANDARD: Mapping[str, Callable[[Profile], Any]] = {
    "email_address": lambda profile: profile.email,
    "phone_number": lambda profile: profile.phone,
    "first_name": _field("first_name"),
    "last_name": _field("last_name"),
    "city": _field("home_city"),
    "country": _field("country"),
    "gender": _field("gender"),
    "language": _field("language"),
    "time_zone": _field("time_zone"),
    "date_of_birth": _field("dob"),
    "user_id": lambda profile: profile.external_id,
    "braze_id": lambda profile: profile.braze_id,
    "random_bucket_number": lambda profile: profile.random_bucket,
}


def scope_of(state: State, profile: Profile, occasion: Occasion) -> dict[str, Any]:
    """Everything a template can see of a profile, as plain values.

    Facts: liquid-standard-attributes, liquid-subscribed-state, liquid-custom-attributes
    """
    groups = state.subscriptions.groups.values()
    states = {each.id: state_in(state.subscriptions, each, profile) for each in groups}
    return scope(
        {name: read(profile) for name, read in STANDARD.items()},
        {name: in_wire_form(value) for name, value in profile.custom_attributes.items()},
        {"email_global": profile.email_subscribe, **states},
        occasion,
    )


def scope(
    standard: Mapping[str, Any],
    custom_attributes: Mapping[str, Any],
    subscribed_state: Mapping[str, Any],
    occasion: Occasion,
) -> dict[str, Any]:
    """The same of somebody who need not have a profile."""
    return {
        PROFILE: standard,
        "custom_attribute": custom_attributes,
        "subscribed_state": subscribed_state,
        "event_properties": occasion.event_properties,
        "api_trigger_properties": occasion.api_trigger_properties,
        "context": occasion.context,
        "canvas_entry_properties": occasion.context,
        "campaign": occasion.campaign,
        "sms": {"inbound_message_body": occasion.inbound_message_body},
    }
