"""Braze's REST surface. Importing a file of an endpoint family puts its rows into the table."""

from mock_braze.rest import (
    campaigns,
    custom_attributes,
    deletion,
    email,
    events,
    export,
    external_ids,
    identification,
    purchases,
    segment_export,
    segments,
    sms,
    subscription_groups,
    templates,
    user_aliases,
    user_data,
)

__all__ = [
    "campaigns",
    "custom_attributes",
    "deletion",
    "email",
    "events",
    "export",
    "external_ids",
    "identification",
    "purchases",
    "segment_export",
    "segments",
    "sms",
    "subscription_groups",
    "templates",
    "user_aliases",
    "user_data",
]
