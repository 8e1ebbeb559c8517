"""How hard scenarios search: Hypothesis settings by name."""

import os

from hypothesis import HealthCheck, settings

from contracts.reproducible import REPRODUCIBLE

# No deadline: time is simulated, and a slow machine is no fault. The rest is the search's size.
QUICK = settings(
    max_examples=25, stateful_step_count=15, deadline=None, derandomize=True, database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
CI = settings(QUICK, max_examples=100, stateful_step_count=25)
SOAK = settings(QUICK, max_examples=2_000, stateful_step_count=50, derandomize=False)
BUDGETS = {"quick": QUICK, "ci": CI, "soak": SOAK}


def chosen() -> settings:
    """The budget named by the environment variable BRAZE_LAB_BUDGET; `ci` if there is none."""
    name = os.environ.get("BRAZE_LAB_BUDGET", "ci")
    if name not in BUDGETS:
        raise ValueError(f"BRAZE_LAB_BUDGET is {name!r}; choose one of {', '.join(BUDGETS)}")
    return BUDGETS[name]


def afresh(budget: settings) -> settings:
    """`budget` for machines that need many different stories rather than variations of a few."""
    return settings(budget, backend=REPRODUCIBLE)
