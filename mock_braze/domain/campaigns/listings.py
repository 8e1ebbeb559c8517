"""Campaigns, Canvases, Content Blocks and email templates, as lists and details show them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign or, with the same members, a Canvas."""

    id: str
    name: str
    created_at: datetime
    last_edited: datetime
    description: str = ""
    tags: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    archived: bool = False
    draft: bool = False
    enabled: bool = True
    is_api_campaign: bool = False
    schedule_type: str = "action_based"
    channels: tuple[str, ...] = ()
    first_sent: datetime | None = None
    last_sent: datetime | None = None
    next_send_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedContentBlock:
    """A piece of text that messages include by its tag."""

    id: str
    name: str
    created_at: datetime
    last_edited: datetime
    content_type: str = "html"
    inclusion_count: int = 0
    tags: tuple[str, ...] = ()

    @property
    def liquid_tag(self) -> str:
        return f"{{{{content_blocks.${{{self.name}}}}}}}"


@dataclass(frozen=True, slots=True)
class ListedEmailTemplate:
    """A template of the HTML editor."""

    id: str
    name: str
    created_at: datetime
    last_edited: datetime
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Listings:
    """What a workspace's dashboard holds, by ID."""

    campaigns: dict[str, ListedCampaign] = field(default_factory=dict)
    canvases: dict[str, ListedCampaign] = field(default_factory=dict)
    content_blocks: dict[str, ListedContentBlock] = field(default_factory=dict)
    email_templates: dict[str, ListedEmailTemplate] = field(default_factory=dict)

    def scheduled(self, after: datetime, until: datetime) -> Iterator[tuple[str, ListedCampaign]]:
        """Campaigns and Canvases that go out between two moments, with what each is.

        Facts: scheduled-broadcasts
        """
        for kind, listed in (("Campaign", self.campaigns), ("Canvas", self.canvases)):
            for each in listed.values():
                at = each.next_send_time
                if at is not None and after <= at <= until and not (each.archived or each.draft):
                    yield kind, each
