"""Who a filter holds for: what each subject is of a profile, and how operators compare."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_braze.domain.segments.comparing import holds, moment_of
from mock_braze.domain.segments.filters import (
    ANY_PRODUCT,
    UNKNOWN,
    Comparison,
    Either,
    Every,
    Filter,
    Not,
    Subject,
)
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.subscription import holder_of
from mock_braze.domain.users.profile import Profile, Tally


def matches(filter: Filter, profile: Profile, state: State, now: datetime) -> bool:  # noqa: A002
    """Whether a filter holds for a profile.

    Facts: segment-filters-over-profile-data
    """
    match filter:
        case Every(filters):
            return all(matches(each, profile, state, now) for each in filters)
        case Either(filters):
            return any(matches(each, profile, state, now) for each in filters)
        case Not(inner):
            return not matches(inner, profile, state, now)
        case Comparison():
            held = _held(filter, profile, state, now)
            return holds(filter.operator, held, filter.value, now)


def members_of(state: State, filter: Filter, now: datetime) -> list[Profile]:  # noqa: A002
    """Every readable profile for which a filter holds now.

    Facts: segment-filters-over-profile-data
    """
    return [each for each in state.profiles if matches(filter, each, state, now)]


def _held(asked: Comparison, profile: Profile, state: State, now: datetime) -> Any:
    """What a profile has of what is asked; None is nothing."""
    match asked.subject:
        case Subject.ATTRIBUTE:
            return ATTRIBUTES[asked.name](profile)
        case Subject.CUSTOM_ATTRIBUTE:
            return profile.custom_attributes.get(asked.name)
        case Subject.SUBSCRIPTION_GROUP:
            return _group_state(asked.name, profile, state)
        case Subject.CUSTOM_EVENT | Subject.PURCHASE:
            return _count(_tallies(asked, profile), asked.within_days, now)
        case Subject.FIRST_CUSTOM_EVENT | Subject.FIRST_PURCHASE:
            return min((each.first for each in _tallies(asked, profile)), default=None)
        case Subject.LAST_CUSTOM_EVENT | Subject.LAST_PURCHASE:
            return max((each.last for each in _tallies(asked, profile)), default=None)


def _tallies(asked: Comparison, profile: Profile) -> list[Tally]:
    is_event = asked.subject.value.endswith("custom_event")
    kept = profile.custom_events if is_event else profile.purchases
    if not is_event and asked.name == ANY_PRODUCT:
        return list(kept.values())
    return [kept[asked.name]] if asked.name in kept else []


def _count(tallies: Iterable[Tally], within_days: float | None, now: datetime) -> int:
    if within_days is None:
        return sum(each.count for each in tallies)
    since = now - timedelta(days=within_days)
    return sum(moment >= since for each in tallies for moment in each.moments)


def _group_state(group_id: str, profile: Profile, state: State) -> str:
    group = state.subscriptions.groups.get(group_id)
    held = None if group is None else state.subscriptions.get(group_id, holder_of(profile, group))
    return UNKNOWN if held is None or held.orphan_since is not None else held.state


def last_used_at(profile: Profile) -> datetime | None:
    """When a person was last active.

    Facts: segment-last-used
    """
    # Inferred: without an app there are no sessions; what a person did stands for them
    # (segment-last-used)
    moments = [each.last for each in profile.custom_events.values()]
    moments += [each.last for each in profile.purchases.values()]
    session = moment_of(profile.fields.get("date_of_last_session"))
    return max(moments + ([] if session is None else [session]), default=None)


def _field(name: str) -> Callable[[Profile], Any]:
    return lambda profile: profile.fields.get(name)


# The standard attributes that a filter may ask for.
ATTRIBUTES: Mapping[str, Callable[[Profile], Any]] = {
    "external_id": lambda profile: profile.external_id,
    "braze_id": lambda profile: profile.braze_id,
    "email": lambda profile: profile.email,
    "phone": lambda profile: profile.phone,
    "email_subscribe": lambda profile: profile.email_subscribe,
    "push_subscribe": lambda profile: profile.push_subscribe,
    "created_at": lambda profile: profile.created_at,
    "last_used_at": last_used_at,
    "total_revenue": lambda profile: profile.total_revenue,
    "random_bucket": lambda profile: profile.random_bucket,
    **{
        name: _field(name)
        for name in (
            "first_name",
            "last_name",
            "home_city",
            "country",
            "language",
            "time_zone",
            "gender",
            "dob",
        )
    },
}
