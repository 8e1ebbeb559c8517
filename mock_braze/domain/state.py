"""State: everything one workspace remembers. Rules work on it; Workspace is the way in."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from mock_braze.domain.agenda import Agenda
from mock_braze.domain.campaigns.campaigns import Campaigns
from mock_braze.domain.campaigns.listings import Listings
from mock_braze.domain.campaigns.webhook_templates import WebhookTemplate
from mock_braze.domain.clock import Clock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.faults import Faults
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect, EffectSettled, HazardSeen, Journal
from mock_braze.domain.messages.cards import ContentCards
from mock_braze.domain.messages.send import PlannedSend
from mock_braze.domain.segments.export_jobs import SegmentExport
from mock_braze.domain.segments.segments import Segment
from mock_braze.domain.subscriptions.conversations import Conversations
from mock_braze.domain.subscriptions.email_lists import EmailLists
from mock_braze.domain.subscriptions.invalid_phones import InvalidPhones
from mock_braze.domain.subscriptions.subscription import Subscriptions
from mock_braze.domain.tracking.attribute_types import AttributeType
from mock_braze.domain.tracking.registry import Registry
from mock_braze.domain.users.addresses import AddressKind
from mock_braze.domain.users.profile import Profile, Profiles
from mock_braze.domain.webhooks.deliveries import Deliveries
from mock_braze.domain.webhooks.targets import Targets

RUNTIME_STEPS = 1024
# The six bits of a UUID that tell its version, 4, and its variant.
NOT_RANDOM, VERSION_4 = 0xF000 << 64 | 0xC000 << 48, 0x4000 << 64 | 0x8000 << 48


def _uuid4(random: Random) -> str:
    """A random UUID as text; as `uuid.UUID(int=…, version=4)`, at a tenth of its cost."""
    digits = (random.getrandbits(128) & ~NOT_RANDOM | VERSION_4).to_bytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Seeds:
    """All chance of a workspace. Each use has a stream of its own, so that they do not mix."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._profiles = Random(f"{seed}/profiles")
        self._groups = Random(f"{seed}/groups")
        self._answers = Random(f"{seed}/answers")
        self._keys = Random(f"{seed}/keys")
        self._lags = Random(f"{seed}/lags")
        self._merges = Random(f"{seed}/merges")
        self._listings = Random(f"{seed}/listings")
        self._exports = Random(f"{seed}/exports")
        self._faults = Random(f"{seed}/faults")
        self._previews = Random(f"{seed}/previews")
        self._messages = Random(f"{seed}/messages")
        self._sends = Random(f"{seed}/sends")

    def braze_id(self) -> str:
        """24 hex digits."""
        return f"{self._profiles.getrandbits(96):024x}"

    def group_id(self) -> str:
        return _uuid4(self._groups)

    def listing_id(self) -> str:
        """Of a segment, campaign, Canvas, Content Block or template."""
        return _uuid4(self._listings)

    def export_id(self) -> str:
        return _uuid4(self._exports)

    def export_name(self) -> str:
        """43 letters that nobody guesses."""
        return urlsafe_b64encode(self._exports.randbytes(32)).decode().rstrip("=")

    def request_id(self) -> str:
        return _uuid4(self._answers)

    def api_key(self) -> str:
        return _uuid4(self._keys)

    def random_bucket(self) -> int:
        """0 to 9999."""
        return self._profiles.randrange(10_000)

    def runtime(self) -> int:
        """How long an answer is said to have taken, in steps of `RUNTIME_STEPS`."""
        return int(self._answers.random() * RUNTIME_STEPS)

    def merge_share(self) -> float:
        """0 to 1, for the order of merges."""
        return self._merges.random()

    def share(self) -> float:
        """0 to 1, for jitter."""
        return self._lags.random()

    def fault_share(self) -> float:
        """0 to 1, for faults that hit some calls only."""
        return self._faults.random()

    def preview_share(self) -> float:
        """0 to 1, for the random user of a preview."""
        return self._previews.random()

    def message_share(self) -> float:
        """0 to 1, for chance within a message."""
        return self._messages.random()

    def dispatch_id(self) -> str:
        """32 hex digits, of one send."""
        return f"{self._sends.getrandbits(128):032x}"

    def schedule_id(self) -> str:
        return _uuid4(self._sends)

    def send_id(self) -> str:
        """24 hex digits, of sends that are tracked together."""
        return f"{self._sends.getrandbits(96):024x}"

    def holdout_share(self, campaign_id: str, braze_id: str) -> float:
        """0 to 1, always the same for one person and campaign."""
        return Random(f"{self.seed}/holdout/{campaign_id}/{braze_id}").random()


@dataclass(slots=True, eq=False)
class State:
    """The memory of one workspace: plain data, all of which a snapshot holds."""

    clock: Clock
    dials: Dials
    seeds: Seeds
    journal: Journal = field(default_factory=Journal)
    profiles: Profiles = field(default_factory=Profiles)
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    conversations: Conversations = field(default_factory=Conversations)
    email_lists: EmailLists = field(default_factory=EmailLists)
    invalid_phones: InvalidPhones = field(default_factory=InvalidPhones)
    agenda: Agenda = field(default_factory=Agenda)
    registry: Registry = field(default_factory=Registry)
    segments: dict[str, Segment] = field(default_factory=dict)
    campaigns: Campaigns = field(default_factory=Campaigns)
    listings: Listings = field(default_factory=Listings)
    exports: dict[str, SegmentExport] = field(default_factory=dict)  # by the name of the file
    deliveries: Deliveries = field(default_factory=Deliveries)
    planned_sends: dict[str, PlannedSend] = field(default_factory=dict)  # by schedule ID
    content_cards: ContentCards = field(default_factory=ContentCards)
    # What other servers would answer `connected_content`, by URL.
    connected_content: dict[str, Any] = field(default_factory=dict)
    targets: Targets = field(default_factory=Targets)
    webhook_templates: dict[str, WebhookTemplate] = field(default_factory=dict)  # by name
    faults: Faults = field(default_factory=Faults)
    rate_counters: dict[str, tuple[int, int]] = field(default_factory=dict)  # window start, calls
    rate_refusals: dict[str, int] = field(default_factory=dict)  # windows refused by a fault
    rate_limits: dict[str, int] = field(default_factory=dict)  # by family, where not the usual
    names_looked_at: tuple[int, int] = (0, 0)  # a request, and how many of its unknown names
    writes_accepted: int = 0
    updates_applied: int = 0
    attribute_types: dict[str, AttributeType] = field(default_factory=dict)
    blocked_external_ids: set[str] = field(default_factory=set)
    last_readable_at: datetime | None = None
    # Of each kind of address: those in accepted writes that are not readable yet, and how often.
    coming_addresses: dict[AddressKind, dict[str, int]] = field(
        default_factory=lambda: {kind: {} for kind in AddressKind}
    )

    def readable_at(self, accepted_at: datetime) -> datetime:
        """When a write that is accepted now becomes readable.

        Facts: new-profiles-appear-late, no-order-across-requests
        """
        dials = self.dials
        moment = accepted_at + dials.ingestion_lag
        jitter = dials.ingestion_jitter
        if dials.reorder:
            jitter = max(jitter, dials.ingestion_lag)
        if jitter:
            moment += jitter * self.seeds.share()
        last = self.last_readable_at
        if last is not None and last > moment and not dials.reorder:
            moment = last
        self.last_readable_at = moment
        return moment

    def touch(self, profile: Profile) -> None:
        """Make it the most recently updated profile."""
        self.updates_applied += 1
        profile.updated_at = self.updates_applied

    def effect(self, effect: Effect, at: datetime, request: int, **details: Any) -> None:
        """Journal what an accepted write came to."""
        self.journal.add(EffectSettled(self.journal.next_number(), at, effect, request, details))

    def hazard(
        self, hazard: Hazard, at: datetime, request: int, subject: str, details: str = ""
    ) -> None:
        """Journal something accepted and dangerous."""
        number = self.journal.next_number()
        self.journal.add(HazardSeen(number, at, hazard, request, subject, details))
