"""How far the clock of a workspace can be moved: forward, and within the calendar."""

from datetime import UTC, datetime, timedelta

from mock_braze.domain.clock import Clock, ManualClock, ScaledClock

# Every lag and expiry must fit between this and the end of Python's calendar.
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_ITS_END = f"which ends on {LATEST.date().isoformat()}"


class CannotMove(ValueError):
    """The clock of a workspace cannot be moved as asked."""


def begun_at(clock: Clock, start: datetime) -> Clock:
    """A clock like this one that begins at `start`.

    Raises:
        CannotMove: it is that of the machine, or the time leaves the calendar.
    """
    check_within(start)
    match clock:
        case ManualClock():
            return ManualClock(start)
        case ScaledClock(factor=factor):
            return ScaledClock(factor, start)
        case _:
            raise CannotMove("the system clock cannot be set; leave 'start' out")


def movable(clock: Clock, span: timedelta) -> ManualClock | ScaledClock:
    """The same clock, once it is known that it can be moved by a span.

    Raises:
        CannotMove: backwards, out of the calendar, or a clock that runs by itself.
    """
    if not isinstance(clock, ManualClock | ScaledClock):
        raise CannotMove(f"the {clock.mode} clock cannot be moved; set a manual or scaled one")
    if span < timedelta():
        raise CannotMove(f"{span.total_seconds():g} s is backwards; what is settled stays so")
    if span > LATEST - clock.now():
        raise CannotMove(f"{span.total_seconds():g} s leaves the calendar, {_ITS_END}")
    return clock


def check_within(moment: datetime) -> None:
    """Raises:
    CannotMove: the moment is out of the calendar.
    """
    if moment > LATEST:
        raise CannotMove(f"{moment.isoformat()} leaves the calendar, {_ITS_END}")
