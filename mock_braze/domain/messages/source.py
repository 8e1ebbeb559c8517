"""Where a message comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageSource:
    """What a message comes from: the journal entry `request`, and the send it belongs to."""

    request: int
    campaign_id: str | None = None
    dispatch_id: str = ""
    send_id: str | None = None
