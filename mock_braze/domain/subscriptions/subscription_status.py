"""What is told of the states in a group: `Subscribed`, `Unsubscribed`, or no history."""

from collections.abc import Sequence
from dataclasses import dataclass

from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.double_opt_in import told_while_pending
from mock_braze.domain.subscriptions.subscription import (
    Subscriber,
    SubscriptionGroup,
    holder_of,
    state_in,
)
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.users.profile import Profile


@dataclass(frozen=True, slots=True)
class UserStatus:
    """A profile with the groups in which it has a history, each with its state as told."""

    profile: Profile
    groups: tuple[tuple[SubscriptionGroup, str], ...]


@dataclass(frozen=True, slots=True)
class UserStatuses:
    """A page of `UserStatus`, and how many there are in all."""

    users: tuple[UserStatus, ...]
    total_count: int


def status_of(state: State, group: SubscriptionGroup, subscriber: Subscriber) -> str | None:
    """`Subscribed` or `Unsubscribed`, as the API says it; None without a history.

    Facts: orphan-state-readable
    """
    if isinstance(subscriber, ExternalId):
        profile = next(iter(state.profiles.find(subscriber)), None)
        return None if profile is None else profile_status(state, group, profile)
    told = told_while_pending(state, group.id, subscriber)
    if told is not None:
        return _capitalised(told)
    held = state.subscriptions.get(group.id, subscriber)
    if held is None or (held.orphan_since is not None and state.dials.orphan_status == "unknown"):
        return None
    return held.state.capitalize()


def profile_status(state: State, group: SubscriptionGroup, profile: Profile) -> str | None:
    """The state of one profile in a group, as the API says it."""
    told = told_while_pending(state, group.id, holder_of(profile, group))
    if told is not None:
        return _capitalised(told)
    value = state_in(state.subscriptions, group, profile)
    return None if value is None else value.capitalize()


def _capitalised(told: str) -> str | None:
    return None if told == "unknown" else told.capitalize()


def readable_states(
    state: State, group: SubscriptionGroup, subscribers: Sequence[tuple[str, Subscriber]]
) -> dict[str, str]:
    """The `status` map of `/subscription/status/get`: one entry for each identifier asked.

    Facts: status-get-body, status-key-of-phone-queries, status-unknown-is-lower-case
    """
    stored = state.dials.status_key == "stored"
    return {
        subscriber.value if stored else asked: (
            status_of(state, group, subscriber) or state.dials.unknown_status
        )
        for asked, subscriber in subscribers
    }


def user_statuses(
    state: State, subscribers: Sequence[Subscriber], offset: int, limit: int
) -> UserStatuses:
    """The profiles behind some identifiers, each with the groups it has a history in.

    Facts: user-status-lists-groups-with-a-history, user-status-one-entry-per-profile
    """
    found: dict[str, Profile] = {}
    for subscriber in subscribers:
        if isinstance(subscriber, ExternalId):
            profiles = state.profiles.find(subscriber)
        else:
            profiles = state.profiles.with_address(subscriber)
        found.update((each.braze_id, each) for each in profiles)
    page = list(found.values())[offset : offset + limit]
    users = tuple(UserStatus(each, tuple(_groups_of(state, each))) for each in page)
    return UserStatuses(users, len(found))


def _groups_of(state: State, profile: Profile) -> list[tuple[SubscriptionGroup, str]]:
    told = (
        (group, profile_status(state, group, profile))
        for group in state.subscriptions.groups.values()
    )
    return [(group, status) for group, status in told if status is not None]
