"""What is told of the states in a group: `Subscribed`, `Unsubscribed`, or no history."""

from collections.abc import Sequence

from mock_braze.domain.double_opt_in import told_while_pending
from mock_braze.domain.identity import ExternalId
from mock_braze.domain.state import State
from mock_braze.domain.subscription import (
    UNKNOWN,
    Holder,
    Subscriber,
    SubscriptionGroup,
    holder_of,
)


def status_of(state: State, group: SubscriptionGroup, subscriber: Subscriber) -> str:
    """`Subscribed`, `Unsubscribed` or `unknown`, as the API says it.

    Facts: status-unknown-is-lower-case, orphan-state-readable
    """
    if isinstance(subscriber, ExternalId):
        profile = next(iter(state.profiles.find(subscriber)), None)
        if profile is None:
            return UNKNOWN
        holder = holder_of(profile, group)
        hides_orphans = True
    else:
        holder = subscriber
        hides_orphans = state.dials.orphan_status == "unknown"
    told = told_while_pending(state, group.id, holder)
    if told is not None:
        return UNKNOWN if told == UNKNOWN else told.capitalize()
    held = _held(state, group, holder)
    if held is None or (hides_orphans and held[1]):
        return UNKNOWN
    return held[0].capitalize()


def _held(state: State, group: SubscriptionGroup, holder: Holder) -> tuple[str, bool] | None:
    held = state.subscriptions.get(group.id, holder)
    return None if held is None else (held.state, held.orphan_since is not None)


def readable_states(
    state: State, group: SubscriptionGroup, subscribers: Sequence[tuple[str, Subscriber]]
) -> dict[str, str]:
    """The `status` map of `/subscription/status/get`: one entry for each identifier asked.

    Facts: status-get-body, status-key-of-phone-queries
    """
    stored = state.dials.status_key == "stored"
    return {
        subscriber.value if stored else asked: status_of(state, group, subscriber)
        for asked, subscriber in subscribers
    }
