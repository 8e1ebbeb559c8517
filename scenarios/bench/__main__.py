"""Measure: `make bench`, or `python -m scenarios.bench`.

Machines differ and are noisy: what counts are ratios of figures taken in turns in one run.
"""

import click

from scenarios.bench.launch import PARTICIPANTS, measure_launch
from scenarios.bench.memory import measure_memory
from scenarios.bench.steps import measure_steps
from scenarios.bench.track import LARGE, SMALL, measure_track


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Turns that each server gets.")
@click.option("--seconds", default=2.0, show_default=True, help="Length of one turn.")
@click.option("--participants", default=PARTICIPANTS, show_default=True, help="Size of the launch.")
def main(rounds: int, seconds: float, participants: int) -> None:
    """Print what the fake costs in time and memory."""
    track = measure_track(rounds, seconds)
    memory = measure_memory()
    launch = measure_launch(participants)
    steps = measure_steps(rounds)
    empty, reading = track.slower / track.empty_view, track.slower / track.reading_view
    lines = [
        "POST /users/track on granian, one process, answers a second (median)",
        f"  an empty Flask view                {track.empty_view:10,.0f}",
        f"  an empty one that reads the body   {track.reading_view:10,.0f}",
        f"  the fake with {SMALL:>7,} profiles     {track.small:10,.0f}",
        f"  the fake with {LARGE:>7,} profiles     {track.large:10,.0f}",
        f"  the slower fake against the empty view         {empty:5.2f} x",
        f"  the slower fake against the reading one        {reading:5.2f} x",
        f"  the two fakes against each other               {track.spread:5.2f} x",
        "Memory",
        f"  a profile with email, phone and name      {memory.profile / 1024:6.1f} KB",
        f"  what the journal keeps of its making      {memory.journal / 1024:6.1f} KB",
        f"A launch with {launch.participants:,} participants, on SQLite and without a server",
        f"  settled, and credited                {launch.settled:>10,} {launch.credited:>10,}",
        f"  requests, and of those answered 429  {launch.requests:>10,} {launch.rate_limited:>10,}",
        f"  real seconds, and simulated time     {launch.seconds:10,.1f} {launch.simulated!s:>10}",
        "Steps of a scenario in one process, every invariant checked after each (median)",
        f"  steps a second                     {steps.steps:10,.0f}",
        f"  calls of the client for each step  {steps.calls:10.1f}",
        f"  share of evidence and invariants         {steps.share:6.1%} of the time",
        f"  bare calls in process, a second    {steps.bare_calls:10,.0f}",
        f"  to make a lab                        {steps.lab:10.1f} ms",
    ]
    click.echo("\n".join(lines))


if __name__ == "__main__":
    main()
