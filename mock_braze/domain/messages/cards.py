"""Content Cards: those that people have, and those that wait for somebody's first impression."""

from dataclasses import dataclass, field
from datetime import datetime

from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.message import ContentCardMessage
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.segments.filters import Filter


@dataclass(slots=True)
class ContentCard:
    """A card as it was made for one person; `number` is the journal entry of its making.

    It has expired at `expires_at`; `removed_at` and `removed_by` tell what took it away before.

    Facts: content-card-is-a-snapshot, content-card-expiry
    """

    number: int
    made_at: datetime
    message: ContentCardMessage
    source: MessageSource
    expires_at: datetime | None
    removed_at: datetime | None = None
    removed_by: str = ""

    def is_shown(self, now: datetime) -> bool:
        """Whether the person would see it."""
        return self.removed_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class AwaitedCard:
    """A card that is launched and made when somebody first sees it.

    Facts: content-card-creation
    """

    message: ContentCardMessage
    occasion: Occasion
    source: MessageSource
    launched_at: datetime

    @property
    def expires_at(self) -> datetime | None:
        """Facts: content-card-expiry"""
        span, end = self.message.expires_after, self.message.expires_at
        return end if span is None else self.launched_at + span


@dataclass(slots=True)
class StandingCard:
    """An awaited card for everybody who is in the audience when a session starts.

    `made_for` holds the braze_ids of those who have had it.
    """

    card: AwaitedCard
    audience: Filter | None
    made_for: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class ContentCards:
    """All cards of a workspace, by braze_id where they are somebody's."""

    by_profile: dict[str, list[ContentCard]] = field(default_factory=dict)
    awaited: dict[str, list[AwaitedCard]] = field(default_factory=dict)
    standing: list[StandingCard] = field(default_factory=list)
