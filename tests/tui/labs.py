"""Labs as the window's tests need them."""

from datetime import timedelta

import requests

from quikly_client.braze import BrazeClient
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.agreed import START
from scenarios.integration import Integration, MakeIntegration
from scenarios.lab import Lab, in_process_lab
from scenarios.our_integration import our_integration

ANA = "ana.lopez@example.com"
BEN = "ben.young@example.com"
BENS_PHONE = "+13135550123"
MARIA = "maria.keller@example.com"


def a_participant(
    email: str = ANA, phone: str | None = None, activation: str = "spring-drop", after: int = 0
) -> Participant:
    """Somebody who consents `after` so many seconds."""
    return Participant(1, email, phone, activation, START + timedelta(seconds=after))


def a_lab(*participants: Participant, make_integration: MakeIntegration = our_integration) -> Lab:
    lab = in_process_lab(make_integration=make_integration)
    lab.expect(participants)
    return lab


def a_busy_lab() -> Lab:
    """Ana by email, Ben by SMS a minute later, and a customer whose other number is on file."""
    lab = in_process_lab()
    lab.brand.track([{"external_id": "crm-1", "email": MARIA, "phone": "+13135550199"}])
    lab.move_to(START + timedelta(minutes=10))
    lab.expect(
        [
            a_participant(ANA, after=600),
            a_participant(BEN, BENS_PHONE, after=660),
            a_participant(MARIA, "+13135550111", after=720),
        ]
    )
    return lab


def hasty_integration(
    braze: BrazeSettings, session: requests.Session, group_id: str
) -> Integration:
    """Ours, but it gives Braze no time to finish a profile."""
    client = BrazeClient(Transport(braze, session))
    settings = JourneySettings(group_id, creation_wait=timedelta(seconds=3))
    return Worker(MemoryStore(), client, settings)


def requests_of(lab: Lab) -> int:
    """How many requests the integration has made."""
    return len(lab.evidence().requests)
