"""In one process with the fake, control calls take a shorter way and say the same."""

from datetime import timedelta

import orjson
import pytest
from builders import NOON, PHONE, a_participant

from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION, GROUP_ID
from scenarios.control import Control, ControlRefused
from scenarios.lab import Lab, Reply, in_process_lab


@pytest.fixture
def lab() -> Lab:
    """A run with entries of every kind that scenarios read."""
    lab = in_process_lab(start=NOON)
    lab.let_reply(PHONE, Reply())
    lab.expect([a_participant(activation=DOUBLE_OPT_IN_ACTIVATION), a_participant(phone=None)])
    lab.run()
    lab.control.text(GROUP_ID, PHONE, "STOP")
    return lab


def test_the_journal_is_the_same_with_and_without_http(lab: Lab) -> None:
    over_http = [orjson.loads(line) for line in lab.control.journal_lines(3).splitlines()]

    at_hand = list(lab.control.journal(3))

    assert at_hand == over_http
    assert {each["kind"] for each in at_hand} >= {"request", "effect", "text", "message"}
    assert list(lab.control.journal(at_hand[-1]["number"])) == []


def test_a_clock_that_is_moved_without_http_makes_the_same_true() -> None:
    labs = [in_process_lab(start=NOON) for _ in range(2)]
    for each in labs:
        each.brand.track([{"external_id": "crm-1", "email": "ana@example.com"}])

    at_hand = labs[0].control.move_clock(NOON + timedelta(seconds=30))
    over_http = labs[1].control.advance(30)

    assert at_hand == over_http
    assert labs[0].control.journal_lines() == labs[1].control.journal_lines()


def test_what_cannot_be_done_is_refused_the_same() -> None:
    control = in_process_lab(start=NOON).control

    with pytest.raises(ControlRefused, match="is before"):
        control.move_clock(NOON - timedelta(seconds=1))


def test_a_workspace_that_is_not_there_is_refused(lab: Lab) -> None:
    elsewhere = Control(lab.session, "http://braze.lab", "elsewhere")

    with pytest.raises(ControlRefused, match="there is no workspace 'elsewhere'"):
        list(elsewhere.journal())
