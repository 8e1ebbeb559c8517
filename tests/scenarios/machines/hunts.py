"""Hunting with a machine: over the real fake, and over one with a planted bug."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from scenarios.budgets import QUICK, afresh, chosen
from scenarios.machines.side_by_side import Disagreement, SideBySide

# It ends with the first failure, which nobody reads: there is no need of a shorter one.
HUNT = settings(afresh(QUICK), max_examples=100, phases=(Phase.generate,))


def budget() -> settings:
    """The chosen one. A soak of 500 examples, 25,000 steps, takes each machine some minutes."""
    return settings(afresh(chosen()), max_examples=min(chosen().max_examples, 500))


def steps_without_disagreement(machine: type[SideBySide]) -> int:
    """How many steps the chosen budget made."""
    before = machine.steps
    run_state_machine_as_test(machine, settings=budget())
    return machine.steps - before


def disagreement_found(machine: type[SideBySide]) -> str:
    """What the machine says of a fake with a bug."""
    with pytest.raises(Disagreement) as found:
        run_state_machine_as_test(machine, settings=HUNT)
    return str(found.value)
