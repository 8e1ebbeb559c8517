"""Braze's REST surface. Importing a file of an endpoint family puts its rows into the table."""

from mock_braze.rest import (
    deletion,
    email,
    export,
    external_ids,
    identification,
    sms,
    subscription_groups,
    user_aliases,
    user_data,
)

__all__ = [
    "deletion",
    "email",
    "export",
    "external_ids",
    "identification",
    "sms",
    "subscription_groups",
    "user_aliases",
    "user_data",
]
