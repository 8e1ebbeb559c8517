from dataclasses import replace
from pathlib import Path

import pytest
import requests

from quikly_client.participants import ParticipantFile, read_participants
from quikly_client.settings import BrazeSettings
from scenarios.demo import DemoReport, run_demo, sample_file, start_of
from scenarios.integration import Integration
from scenarios.lab import in_process_lab
from scenarios.our_integration import our_integration


@pytest.fixture(scope="module")
def file() -> ParticipantFile:
    return read_participants(sample_file())


@pytest.fixture(scope="module")
def report(file: ParticipantFile) -> DemoReport:
    return run_demo(in_process_lab(start=start_of(file)), file)


def test_the_sample_holds_29_participants_and_every_row_is_in_the_report(
    report: DemoReport,
) -> None:
    rows = sample_file().read_text().splitlines()[1:]
    lines = [each.line for each in (*report.people, *report.repeated, *report.rejected)]

    assert len(report.people) == 29
    assert sorted(lines) == list(range(2, len(rows) + 2))


def test_the_sample_run_breaks_nothing(report: DemoReport) -> None:
    assert report.breaches == ()
    assert report.violations == ()
    assert report.hazards == ()
    assert report.is_fine


def test_everybody_is_credited_or_told_why_not(report: DemoReport) -> None:
    credited = [each for each in report.people if each.is_credited]
    others = {each.email: each.reason for each in report.people if not each.is_credited}

    assert len(credited) == 26
    assert all(each.credited_at for each in credited)
    assert others.keys() == {
        "lena.fischer@example.com", "omar.said@example.com", "paula.ricci@example.com"
    }  # fmt: skip
    assert "another number" in others["lena.fischer@example.com"]
    assert others["omar.said@example.com"].endswith("the state was unknown at the end")
    assert others["paula.ricci@example.com"].endswith("the state was unsubscribed at the end")


def test_existing_customers_are_reused_and_the_subscribed_one_is_left_alone(
    report: DemoReport,
) -> None:
    by_email = {(each.email, each.activation): each for each in report.people}

    assert by_email["maria.keller@example.com", "spring-drop"].profile == "reused"
    assert by_email["tom.okafor@example.org", "spring-drop"].reason == "already subscribed"
    assert by_email["tom.okafor@example.org", "spring-drop"].profile == "untouched"
    assert report.profiles_created == 23
    assert report.profiles_reused == 2


def test_whoever_needs_a_new_profile_waits_more_than_four_simulated_minutes(
    report: DemoReport,
) -> None:
    waits = [
        (each.credited_at - each.started_at).total_seconds()
        for each in report.people
        if each.credited_at and each.profile == "created"
    ]

    assert len(waits) == 21
    assert min(waits) > 240


def test_equal_seeds_give_equal_journals_and_other_seeds_others(file: ParticipantFile) -> None:
    journals = []
    for seed in (1, 1, 2):
        lab = in_process_lab(start=start_of(file), seed=seed)
        run_demo(lab, file)
        journals.append(lab.control.journal_lines())

    assert journals[0] == journals[1]
    assert journals[0] != journals[2]


class TakesPartTwice:
    """An integration that loses its memory between two people: everybody is new to it."""

    def __init__(self, settings: BrazeSettings, session: requests.Session, group: str) -> None:
        self._ours = [our_integration(settings, session, group) for _ in range(2)]

    def __getattr__(self, name: str) -> object:
        return getattr(self._ours[0], name)

    def participate(self, participant: object, now: object) -> bool:
        return all(each.participate(participant, now) for each in self._ours)  # type: ignore[arg-type]

    def run_due(self, now: object) -> int:
        return sum(each.run_due(now) for each in self._ours)  # type: ignore[arg-type]

    def credits(self) -> list[object]:
        return [credit for each in self._ours for credit in each.credits()]


def test_a_broken_invariant_makes_the_report_not_fine(file: ParticipantFile) -> None:
    def make(settings: BrazeSettings, session: requests.Session, group: str) -> Integration:
        return TakesPartTwice(settings, session, group)  # type: ignore[return-value]

    lab = in_process_lab(start=start_of(file), make_integration=make)

    report = run_demo(lab, replace(file, participants=file.participants[:1]))

    assert "at_most_one_credit" in {each.invariant for each in report.breaches}
    assert not report.is_fine


def test_a_request_against_the_contract_makes_the_report_not_fine(file: ParticipantFile) -> None:
    lab = in_process_lab(start=start_of(file))
    lab.brand.track([{"external_id": "crm-9", "first_name": 9}])

    report = run_demo(lab, replace(file, participants=file.participants[:1]))

    assert report.breaches == ()
    assert [each.operation for each in report.violations] == ["POST /users/track"]
    assert not report.is_fine


def test_a_file_of_rejected_rows_only_is_reported_too(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email,phone,activation,consented_at\nnobody,,drop,2026-01-01\n")
    file = read_participants(path)

    report = run_demo(in_process_lab(start=start_of(file)), file)

    assert report.people == ()
    assert [each.line for each in report.rejected] == [2]
    assert report.is_fine
