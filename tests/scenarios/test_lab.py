from datetime import timedelta

import pytest
from builders import EMAIL, NOON, PHONE, a_participant

from quikly_client.journeys.participation import Outcome
from quikly_client.participants import read_participants
from scenarios.agreed import GROUP_ID
from scenarios.control import ControlRefused
from scenarios.demo import run_demo, sample_file, start_of
from scenarios.lab import in_process_lab, served_lab


def test_a_participant_is_credited_after_both_lags_have_passed() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant(at=NOON)])

    lab.run()

    (credit,) = lab.integration.credits()
    assert credit.participant == EMAIL
    assert credit.at - NOON > timedelta(minutes=4)
    (profile,) = lab.control.profiles(email=EMAIL)
    assert profile["subscription_states"] == {GROUP_ID: "subscribed"}


def test_people_take_part_when_they_consented_and_not_before() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant(at=NOON + timedelta(hours=2))])

    lab.run(until=NOON + timedelta(hours=1))
    before = list(lab.integration.participations())
    lab.run()

    assert before == []
    (participation,) = lab.integration.participations()
    assert participation.started_at == NOON + timedelta(hours=2)


def test_more_people_may_be_expected_when_others_have_arrived() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant(f"{name}@example.com", None) for name in ("ana", "ben")])
    lab.expect([a_participant("cho@example.com", None, at=NOON + timedelta(days=1))])
    lab.run(until=NOON + timedelta(hours=1))
    lab.expect([a_participant("dan@example.com", None, at=NOON + timedelta(days=1))])
    lab.expect([a_participant("eve@example.com", None, at=NOON + timedelta(days=1))])

    lab.run()

    names = [each.email.partition("@")[0] for each in lab.integration.participations()]
    assert names == ["ana", "ben", "cho", "dan", "eve"]


def test_one_step_is_one_request() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant()])

    counts = []
    while lab.perform_next():
        counts.append(len(lab.evidence().requests))

    assert counts == list(range(1, len(counts) + 1))
    assert not lab.perform_next()


def test_the_next_change_may_be_the_fakes() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant()])
    for _ in range(4):
        lab.perform_next()

    change, due = lab.next_change(), lab.next_due()

    assert change == NOON + timedelta(seconds=2)
    assert due is not None
    assert due > change


def test_evidence_tells_the_brands_requests_from_the_integrations() -> None:
    lab = in_process_lab(start=NOON)
    lab.brand.track([{"external_id": "crm-1", "email": EMAIL}])
    lab.expect([a_participant()])
    lab.perform_next()

    evidence = lab.evidence()

    assert [each.path for each in evidence.requests] == ["/subscription/status/get"]
    assert len(evidence.exchanges) == 2


def test_a_refused_control_call_says_why() -> None:
    lab = in_process_lab(start=NOON)

    with pytest.raises(ControlRefused, match="there is no dial 'creation_lg'"):
        lab.control.turn_dials({"creation_lg": 5})


def test_a_served_lab_writes_the_same_journal_as_one_in_process() -> None:
    file = read_participants(sample_file())
    start = start_of(file)

    with served_lab(start=start, seed=5) as served:
        run_demo(served, file)
        over_the_port = served.control.journal_lines()
    in_process = in_process_lab(start=start, seed=5)
    run_demo(in_process, file)

    assert over_the_port == in_process.control.journal_lines()
    assert over_the_port.count(b"\n") > 100


def test_two_people_with_one_number_are_both_told_what_became_of_them() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant(), a_participant("ben@example.com", PHONE)])

    lab.run()

    assert [each.outcome for each in lab.integration.participations()] == [Outcome.CREDITED] * 2
