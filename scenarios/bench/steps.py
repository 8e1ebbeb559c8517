"""How fast a scenario goes in one process with every invariant checked after every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from time import perf_counter
from typing import Literal

from scenarios import strategies
from scenarios.agreed import BRAND_KEY
from scenarios.invariants.watch import ALWAYS, Watch
from scenarios.lab import InProcessFake, Lab
from scenarios.steps import (
    BrandChangesPhone,
    BrandSetsState,
    BrandSignsUp,
    ConsumerTexts,
    NextStep,
    Participate,
    Step,
    Wait,
)

STORIES = 40
STEPS = 25  # of one story, as a search in CI makes them
STATES: Sequence[Literal["subscribed", "unsubscribed"]] = ("subscribed", "unsubscribed")
CALLS = 1_000  # of one look at the bare rate


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Steps a second, with all that a step costs; the share of looking at what is new, building
    the evidence included; calls of the integration for each step; the rate of calls that are made
    without a client, in turns with the steps; and milliseconds to make a lab.
    """

    steps: float
    share: float
    calls: float
    bare_calls: float
    lab: float


def measure_steps(rounds: int = 5, stories: int = STORIES) -> StepFigures:
    """The same stories in each round; medians over the rounds."""
    told = [_story(Random(seed)) for seed in range(stories)]
    _round(told[:1])  # what is read once in a process is no cost of a step
    figures = [_round(told) for _ in range(rounds)]
    return StepFigures(
        *(
            median(getattr(each, name) for each in figures)
            for name in ("steps", "share", "calls", "bare_calls", "lab")
        )
    )


def _round(stories: Sequence[Sequence[Step]]) -> StepFigures:
    fake, making, happening, looking = InProcessFake(), 0.0, 0.0, 0.0
    steps = calls = 0
    for story in stories:
        started = perf_counter()
        lab = fake.lab()
        watch = Watch(lab.evidence(), ALWAYS)
        making += perf_counter() - started
        for step in story:
            started = perf_counter()
            step.happen(lab)
            happened = perf_counter()
            lab.evidence()
            found = watch.breaches()
            looking += perf_counter() - happened
            happening += happened - started
            if found:
                raise AssertionError(f"our client breaks an invariant: {found[0]}")
        steps += len(story)
        calls += len(lab.evidence().requests)
    seconds = happening + looking
    return StepFigures(
        steps / seconds,
        looking / seconds,
        calls / steps,
        _bare_rate(lab),
        1000 * making / len(stories),
    )


def _bare_rate(lab: Lab) -> float:
    """What the same way to the fake carries: small calls that change nothing."""
    started = perf_counter()
    for _ in range(CALLS):
        lab.calls(
            BRAND_KEY, "/users/export/ids", {"external_ids": ["x"], "fields_to_export": ["email"]}
        )
    return CALLS / (perf_counter() - started)


def _story(random: Random) -> list[Step]:
    """What a search over acquisition draws, but for faults and clients that end."""
    return [_step(random) for _ in range(STEPS)]


def _step(random: Random) -> Step:
    email = random.choice(strategies.EMAILS)
    phone = random.choice(strategies.PHONES)
    external_id = random.choice(("crm-1", "crm-2"))
    match random.randrange(8):
        case 0 | 1:
            activation = random.choice(strategies.ACTIVATIONS)
            reply = random.choice(("Y", "STOP", None))
            given = random.choice((phone, None))
            return Participate(email=email, phone=given, activation=activation, reply=reply)
        case 2:
            return BrandSignsUp(external_id=external_id, email=email, phone=phone)
        case 3:
            return BrandChangesPhone(external_id=external_id, phone=phone)
        case 4:
            return BrandSetsState(phone=phone, state=random.choice(STATES))
        case 5:
            return ConsumerTexts(phone=phone, body=random.choice(("Y", "STOP", "START", "what?")))
        case 6:
            return NextStep()
        case _:
            return Wait(seconds=random.choice((1, 2, 60, 119, 120, 151, 331, 3600)))
