"""Double opt-in: who has been asked to confirm, for how long that counts, and every text sent."""

from dataclasses import dataclass, field

from scenarios.model.subscription_groups import Group
from scenarios.model.unknowns import Unknowns

DAY = 24 * 3600
WINDOW = 30 * DAY
BETWEEN_PROMPTS = DAY
START_OF_DAY = 9 * 3600  # the model begins at 9 in the morning


@dataclass(slots=True)
class Conversation:
    """Of a number with a group; `prompted_by_api` is the last prompt without an inbound text."""

    pending_since: int | None = None
    prompted_by_api: int | None = None


@dataclass(slots=True)
class Conversations:
    """All of them, and what was sent: group, phone and the kind of text."""

    unknowns: Unknowns
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    _all: dict[tuple[str, str], Conversation] = field(default_factory=dict)

    def is_pending(self, group: Group, phone: str, now: int) -> bool:
        since = self._of(group, phone).pending_since
        return since is not None and now < since + WINDOW

    def prompt(self, group: Group, phone: str, now: int) -> None:
        """Facts: double-opt-in-window-start, prompts-may-be-lost-or-late"""
        from_first = self.unknowns.confirmation_window_from == "first_prompt"
        if not (from_first and self.is_pending(group, phone, now)):
            self._of(group, phone).pending_since = now
        if self.unknowns.prompt_delivery == "sent":
            self.send(group, phone, "prompt")

    def prompt_by_api(self, group: Group, phone: str, now: int) -> None:
        """At most one prompt a day that no inbound text asked for."""
        conversation = self._of(group, phone)
        if not self._is_capped(conversation.prompted_by_api, now):
            conversation.prompted_by_api = now
            self.prompt(group, phone, now)

    def _is_capped(self, last: int | None, now: int) -> bool:
        if last is None:
            return False
        if self.unknowns.prompt_cap == "calendar_day":
            return (last + START_OF_DAY) // DAY == (now + START_OF_DAY) // DAY
        return now < last + BETWEEN_PROMPTS

    def void(self, group: Group, phone: str) -> None:
        self._of(group, phone).pending_since = None

    def send(self, group: Group, phone: str, kind: str) -> None:
        self.texts.append((group.id, phone, kind))

    def _of(self, group: Group, phone: str) -> Conversation:
        return self._all.setdefault((group.id, phone), Conversation())
