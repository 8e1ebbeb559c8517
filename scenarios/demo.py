"""The demo: real people from a file, driven through their journeys, and everything checked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from contracts.specification import Specification
from contracts.traffic import check_exchange
from contracts.violations import Violation
from mock_braze.domain.clock import SystemClock
from quikly_client.journeys.participation import Outcome, Participation, ParticipationKey
from quikly_client.participants import Participant, ParticipantFile, RejectedRow, RepeatedRow
from quikly_client.results import SubscriptionState
from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION, GROUP_ID, START
from scenarios.evidence import Evidence, JournaledHazard
from scenarios.invariants.breach import Breach
from scenarios.invariants.watch import AT_THE_END, breaches
from scenarios.lab import Lab, Reply

# More would be tested better by a load tool: each participant is a handful of real requests.
MOST_PARTICIPANTS = 5_000
# The brand's own customers exist this long before the first person takes part.
HEAD_START = timedelta(minutes=10)

CUSTOMERS: Sequence[Mapping[str, str]] = (
    {"external_id": "crm-1001", "email": "maria.keller@example.com", "first_name": "Maria"},
    {"external_id": "crm-1002", "email": "tom.okafor@example.org", "phone": "+13135550142"},
    {"external_id": "crm-1003", "email": "lena.fischer@example.com", "phone": "+13135550199"},
)
SUBSCRIBED_CUSTOMER = "+13135550142"
# What consumers make of the prompt of a double opt-in. Whoever is not named here confirms.
REPLIES: Mapping[str, Reply | None] = {
    "omar.said@example.com": None,
    "paula.ricci@example.com": Reply("STOP"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What became of one participant. `line` is that of the file; moments are simulated."""

    line: int
    email: str
    phone: str | None
    activation: str
    workflow: str
    is_credited: bool
    reason: str
    started_at: datetime
    credited_at: datetime | None
    profile: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoReport:
    """All that a person wants to know of a demo run. Every row of the file is in it once."""

    people: tuple[PersonRow, ...]
    repeated: tuple[RepeatedRow, ...]
    rejected: tuple[RejectedRow, ...]
    profiles_created: int
    profiles_reused: int
    requests: Mapping[str, int]
    hazards: tuple[JournaledHazard, ...]
    breaches: tuple[Breach, ...]
    violations: tuple[Violation, ...]
    simulated: timedelta
    seconds: float

    @property
    def is_fine(self) -> bool:
        return not self.breaches and not self.violations


def sample_file() -> Path:
    """The bundled participants, as a marketer would export them."""
    return Path(str(files("scenarios").joinpath("samples", "participants.csv")))


def start_of(file: ParticipantFile) -> datetime:
    """When the lab of a demo must begin: some minutes before the first consent."""
    first = min((each.consented_at for each in file.participants), default=START)
    return first - HEAD_START


def run_demo(lab: Lab, file: ParticipantFile) -> DemoReport:
    """Let everybody take part at the moment of consent, and go on until all is settled.

    The lab must have been started at `start_of(file)`.
    """
    started = SystemClock().now()
    sign_up_customers(lab)
    first = lab.now
    expect(lab, file)
    lab.run()
    seconds = (SystemClock().now() - started).total_seconds()
    return _report(lab, file, lab.now - first, seconds)


def expect(lab: Lab, file: ParticipantFile) -> None:
    """Let the people of a file take part, and answer what they are asked by text."""
    lab.expect(file.participants)
    for each in file.participants:
        reply = REPLIES.get(each.email, Reply())
        if each.activation == DOUBLE_OPT_IN_ACTIVATION and each.phone and reply is not None:
            lab.let_reply(each.phone, reply)


def sign_up_customers(lab: Lab) -> None:
    """The brand's own system: three customers, one of them subscribed to text messages."""
    began = lab.now
    lab.brand.track(CUSTOMERS)
    lab.move_to(began + HEAD_START / 2)
    lab.brand.set_subscription_state(GROUP_ID, SubscriptionState.SUBSCRIBED, SUBSCRIBED_CUSTOMER)
    lab.move_to(began + HEAD_START)


def _report(lab: Lab, file: ParticipantFile, simulated: timedelta, seconds: float) -> DemoReport:
    evidence = lab.evidence()
    created = {e.details["email"] for e in evidence.effects if e.effect == "profile_created"}
    credited = {each.key: each.at for each in evidence.credits}
    by_key = {each.key: each for each in evidence.participations or ()}
    people = tuple(
        _person(each, by_key[ParticipationKey(each.activation, each.email)], credited)
        for each in file.participants
    )
    reused = {each.email for each in people if each.profile == "reused"} - created
    return DemoReport(
        people=people,
        repeated=file.repeated,
        rejected=file.rejected,
        profiles_created=len(created),
        profiles_reused=len(reused),
        requests=dict(Counter(each.operation for each in evidence.requests)),
        hazards=tuple(evidence.hazards),
        breaches=tuple(breaches(evidence, AT_THE_END)),
        violations=tuple(_contract_violations(evidence)),
        simulated=simulated,
        seconds=seconds,
    )


def _person(
    participant: Participant,
    participation: Participation,
    credited: Mapping[tuple[str, str], datetime],
) -> PersonRow:
    if participation.profile_created:
        profile = "created"
    else:
        profile = "untouched" if participation.profile is None else "reused"
    return PersonRow(
        line=participant.line,
        email=participant.email,
        phone=participant.phone,
        activation=participant.activation,
        workflow=str(participation.workflow),
        is_credited=participation.outcome is Outcome.CREDITED,
        reason=participation.reason or f"still at {participation.step}",
        started_at=participation.started_at,
        credited_at=credited.get((participation.activation, participation.email)),
        profile=profile,
        notes=participation.notes,
    )


def _contract_violations(evidence: Evidence) -> list[Violation]:
    """Every request and every answer of the run against the published contract."""
    specification = Specification()
    return [
        violation
        for exchange in evidence.exchanges
        for violation in check_exchange(exchange, specification)
    ]
