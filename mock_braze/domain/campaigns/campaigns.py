"""Campaigns: all campaigns and Canvases of a workspace, and by what each is triggered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.happenings import Key, key_of
from mock_braze.domain.campaigns.triggers import AttributeTrigger

LONGEST_CAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most so many campaigns within a span for each person.

    Facts: frequency-caps-are-of-the-workspace
    """

    most: int
    within: timedelta


@dataclass(slots=True, eq=False)
class Campaigns:
    """Campaigns and Canvases by ID, and who waits for what.

    `waiting` holds, by campaign and braze_id, the numbers of deliveries whose delay is not over;
    one whose number is not there any more has been called off. `received_at` holds, by braze_id,
    when somebody received anything of late. `listeners` tells which campaigns and Canvases
    wait for what (as a trigger, or as an exception), so that nobody has to ask them all.
    """

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    canvases: dict[str, Campaign] = field(default_factory=dict)
    frequency_caps: list[FrequencyCap] = field(default_factory=list)
    waiting: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    deliveries: int = 0
    received_at: dict[str, list[datetime]] = field(default_factory=dict)
    listeners: dict[Key, list[tuple[Kind, str]]] = field(init=False, default_factory=dict)
    watched_attributes: dict[str, None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._index()

    def __iter__(self) -> Iterator[Campaign]:
        yield from self.campaigns.values()
        yield from self.canvases.values()

    def of(self, kind: Kind) -> dict[str, Campaign]:
        """The campaigns, or the Canvases, by ID."""
        return self.campaigns if kind is Kind.CAMPAIGN else self.canvases

    def put(self, campaign: Campaign) -> None:
        """Take in a campaign, in place of the one with its ID."""
        self.of(campaign.kind)[campaign.id] = campaign
        self._index()

    def _index(self) -> None:
        self.listeners.clear()
        self.watched_attributes.clear()
        for campaign in self:
            if campaign.archived:
                continue
            for trigger in (campaign.trigger, campaign.rules.exception):
                key = key_of(trigger)
                listening = [] if key is None else self.listeners.setdefault(key, [])
                if (campaign.kind, campaign.id) not in listening:
                    listening.append((campaign.kind, campaign.id))
                if isinstance(trigger, AttributeTrigger):
                    self.watched_attributes[trigger.attribute] = None

    def scheduled(self, after: datetime, until: datetime) -> Iterator[Campaign]:
        """Those that go out between two moments.

        Facts: scheduled-broadcasts
        """
        for each in self:
            at = each.next_send_time
            if at is not None and after <= at <= until and not (each.archived or each.draft):
                yield each

    def note_received(self, braze_id: str, at: datetime) -> None:
        """Somebody has received something; what no cap can count any more is forgotten."""
        moments = self.received_at.get(braze_id, [])
        recent = [each for each in moments if at - each < LONGEST_CAP]
        self.received_at[braze_id] = [*recent, at]

    def is_capped(self, braze_id: str, at: datetime) -> bool:
        """Whether somebody has received as much as the caps allow.

        Facts: frequency-caps-are-of-the-workspace
        """
        moments = self.received_at.get(braze_id, ()) if self.frequency_caps else ()
        return any(
            sum(at - each < cap.within for each in moments) >= cap.most
            for cap in self.frequency_caps
        )

    def forget(self, braze_id: str) -> None:
        """Somebody is gone."""
        self.received_at.pop(braze_id, None)
