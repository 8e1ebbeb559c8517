"""Clients that are found at fault, by names that another process can import."""

from datetime import datetime, timedelta

import requests

from quikly_client.ledger import Credit
from quikly_client.settings import BrazeSettings
from scenarios.our_integration import OurIntegration, our_integration


def hasty(braze: BrazeSettings, session: requests.Session, group_id: str) -> OurIntegration:
    """Does not wait for a new profile."""
    return our_integration(braze, session, group_id, creation_wait=timedelta(seconds=1))


class Unfinished:
    """Has half of what an integration needs."""

    def participate(self, *_: object) -> bool:
        return True

    def credits(self) -> list[object]:
        return []


def unfinished(*_: object) -> Unfinished:
    return Unfinished()


def without_settings(*_: object) -> None:
    raise RuntimeError("no settings")


class _Failing(OurIntegration):
    def run_due(self, now: datetime) -> int:
        raise KeyError("users", now.year)


def failing(braze: BrazeSettings, session: requests.Session, group_id: str) -> OurIntegration:
    """Raises as soon as somebody takes part."""
    integration = our_integration(braze, session, group_id)
    integration.__class__ = _Failing
    return integration


class _Silent(OurIntegration):
    def credits(self) -> list[Credit]:
        raise KeyError("credits")


def silent(braze: BrazeSettings, session: requests.Session, group_id: str) -> OurIntegration:
    """Raises when it is asked whom it has credited."""
    integration = our_integration(braze, session, group_id)
    integration.__class__ = _Silent
    return integration
