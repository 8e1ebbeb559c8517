"""What tests of messages share: a person who can be reached, and a send of something to them."""

from typing import Any

from worlds import EMAIL, PHONE, SMS_GROUP, a_workspace, profile, set_state, tracked

from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.message import (
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
)
from mock_braze.domain.messages.sending import Sent, send_message
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.workspace import Workspace

SOURCE = MessageSource(7, "c-1", "d" * 32)
BODY = "Hi {{${first_name}}}"
SMS = SmsMessage(SMS_GROUP, BODY)
EMAIL_MESSAGE = EmailMessage("offers@brand.com", "To {{${first_name}}}", BODY)
WEBHOOK = WebhookMessage("https://example.com", pairs=(("hi", BODY),))
CARD = ContentCardMessage("To {{${first_name}}}", BODY)


def a_reachable_person(**dials: Any) -> Workspace:
    """Anna, subscribed to texts and mail."""
    workspace = a_workspace(**dials)
    anna = {"external_id": "anna", "email": EMAIL, "phone": PHONE, "first_name": "Anna"}
    tracked(workspace, anna)
    set_state(workspace, Address(AddressKind.PHONE, PHONE))
    return workspace


def send(
    workspace: Workspace,
    message: Message,
    *,
    to: str = "anna",
    occasion: Occasion | None = None,
    source: MessageSource = SOURCE,
    **how: Any,
) -> Sent:
    now = workspace.clock.now()
    person = profile(workspace, to)
    return send_message(
        workspace.state, message, person, occasion or Occasion(), now, source, **how
    )
