"""Journal: what happened, when, to whom. Append-only and typed; others print it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.webhooks.deliveries import Attempt, Outcome

Headers = tuple[tuple[str, str], ...]


class Effect(StrEnum):
    """What an accepted write came to."""

    PROFILE_CREATED = "profile_created"
    PROFILE_UPDATED = "profile_updated"
    PROFILE_FINISHED = "profile_finished"
    UPDATE_DROPPED = "update_dropped"
    PROFILE_IDENTIFIED = "profile_identified"
    PROFILE_MERGED = "profile_merged"
    PROFILE_DELETED = "profile_deleted"
    ALIAS_ADDED = "alias_added"
    ALIAS_RENAMED = "alias_renamed"
    EXTERNAL_ID_RENAMED = "external_id_renamed"
    EXTERNAL_ID_REMOVED = "external_id_removed"
    STATE_CHANGED = "subscription_state_changed"
    STATE_ORPHANED = "subscription_state_orphaned"
    STATE_MOVED = "subscription_state_moved"
    STATE_ADOPTED = "subscription_state_adopted"
    STATE_EXPIRED = "subscription_state_expired"
    STATE_DELETED = "subscription_state_deleted"
    STATE_LOST = "subscription_state_lost"
    OPT_IN_PENDING = "double_opt_in_pending"
    OPT_IN_EXPIRED = "double_opt_in_expired"
    OPT_IN_VOIDED = "double_opt_in_voided"
    PROMPT_DROPPED = "prompt_dropped"
    MESSAGE_NOT_SENT = "message_not_sent"
    MESSAGE_ABORTED = "message_aborted"
    CARD_REMOVED = "content_card_removed"
    SESSION_STARTED = "session_started"
    CAMPAIGN_TRIGGERED = "campaign_triggered"
    CAMPAIGN_POSTPONED = "campaign_postponed"
    CAMPAIGN_RECEIVED = "campaign_received"
    CAMPAIGN_NOT_RECEIVED = "campaign_not_received"
    CAMPAIGN_LAUNCHED = "campaign_launched"
    CANVAS_ENTERED = "canvas_entered"
    CANVAS_STEP_DONE = "canvas_step_done"
    CANVAS_LEFT = "canvas_left"
    EMAIL_STATE_CHANGED = "email_state_changed"
    EMAIL_LISTED = "email_listed"
    EMAIL_UNLISTED = "email_unlisted"
    PHONE_LISTED = "phone_listed"
    PHONE_UNLISTED = "phone_unlisted"
    EXPORT_READY = "export_ready"
    EXPORT_EXPIRED = "export_expired"


class MessageKind(StrEnum):
    """What an SMS that the fake sends is for."""

    PROMPT = "prompt"
    CONFIRMATION = "confirmation"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    HELP = "help"
    INSTRUCTION = "instruction"
    CUSTOM = "custom"
    CAMPAIGN = "campaign"


def own_headers(remaining: int | None, request_id: str, runtime: str) -> Headers:
    """The headers that no two answers have in common; something in front of Braze sends none."""
    told = () if remaining is None else (("X-Ratelimit-Remaining", str(remaining)),)
    if request_id:
        return (*told, ("X-Request-Id", request_id), ("X-Runtime", runtime))
    return told


@dataclass(slots=True)
class RequestAnswered:
    """A request on Braze's surface, with its answer. Header names of the request are in lower
    case, those of the answer as sent.

    Not frozen, like all that is made for every call: freezing makes making it four times as dear.
    """

    kind: ClassVar[str] = "request"
    number: int
    at: datetime
    api_key: str
    method: str
    path: str
    query: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    response_headers: Headers  # those that are the same in many answers
    remaining: int | None
    request_id: str
    runtime: str
    response_body: bytes
    address: str = "127.0.0.1"  # of the client

    @property
    def answered_with(self) -> dict[str, str]:
        """The headers of the answer, names in lower case."""
        own = own_headers(self.remaining, self.request_id, self.runtime)
        return {name.lower(): value for name, value in (*self.response_headers, *own)}


@dataclass(slots=True)
class EffectSettled:
    """A consequence; `request` is the number of the request, or the text, that caused it."""

    kind: ClassVar[str] = "effect"
    number: int
    at: datetime
    effect: Effect
    request: int
    details: Mapping[str, Any]


@dataclass(slots=True)
class WriteSettled:
    """The same of an accepted write that reached or made a profile; there are so many of them
    that none keeps a mapping.
    """

    kind: ClassVar[str] = "effect"
    number: int
    at: datetime
    effect: Effect
    request: int
    braze_id: str
    email: str | None
    phone: str | None
    external_id: str | None
    by: str

    @property
    def details(self) -> dict[str, Any]:
        """How the profile is named, and by what kind of name the write reached it."""
        names = ("braze_id", "email", "phone", "external_id", "by")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class HazardSeen:
    """Something accepted and dangerous; `subject` is the identifier or member it is about."""

    kind: ClassVar[str] = "hazard"
    number: int
    at: datetime
    hazard: Hazard
    request: int
    subject: str
    details: str


@dataclass(frozen=True, slots=True)
class FaultInjected:
    """A call was broken on purpose; `rule` is the number of the rule that hit it.

    The answer in the journal is the one the client got: status 0 is none at all.
    """

    kind: ClassVar[str] = "fault"
    number: int
    at: datetime
    request: int
    rule: int
    effect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """The clock was set or advanced through the control plane."""

    kind: ClassVar[str] = "clock"
    number: int
    at: datetime
    to: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A consumer texted to a number of a group."""

    kind: ClassVar[str] = "text"
    number: int
    at: datetime
    group_id: str
    phone: str
    body: str


@dataclass(frozen=True, slots=True)
class MessageSent:
    """An SMS went out; `request` is the number of the request, or the text, that caused it."""

    kind: ClassVar[str] = "message"
    number: int
    at: datetime
    group_id: str
    phone: str
    message: MessageKind
    language: str
    body: str
    request: int
    campaign_id: str | None = None
    dispatch_id: str | None = None


@dataclass(frozen=True, slots=True)
class EmailSent:
    """An email went into the outbox."""

    kind: ClassVar[str] = "email"
    number: int
    at: datetime
    braze_id: str
    email: str
    from_address: str
    subject: str
    body: str
    request: int
    campaign_id: str | None
    dispatch_id: str


@dataclass(frozen=True, slots=True)
class ContentCardMade:
    """A Content Card was made for a person."""

    kind: ClassVar[str] = "content_card"
    number: int
    at: datetime
    braze_id: str
    title: str
    message: str
    url: str
    image_url: str
    expires_at: datetime | None
    request: int
    campaign_id: str | None
    dispatch_id: str


@dataclass(frozen=True, slots=True)
class WebhookAttempted:
    """An attempt at a delivery has ended; `attempt` counts from 1. A replay plays the answer."""

    kind: ClassVar[str] = "webhook"
    number: int
    at: datetime
    delivery: int
    attempt: int
    source: MessageSource
    request: ComposedRequest
    made: Attempt
    outcome: Outcome
    next_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class ControlCalled:
    """A call of the control plane that changed the world; what it caused stands before it."""

    kind: ClassVar[str] = "control"
    number: int
    at: datetime
    method: str
    path: str
    query: str
    body: bytes


Entry = (
    RequestAnswered
    | EffectSettled
    | WriteSettled
    | HazardSeen
    | FaultInjected
    | ClockMoved
    | MessageReceived
    | MessageSent
    | EmailSent
    | ContentCardMade
    | WebhookAttempted
    | ControlCalled
)


@dataclass(slots=True, eq=False)
class Journal:
    """Every entry in order; entry `n` has number `n`, from 1."""

    _entries: list[Entry | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._entries)

    def next_number(self) -> int:
        return len(self._entries) + 1

    def since(self, number: int = 0, kind: str | None = None) -> Iterator[Entry]:
        """Entries after `number`, of one kind if asked."""
        for entry in self._entries[max(number, 0) :]:
            if entry is not None and (kind is None or entry.kind == kind):
                yield entry

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def reserve(self) -> int:
        """The number of what is under way, a request or a move of the clock: what it causes comes
        after it.
        """
        self._entries.append(None)
        return len(self._entries)

    def fill(self, entry: RequestAnswered | ClockMoved) -> None:
        """Put the answered request, or the move that is over, into the place reserved for it."""
        self._entries[entry.number - 1] = entry
