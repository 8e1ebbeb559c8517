"""Clients that are found at fault, by names that another process can import."""

from datetime import timedelta

import requests

from quikly_client.settings import BrazeSettings
from scenarios.our_integration import OurIntegration, our_integration


def hasty(braze: BrazeSettings, session: requests.Session, group_id: str) -> OurIntegration:
    """Does not wait for a new profile."""
    return our_integration(braze, session, group_id, creation_wait=timedelta(seconds=1))
