"""A client killed with SIGKILL anywhere between storing and calling ends as if nothing had been.

Each story is played in a Python of its own: one that forks must not have threads.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from scenarios.crashes.boundaries import Boundary
from scenarios.crashes.mutants import MUTANTS
from scenarios.crashes.stories import STORIES

CLAIM = "claim"
ADDING = (Boundary.BEFORE_ADDING, Boundary.AFTER_ADDING)
KEEPING = (
    Boundary.BEFORE_KEEPING_THE_CLAIM,
    Boundary.WHILE_KEEPING_THE_CLAIM,
    Boundary.AFTER_KEEPING_THE_CLAIM,
)
CALLING = tuple(each for each in Boundary if each not in (*ADDING, *KEEPING))
# What each story ends with, and the steps in which it makes a call.
EXPECTED: dict[str, tuple[str | None, list[str]]] = {
    "email, new to Braze": (
        "new profile confirmed",
        ["look_up", "look_up_alias", "create", "confirm", "announce"],
    ),
    "email, a customer": ("existing profile marked", ["look_up", "mark"]),
    "sms, new to Braze": (
        "subscription verified",
        ["check", "look_up", "look_up_alias", "create", "confirm", "subscribe", "verify"],
    ),
    "sms, a customer without a phone": (
        "subscription verified",
        ["check", "look_up", "attach_phone", "confirm", "subscribe", "verify"],
    ),
    "sms, a customer with this phone": (
        "subscription verified",
        ["check", "look_up", "subscribe", "verify"],
    ),
    "sms, subscribed already": ("already subscribed", ["check"]),
    "double opt-in, new to Braze": (
        "double opt-in confirmed",
        ["check", "look_up", "look_up_alias", "create", "confirm", "ask", "await"],
    ),
    "email, a customer, with an outcome": (
        "existing profile marked",
        ["look_up", "mark", "find", "write_back", "tell"],
    ),
    "an outcome for a customer": (None, ["find", "write_back", "tell"]),
    "email, a customer, who wins": (
        "existing profile marked",
        ["look_up", "mark", CLAIM, "find", "write_back", "tell"],
    ),
    "a customer who wins by a webhook": (None, [CLAIM, "find", "write_back", "tell"]),
}


def killed_everywhere(story: str, *options: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "scenarios.crashes", "--json", "--story", story, *options],
        capture_output=True,
        timeout=120,
    )
    assert finished.stdout, finished.stderr.decode()
    (report,) = orjson.loads(finished.stdout)
    assert finished.returncode == bool(report["differences"]), finished.stderr.decode()
    return dict(report)


def test_every_story_has_its_expected_ending() -> None:
    assert [story.name for story in STORIES] == list(EXPECTED)


def points_of(steps: list[str]) -> Iterator[tuple[str, str]]:
    """Adding a journey comes before its first step, and what follows a claim is one, too."""
    begins = True
    for step in steps:
        if step == CLAIM:
            yield from ((step, boundary) for boundary in KEEPING)
            begins = True
            continue
        if begins:
            yield from ((step, boundary) for boundary in ADDING)
            begins = False
        yield from ((step, boundary) for boundary in CALLING)


@pytest.mark.parametrize("story", EXPECTED)
def test_wherever_it_is_killed_the_client_ends_as_if_nothing_had_been(story: str) -> None:
    """Facts: events-are-never-deduplicated, server-error-outcome-unknown"""
    report = killed_everywhere(story)

    assert report["differences"] == []
    reason, steps = EXPECTED[story]
    credited = [["drop", "ana@example.com", reason]] if reason else []
    assert report["undisturbed"]["credits"] == credited
    passed = [(point["step"], point["boundary"]) for point in report["points"]]
    assert passed == list(points_of(steps))
    if CLAIM in steps:
        ((email, _, outcome, qid),) = report["undisturbed"]["claims"]
        assert (email, outcome, qid) == ("ana@example.com", "won", "drop-2026:1")
        (profile,) = report["undisturbed"]["profiles"]
        assert profile["custom_attributes"]["quikly_level"] == "gold"
        assert ["quikly_won", 1] in report["undisturbed"]["events"]


@pytest.mark.parametrize(
    ("mutant", "step", "boundary", "says"),
    [
        (
            "stores-after-the-call-only",
            "announce",
            Boundary.AFTER_THE_CALL,
            "events are (('quikly_participated', 2),) instead of (('quikly_participated', 1),)",
        ),
        (
            "credits-in-a-transaction-of-its-own",
            "confirm",
            Boundary.WHILE_STORING_THE_ANSWER,
            "credits are () instead of (('drop', 'ana@example.com', 'new profile confirmed'),)",
        ),
    ],
)
def test_a_client_that_stores_wrongly_is_caught(
    mutant: str, step: str, boundary: Boundary, says: str
) -> None:
    assert mutant in MUTANTS

    report = killed_everywhere("email, new to Braze", "--mutant", mutant)

    told = [
        (each["point"]["step"], each["point"]["boundary"], each["says"])
        for each in report["differences"]
    ]
    assert (step, boundary, says) in told
