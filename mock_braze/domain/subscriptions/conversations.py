"""Conversations: double opt-ins that wait for an answer, by group and number."""

from dataclasses import dataclass, field
from datetime import datetime

from mock_braze.domain.users.addresses import Address

Party = tuple[str, Address]  # a group's ID and a phone number


@dataclass(slots=True)
class Conversation:
    """A double opt-in that was begun: it waits for its confirmation, or did so in vain."""

    expires_at: datetime
    is_expired: bool = False


@dataclass(slots=True)
class Conversations:
    """Those begun and not ended, and when a request last had a number prompted."""

    begun: dict[Party, Conversation] = field(default_factory=dict)
    last_prompts: dict[Party, datetime] = field(default_factory=dict)

    def is_pending(self, party: Party) -> bool:
        conversation = self.begun.get(party)
        return conversation is not None and not conversation.is_expired

    def has_expired(self, party: Party) -> bool:
        conversation = self.begun.get(party)
        return conversation is not None and conversation.is_expired
