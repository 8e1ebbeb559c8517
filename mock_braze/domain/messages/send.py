"""Send: what one call of a send endpoint has go out, to whom, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_braze.domain.campaigns.campaign import Kind
from mock_braze.domain.messages.message import Message
from mock_braze.domain.messages.recipients import Recipient
from mock_braze.domain.messages.source import MessageSource


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a send is for: some recipients, or everybody (`is_broadcast`), in either case only
    those in the segment and the connected audience, if there are any.

    `audience` stays as it was sent, so that it is read at the moment of the send.

    Facts: broadcast-is-needed, send-to-users-in-a-segment
    """

    recipients: tuple[Recipient, ...] = ()
    is_broadcast: bool = False
    segment_id: str | None = None
    audience: Any = None


@dataclass(frozen=True, slots=True)
class ApiMessages:
    """Messages that a call brings itself. `push` names those channels that go nowhere here."""

    messages: tuple[Message, ...]
    push: tuple[str, ...] = ()
    recipient_state: str = "subscribed"


@dataclass(frozen=True, slots=True)
class ApiTriggering:
    """A campaign or Canvas that a call triggers, with properties for everybody.

    Facts: trigger-properties, canvas-context
    """

    kind: Kind
    campaign_id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


SendContent = ApiMessages | ApiTriggering


@dataclass(frozen=True, slots=True)
class Send:
    """One send: its content, whom it is for, and where it comes from."""

    content: SendContent
    reach: Reach
    source: MessageSource


@dataclass(frozen=True, slots=True)
class Timing:
    """When a send goes out. In local time, `at` is what a person's own clock shows then, written
    as if it were UTC.

    Facts: schedule-object
    """

    at: datetime
    in_local_time: bool = False


@dataclass(slots=True)
class PlannedSend:
    """A send that waits; each change makes another `version` of it.

    `reached` are the braze_ids of those whose local time has come.
    """

    send: Send
    timing: Timing
    version: int = 1
    reached: set[str] = field(default_factory=set)
