"""Content Blocks and email templates, as lists show them."""

from dataclasses import dataclass, field
from datetime import datetime


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
    """What else a workspace's dashboard holds, by ID."""

    content_blocks: dict[str, ListedContentBlock] = field(default_factory=dict)
    email_templates: dict[str, ListedEmailTemplate] = field(default_factory=dict)
