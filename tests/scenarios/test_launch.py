"""Many participants at once: all are settled, and Braze never has to say 429."""

import os
from datetime import timedelta

from scenarios.bench.launch import measure_launch

PARTICIPANTS = 10_000 if os.environ.get("BRAZE_LAB_BUDGET") == "soak" else 200


def test_a_launch_settles_everybody_and_stays_under_brazes_limits() -> None:
    """Facts: rate-limit-figures, export-limit-with-few-fields"""
    figures = measure_launch(PARTICIPANTS)

    print(figures)
    assert (figures.settled, figures.credited) == (PARTICIPANTS, PARTICIPANTS)
    assert figures.requests == 6 * PARTICIPANTS
    assert figures.rate_limited == 0
    assert figures.simulated < timedelta(hours=1)
