"""Merging two profiles: what the kept one takes over, and when nothing is merged at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.errors import (
    BadMergeIdentifier,
    BadMergeMembers,
    BadMergePrioritization,
    NoMergeUpdates,
    TooManyMergeUpdates,
)
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.subscription import holder_of
from mock_braze.domain.tracking.item_faults import BadItem
from mock_braze.domain.tracking.items import check_count
from mock_braze.domain.users.address_changes import readdress
from mock_braze.domain.users.addresses import AddressKind, is_valid_phone
from mock_braze.domain.users.deletion import remove_profile
from mock_braze.domain.users.identity import BrazeId, read_alias, read_external_id, written
from mock_braze.domain.users.prioritization import (
    NotSingledOut,
    Target,
    read_email,
    read_phone,
    single_out,
)
from mock_braze.domain.users.profile import CampaignReceipt, CanvasReceipt, Profile, Tally, finite

MERGE_MEMBERS = frozenset({"identifier_to_merge", "identifier_to_keep"})
IDENTIFIERS = ("external_id", "user_alias", "email", "phone")
# Profile fields that the kept profile takes over where it has none.
MERGED_FIELDS = (
    "first_name",
    "last_name",
    "gender",
    "dob",
    "time_zone",
    "home_city",
    "country",
    "language",
)


@dataclass(frozen=True, slots=True)
class Merge(Due):
    """One accepted item of `/users/merge`."""

    source: Target
    kept: Target
    request: int

    def settle(self, state: State, at: datetime) -> None:
        """Facts: merge-needs-one-match, merge-exceptions"""
        source, kept = single_out(state, self.source), single_out(state, self.kept)
        if isinstance(source, NotSingledOut):
            # Inferred: as a merge that is sent again (repeated-merge-is-harmless)
            _tell_nothing(state, self, source.why, at)
        elif isinstance(kept, NotSingledOut):
            _tell_nothing(state, self, kept.why, at)
        elif source is not kept:
            obstacle = _obstacle(source, kept)
            if obstacle:
                _tell_nothing(state, self, obstacle, at)
            else:
                merge_profiles(state, source, kept, at, self.request)


def accept_merges(state: State, updates: object, request: int) -> None:
    """Queue merges, in no order that could be relied on.

    Raises:
        NoMergeUpdates, TooManyMergeUpdates, BadMergeMembers, BadMergeIdentifier,
        BadMergePrioritization: of the request, which is then refused as a whole.

    Facts: merge-is-late, merge-has-no-order, merge-updates-not-an-array, merge-limit
    """
    if not isinstance(updates, list) or not updates:
        raise NoMergeUpdates
    if not all(isinstance(each, Mapping) for each in updates):
        raise NoMergeUpdates
    check_count(updates, TooManyMergeUpdates)
    dials, now = state.dials, state.clock.now()
    for source, kept in [_read_update(each) for each in updates]:
        overtaken = state.seeds.merge_share() if dials.reorder else 0
        state.agenda.add(now + dials.merge_lag * (1 + overtaken), Merge(source, kept, request))


def _read_update(update: Mapping[str, Any]) -> tuple[Target, Target]:
    """Facts: merge-members, merge-identifier-forms"""
    if set(update) != MERGE_MEMBERS:
        raise BadMergeMembers
    return _read_target(update["identifier_to_merge"]), _read_target(update["identifier_to_keep"])


def _read_target(value: object) -> Target:
    """Facts: merge-identifier-forms, merge-needs-prioritization"""
    if not isinstance(value, Mapping):
        raise BadMergeIdentifier
    named = [name for name in IDENTIFIERS if value.get(name) is not None]
    if len(named) != 1:
        raise BadMergeIdentifier
    if named[0] in ("external_id", "user_alias"):
        read = read_external_id if named[0] == "external_id" else read_alias
        identifier = read(value[named[0]])
        if identifier is None:
            raise BadMergeIdentifier
        return Target(identifier)
    if not isinstance(value[named[0]], str) or not value[named[0]]:
        raise BadMergeIdentifier
    try:
        return read_email(value) if named[0] == "email" else read_phone(value)
    except BadItem as bad:
        raise BadMergePrioritization(bad.fault.value) from None


def _obstacle(source: Profile, kept: Profile) -> str:
    """Facts: merge-exceptions"""
    both = (source, kept)
    if any(each.is_marked_for_deletion for each in both):
        return "one of the two is about to be deleted"
    if any(each.is_in_global_control_group for each in both):
        return "one of the two is in the global control group"
    if all(each.phone is not None and not is_valid_phone(each.phone) for each in both):
        return "both have an invalid phone"
    return ""


def _tell_nothing(state: State, merge: Merge, why: str, at: datetime) -> None:
    subject = written(merge.source.identifier)
    state.hazard(Hazard.merge_without_effect, at, merge.request, subject, why)


def merge_profiles(
    state: State,
    source: Profile,
    kept: Profile,
    at: datetime,
    request: int,
    *,
    takes_data: bool = True,
) -> None:
    """Join `source` into `kept` and remove it; `kept`'s own values win.

    Facts: merge-keeps-and-fills, merge-sums, merge-aliases-by-label, merged-profile-is-gone
    """
    if takes_data:
        _fill_addresses(state, source, kept, at, request)
        _fill_fields(source, kept)
        _add_up(source, kept)
    # Inferred: the devices of the removed profile are still the person's (merge-moves-push-tokens)
    state.profiles.give_push_tokens(kept, source.push_tokens)
    for label, alias in list(source.user_aliases.items()):
        if label not in kept.user_aliases:
            state.profiles.move_alias(alias, source, kept)
    state.touch(kept)
    state.effect(
        Effect.PROFILE_MERGED, at, request, braze_id=kept.braze_id, email=kept.email,
        phone=kept.phone, external_id=kept.external_id, merged=source.braze_id,
    )  # fmt: skip
    # Inferred: the external ID of a merged profile is free again (merged-profile-is-gone)
    remove_profile(state, source, at, request)


def _fill_addresses(
    state: State, source: Profile, kept: Profile, at: datetime, request: int
) -> None:
    """An address that only `source` has goes over, with the states that hang on it."""
    for kind in AddressKind:
        address = source.address(kind)
        if address is not None and kept.address(kind) is None:
            readdress(state, kept, kind, address.value, at, request)
    states = state.subscriptions
    for group_id, held in states.held_by(BrazeId(source.braze_id)):
        holder = holder_of(kept, states.groups[group_id])
        if states.get(group_id, holder) is None:
            states.put(group_id, holder, held.state, held.orphan_since)


def _fill_fields(source: Profile, kept: Profile) -> None:
    """Facts: merge-keeps-and-fills, merge-keeps-test-users"""
    for name in MERGED_FIELDS:
        if name in source.fields:
            kept.fields.setdefault(name, source.fields[name])
    for name, value in source.custom_attributes.items():
        kept.custom_attributes.setdefault(name, value)
    kept.is_test_user = kept.is_test_user or source.is_test_user


def _add_up(source: Profile, kept: Profile) -> None:
    """Facts: merge-sums"""
    kept.sessions += source.sessions
    for name, choose in (("date_of_first_session", min), ("date_of_last_session", max)):
        dates = [each.fields[name] for each in (source, kept) if name in each.fields]
        if dates:
            kept.fields[name] = choose(dates)
    _add_tallies(source.custom_events, kept.custom_events)
    _add_tallies(source.purchases, kept.purchases)
    kept.total_revenue = finite(kept.total_revenue + source.total_revenue)
    kept.campaigns_received = _joined(kept.campaigns_received, source.campaigns_received)
    kept.canvases_received = _entered(kept.canvases_received, source.canvases_received)


def _add_tallies(source: Mapping[str, Tally], kept: dict[str, Tally]) -> None:
    for name, tally in source.items():
        kept.setdefault(name, Tally(tally.first, tally.last)).absorb(tally)


def _joined(
    kept: Sequence[CampaignReceipt], source: Sequence[CampaignReceipt]
) -> list[CampaignReceipt]:
    """Each campaign once, with its last receipt."""
    latest = {each.api_campaign_id: each for each in kept}
    for each in source:
        mine = latest.get(each.api_campaign_id)
        if mine is None or mine.last_received < each.last_received:
            latest[each.api_campaign_id] = each
    return list(latest.values())


def _entered(
    kept: Sequence[CanvasReceipt], source: Sequence[CanvasReceipt]
) -> tuple[CanvasReceipt, ...]:
    """Each Canvas once, with its last entry."""
    latest = {each.api_canvas_id: each for each in kept}
    for each in source:
        mine = latest.get(each.api_canvas_id)
        if mine is None or mine.last_entered < each.last_entered:
            latest[each.api_canvas_id] = each
    return tuple(latest.values())
