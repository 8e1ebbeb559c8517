"""Our client under each preset of the fake: a demo of 29 people, and the waits that it needs."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from quikly_client.braze import BrazeClient
from quikly_client.participants import ParticipantFile, read_participants
from quikly_client.settings import BrazeSettings
from quikly_client.store.memory import MemoryStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker
from scenarios.agreed import journey_settings
from scenarios.demo import DemoReport, run_demo, sample_file, start_of
from scenarios.integration import Integration, MakeIntegration
from scenarios.lab import in_process_lab
from scenarios.our_integration import our_integration

SEEDS = range(3)
LAG = "no_subscription_update_before_creation_lag"


@pytest.fixture(scope="module")
def file() -> ParticipantFile:
    return read_participants(sample_file())


def a_run(
    file: ParticipantFile, preset: str, seed: int, make: MakeIntegration = our_integration
) -> DemoReport:
    lab = in_process_lab(start=start_of(file), seed=seed, make_integration=make)
    lab.control.turn_dials({"preset": preset})
    return run_demo(lab, file)


def hasty(braze: BrazeSettings, session: requests.Session, group_id: str) -> Integration:
    """Our client with the wait of the partner page and no more."""
    settings = journey_settings(group_id, creation_wait=timedelta(seconds=150))
    return Worker(MemoryStore(), BrazeClient(Transport(braze, session)), settings)


def credited(report: DemoReport) -> int:
    return sum(each.is_credited for each in report.people)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("preset", ["instant", "documented", "pessimistic"])
def test_nothing_is_broken_and_everybody_is_credited(
    file: ParticipantFile, preset: str, seed: int
) -> None:
    report = a_run(file, preset, seed)

    assert report.breaches == ()
    assert report.violations == ()
    assert credited(report) == 26


@pytest.mark.parametrize("seed", SEEDS)
def test_the_wait_of_the_partner_page_is_too_short_for_the_pessimistic_preset_alone(
    file: ParticipantFile, seed: int
) -> None:
    assert a_run(file, "documented", seed, hasty).breaches == ()

    report = a_run(file, "pessimistic", seed, hasty)

    assert {each.invariant for each in report.breaches} == {LAG}
    assert report.violations == ()
    assert credited(report) == 26  # what was lost is set again


def test_a_state_that_is_lost_to_a_short_wait_is_set_again(file: ParticipantFile) -> None:
    """Facts: group-change-needs-a-finished-profile"""
    lab = in_process_lab(start=start_of(file), make_integration=hasty)
    lab.control.turn_dials({"creation_lag": 300, "early_subscription": "lost"})

    report = run_demo(lab, replace(file, participants=file.participants[:6]))

    assert {each.invariant for each in report.breaches} == {LAG}
    assert {each.hazard for each in report.hazards} == {
        "subscription_before_creation_lag",
        "subscription_update_lost",
    }
    assert credited(report) == 6
