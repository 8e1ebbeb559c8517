from datetime import timedelta

import pytest
from worlds import (
    EMAIL,
    PHONE,
    SMS_GROUP,
    START,
    a_workspace,
    advance,
    attributes_of,
    effects,
    profiles,
    set_state,
    state_of,
    track,
    tracked,
)

from mock_braze.domain.calendar import LATEST, CannotMove
from mock_braze.domain.clock import ManualClock, ScaledClock, SystemClock
from mock_braze.domain.errors import UnknownSubscriptionGroup
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import Email, ExternalId
from mock_braze.domain.workspace import Workspace

NUMBER = Address(AddressKind.PHONE, PHONE)


def test_what_is_due_is_settled_by_due_time_then_by_acceptance() -> None:
    workspace = a_workspace(creation_lag=2, status_lag=2)
    track(workspace, {"external_id": "first", "phone": PHONE})  # readable and finished at 2 s
    set_state(workspace, NUMBER, state="unsubscribed")  # true at 2 s
    workspace.state.dials = a_workspace(creation_lag=2).state.dials
    advance(workspace, 1)
    set_state(workspace, ExternalId("nobody"))  # lost at 1 s

    advance(workspace, 10)

    told = [(each.effect.value, (each.at - START).total_seconds()) for each in effects(workspace)]
    assert told == [
        ("subscription_state_lost", 1),
        ("profile_created", 2),
        ("subscription_state_changed", 2),
    ]


def test_one_long_wait_and_many_short_ones_come_to_the_same() -> None:
    def after(steps: int) -> list[object]:
        workspace = a_workspace(status_lag=30)
        track(workspace, {"external_id": "a", "email": EMAIL}, {"external_id": "b", "email": EMAIL})
        set_state(workspace, NUMBER, ExternalId("a"))
        for _ in range(steps):
            advance(workspace, 240 / steps)
        entries = workspace.state.journal.since()
        return [
            (type(each), each.at, getattr(each, "effect", getattr(each, "hazard", None)))
            for each in entries
            if each.kind != "clock"
        ]

    assert after(steps=1) == after(steps=240)


def test_looking_settles_nothing_that_is_not_due(workspace: Workspace) -> None:
    track(workspace, {"external_id": "q-1"})

    workspace.settle()
    workspace.settle()

    assert effects(workspace) == []
    assert workspace.next_due() == START + timedelta(seconds=2)


@pytest.mark.parametrize("seconds", [-0.001, -1, -1e9])
def test_the_clock_cannot_go_backwards(workspace: Workspace, seconds: float) -> None:
    with pytest.raises(CannotMove, match="is backwards"):
        advance(workspace, seconds)

    assert workspace.clock.now() == START


@pytest.mark.parametrize("clock", [ManualClock(START), ScaledClock(1, START)])
def test_the_clock_cannot_leave_the_calendar_and_runs_on_if_told_to(
    clock: ManualClock | ScaledClock,
) -> None:
    workspace = Workspace(clock)

    with pytest.raises(CannotMove, match="leaves the calendar, which ends on 9000-01-01"):
        workspace.advance(timedelta(days=365 * 7500))
    with pytest.raises(CannotMove, match="leaves the calendar"):
        workspace.set_clock(ManualClock(LATEST + timedelta(seconds=1)))

    assert workspace.clock.now() < START + timedelta(days=1)


def test_at_the_end_of_the_calendar_everything_can_still_come_due() -> None:
    workspace = a_workspace(start=LATEST, ingestion_lag=999_999_999)

    track(workspace, {"external_id": "q-1"})
    set_state(workspace, NUMBER)

    assert workspace.next_due() == LATEST + timedelta(days=30)


def test_a_clock_that_is_behind_is_refused(workspace: Workspace) -> None:
    with pytest.raises(CannotMove, match=r"2026-01-05T08:59:59\S* is before 2026-01-05T09:00:00"):
        workspace.set_clock(ManualClock(START - timedelta(seconds=1)))


def test_the_system_clock_cannot_be_moved() -> None:
    workspace = Workspace(SystemClock())

    with pytest.raises(CannotMove, match="the system clock cannot be moved"):
        workspace.advance(timedelta(seconds=1))


def test_setting_a_clock_settles_what_is_due_by_then(workspace: Workspace) -> None:
    track(workspace, {"external_id": "q-1"})

    workspace.set_clock(ManualClock(START + timedelta(seconds=5)))

    assert len(profiles(workspace, ExternalId("q-1"))) == 1


def test_a_reset_workspace_is_as_new_but_for_its_time_and_keys() -> None:
    workspace = a_workspace(seed=7, ingestion_lag=0)
    workspace.add_key("k", ["users.track"])
    tracked(workspace, {"external_id": "q-1", "phone": PHONE})
    set_state(workspace, NUMBER)
    now = workspace.clock.now()

    workspace.reset()

    fresh = Workspace(ManualClock(now), seed=7)
    assert workspace.state.dials == fresh.state.dials
    assert len(workspace.state.profiles) == len(workspace.state.journal) == 0
    assert workspace.next_due() is None
    assert (workspace.clock.now(), list(workspace.keys)) == (now, ["k"])
    assert workspace.state.seeds.braze_id() == fresh.state.seeds.braze_id()
    with pytest.raises(UnknownSubscriptionGroup):
        workspace.group(SMS_GROUP)


def test_two_workspaces_never_meet() -> None:
    one, other = a_workspace(), a_workspace()

    tracked(one, {"external_id": "q-1", "phone": PHONE})
    set_state(one, NUMBER)

    assert profiles(other, ExternalId("q-1")) == []
    assert state_of(other, NUMBER) == "unknown"
    assert len(other.state.journal) == 0


def test_what_a_search_finds_is_told_once_and_what_it_misses_in_order(
    workspace: Workspace,
) -> None:
    tracked(workspace, {"external_id": "q-1", "email": EMAIL})

    asked = [ExternalId("x"), ExternalId("q-1"), Email(EMAIL), ExternalId("y"), Email("z@z.com")]
    found = workspace.find(asked)

    assert [each.external_id for each in found.profiles] == ["q-1"]
    assert found.missing == (ExternalId("x"), ExternalId("y"), Email("z@z.com"))


def test_a_write_costs_the_same_however_many_profiles_there_are(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked(workspace, *({"external_id": f"q-{n}", "phone": PHONE} for n in range(50)))

    def scan(_: object) -> None:
        raise AssertionError("all profiles were looked at")

    monkeypatch.setattr(type(workspace.state.profiles), "__iter__", scan)
    tracked(workspace, {"external_id": "q-1", "n": 1}, {"email": EMAIL}, {"phone": PHONE})
    set_state(workspace, ExternalId("q-1"))

    assert state_of(workspace, NUMBER) == "Subscribed"
    assert attributes_of(workspace, "q-1") == {"n": 1}
