from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from worlds import START

from mock_braze.domain.agenda import Agenda
from mock_braze.domain.users.creation import ProfileFinished


def named(name: int) -> ProfileFinished:
    return ProfileFinished("a", name)


def seconds(number: int) -> datetime:
    return START + timedelta(seconds=number)


def taken(agenda: Agenda, now: datetime) -> list[tuple[datetime, int]]:
    """What is due by `now`, with its names."""
    items = agenda.due(now)
    return [(due, item.request) for due, item in items if isinstance(item, ProfileFinished)]


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)), st.integers(0, 6))
def test_items_leave_in_due_time_order_and_those_of_one_moment_in_the_order_of_adding(
    before: list[int], meanwhile: list[int], now: int
) -> None:
    agenda = Agenda()
    for name, due in enumerate(before):
        agenda.add(seconds(due), named(name))

    left = taken(agenda, seconds(3))
    for name, due in enumerate(meanwhile, start=len(before)):
        agenda.add(seconds(due), named(name))
    first = agenda.next_due()
    later = taken(agenda, seconds(now))

    waiting = [(seconds(due), name) for name, due in enumerate(before)]
    kept = [each for each in waiting if each[0] > seconds(3)]
    kept += [(seconds(due), name) for name, due in enumerate(meanwhile, start=len(before))]
    assert left == sorted(each for each in waiting if each[0] <= seconds(3))
    assert first == min((due for due, _ in kept), default=None)
    assert later == sorted(each for each in kept if each[0] <= seconds(now))
    assert len(agenda) == len(kept) - len(later)


def test_what_is_added_while_items_leave_takes_its_place_among_them() -> None:
    agenda, left = Agenda(), []
    for name, due in enumerate((1, 4)):
        agenda.add(seconds(due), named(name))

    for due, _ in agenda.due(seconds(5)):
        left.append(due)
        if due == seconds(1):
            for late in (2, 4, 3):
                agenda.add(seconds(late), named(9))

    assert left == [seconds(each) for each in (1, 2, 3, 4, 4)]
