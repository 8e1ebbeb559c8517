"""Many deliveries at once, by threads over a real port and by processes on one file."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mock_braze.server import threaded
from quikly_client.activations import Activation, activation_in
from quikly_client.activations.audit import audit
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.sqlite_claims import SqliteClaims
from quikly_client.webhook import PATH, Receiver, create_receiver_app

FIRST_50 = """
name: first-50
q_scope: first-50
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{rank: 1, description: 50 % off, quantity: 50}]
events: [login]
"""
OPEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEADERS = {"Authorization": "Bearer secret", "Content-Type": "application/json"}
"""`deliver` is a delivery, whoever makes it: who it is for, and the answer."""
Answers = list[tuple[str, bytes]]


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[SqliteClaims]:
    claims = SqliteClaims(tmp_path / "store.sqlite")
    yield claims
    claims.close()


def deliver(base_url: str, email: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=60)
    body = json.dumps({"q_scope": "first-50", "event": "login", "email": email})
    connection.request("POST", PATH, body, HEADERS)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


def test_of_200_deliveries_at_once_exactly_50_win_and_repetitions_hear_the_same(
    claims: SqliteClaims,
) -> None:
    """Facts: webhook-repeats-get-the-first-outcome"""
    activation = activation_in(FIRST_50)
    app = create_receiver_app(Receiver(ClaimDesk([activation], claims, lambda: OPEN), "secret"))
    people = [f"{number}@example.com" for number in range(200)]
    gate = threading.Barrier(40)

    with threaded(app) as base_url, ThreadPoolExecutor(40) as pool:

        def act(email: str) -> tuple[int, bytes]:
            gate.wait()
            return deliver(base_url, email)

        first = list(pool.map(act, people))
        again = list(pool.map(act, reversed(people)))

    assert {status for status, _ in first} == {200}
    outcomes = Counter(json.loads(body)["outcome"] for _, body in first)
    assert outcomes == {"won": 50, "missed": 150}
    assert again == first[::-1]
    assert as_it_should_be(activation, claims) == 200


def test_a_person_who_acts_200_times_at_once_wins_once(claims: SqliteClaims) -> None:
    activation = activation_in(FIRST_50)
    app = create_receiver_app(Receiver(ClaimDesk([activation], claims, lambda: OPEN), "secret"))

    with threaded(app) as base_url, ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(lambda _: deliver(base_url, "ana@example.com"), range(200)))

    assert len(answers) == 1
    assert as_it_should_be(activation, claims) == 1


ACTOR = """
import sys
from datetime import UTC, datetime
from quikly_client.activations import activation_in
from quikly_client.activations.claims import Stage
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.sqlite_claims import SqliteClaims

activation = activation_in(sys.argv[2])
desk = ClaimDesk(
    [activation], SqliteClaims(sys.argv[1]), lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)
)
sys.stdin.read()
for number in map(int, sys.argv[3:]):
    desk.act(activation, Stage.CLAIM, "login", f"{number}@example.com")
"""


def test_processes_on_one_file_give_away_no_more_than_there_is(
    claims: SqliteClaims, tmp_path: Path
) -> None:
    activation = activation_in(FIRST_50)
    numbers = [str(number) for number in range(100)]
    # Each person acts in two of the three processes.
    shares = [numbers[:67], numbers[33:], numbers[:33] + numbers[67:]]
    actors = [
        subprocess.Popen(
            [sys.executable, "-c", ACTOR, str(tmp_path / "store.sqlite"), FIRST_50, *share],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
        )
        for share in shares
    ]
    for actor in actors:
        assert actor.stdin is not None
        actor.stdin.close()

    assert [actor.wait(timeout=60) for actor in actors] == [0, 0, 0]
    outcomes = Counter(claim.outcome.value for claim in claims.claims("first-50"))
    assert outcomes == {"won": 50, "missed": 50}
    assert as_it_should_be(activation, claims) == 100


def as_it_should_be(activation: Activation, claims: SqliteClaims) -> int:
    """How many claims there are, none of them another than it should be."""
    kept = claims.claims(activation.q_scope)
    assert audit(activation, "", kept) == []
    return len(kept)
