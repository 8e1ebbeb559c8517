"""The fake and the oracle agree on every state, and the machine finds a fake that is wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hunts import budget, disagreement_found, steps_without_disagreement

from mock_braze.domain.sms import inbound as sms
from mock_braze.domain.subscriptions import (
    double_opt_in,
    orphan_states,
    subscription_changes,
    subscription_status,
)
from mock_braze.domain.subscriptions.subscription import HeldState, Holder, Subscriptions
from mock_braze.domain.tracking import writes
from mock_braze.domain.users import address_changes, creation, deletion
from mock_braze.domain.users.profile import Profile
from scenarios.machines.subscriptions import Subscriptions as Machine


def test_the_fake_and_the_oracle_agree_on_every_state(
    record_property: Callable[[str, object], None],
) -> None:
    steps = steps_without_disagreement(Machine)

    record_property("machine_steps", f"subscriptions {steps:,}")
    assert steps > budget().max_examples * budget().stateful_step_count / 2


def nothing(*_: Any, **__: Any) -> None:
    pass


def never(*_: Any, **__: Any) -> bool:
    return False


def pending_as_subscribed(state: Any, group_id: str, holder: Holder) -> str | None:
    return "subscribed" if state.conversations.is_pending((group_id, holder)) else None


def stay(self: Subscriptions, old: Holder, new: Holder) -> None:
    """A changed number does not take its states along."""


def named_is_finished(_: Any, __: Any, profiles: list[Profile], at: datetime) -> bool:
    """As it was once: nobody looked at the others with the number."""
    return any(each.is_finished(at) for each in profiles)


def put_for_good(
    self: Subscriptions, group_id: str, holder: Holder, state: str, orphan_since: Any = None
) -> None:
    self._states.setdefault(holder, {})[group_id] = HeldState(state)


BUGS: dict[str, list[tuple[Any, str, Any]]] = {
    "an orphan expires after 31 days": [(orphan_states, "ORPHAN_LIFE", timedelta(days=31))],
    "an orphan never waits": [(Subscriptions, "put", put_for_good)],
    "an orphan is never adopted": [
        (module, "adopt_states", nothing) for module in (creation, writes, address_changes)
    ],
    "a state left behind stays for ever": [(address_changes, "leave_states", nothing)],
    "the prompt cap is ignored": [(double_opt_in, "_is_paused", never)],
    "a pending number reads as subscribed": [
        (subscription_status, "told_while_pending", pending_as_subscribed)
    ],
    "a confirmation counts for 31 days": [
        (double_opt_in, "CONFIRMATION_WINDOW", timedelta(days=31))
    ],
    "a state set directly leaves the question open": [(subscription_changes, "void", nothing)],
    "a changed number does not take its states along": [(Subscriptions, "move", stay)],
    "a deleted profile leaves its states": [(deletion, "forget_states_of", nothing)],
    "a stranger who opts in does not become anybody": [(sms, "_make_profile", nothing)],
    "a new holder of a number makes its state wait": [
        (subscription_changes, "_has_finished_holder", named_is_finished)
    ],
    "the flag is ignored": [(subscription_changes, "begin_by_request", never)],
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_fake_that_is_wrong_about_states_is_found(
    monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    for where, name, wrong in BUGS[bug]:
        monkeypatch.setattr(where, name, wrong)

    assert "the oracle" in disagreement_found(Machine)
