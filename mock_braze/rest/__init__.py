"""Braze's REST surface. Importing a file of an endpoint family puts its rows into the table."""

from mock_braze.rest import export, subscription_groups, user_data

__all__ = ["export", "subscription_groups", "user_data"]
