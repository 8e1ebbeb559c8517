"""braze-lab replay: make the calls of a journal again in an empty workspace, and compare."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from mock_braze.control.journal import as_json_line
from mock_braze.domain.dials.values import PRESETS
from mock_braze.domain.snapshot import write_snapshot
from mock_braze.replay import BadJournal, Step, read_steps, replay
from mock_braze.server import ServerOptions, workspaces_of

# What goes by a client's own watch: the windows of its rate limits, and what is left of them.
WALL_TIME = ("x-ratelimit-reset", "x-ratelimit-remaining")


@click.command("replay", epilog="Example:  braze-lab replay journal.jsonl --snapshot after.json")
@click.argument("journal", type=click.File("rb"))
@click.option("--seed", default=0, show_default=True, help="Seed of the journal's workspace.")
@click.option(
    "--api-key", default="braze-lab", show_default=True, help="Key of the journal's workspace."
)
@click.option(
    "--preset",
    default="documented",
    show_default=True,
    type=click.Choice(list(PRESETS)),
    help="How the dials of the journal's workspace began.",
)
@click.option(
    "--snapshot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the state at the end there, for PUT /control/snapshot.",
)
def command(journal: BinaryIO, seed: int, api_key: str, preset: str, snapshot: Path | None) -> None:
    """Make the calls of JOURNAL again: JSON Lines from GET /control/journal; - reads the input.

    The exit status is 1 if something else came of them this time.
    """
    lines = journal.read().splitlines()
    options = ServerOptions(seed=seed, api_key=api_key, preset=preset)
    try:
        steps = read_steps(lines)
        workspace = replay(steps, workspaces_of(options))
    except BadJournal as bad:
        problems = "".join(f"\n  {each}" for each in bad.problems)
        raise click.UsageError(f"{journal.name} cannot be replayed:{problems}") from None
    click.echo(f"{_counted(steps)}; it is {workspace.clock.now().isoformat()}.")
    if snapshot is not None:
        try:
            snapshot.write_bytes(orjson.dumps(write_snapshot(workspace.snapshot())))
        except OSError as error:
            says = f"cannot write the snapshot to {snapshot}: {error.strerror}"
            raise click.UsageError(says) from None
    again = [as_json_line(each) for each in workspace.state.journal.since()]
    different = next(_differences(lines, again), None)
    if different is not None:
        click.echo(different)
        raise SystemExit(1)
    click.echo("The journal is the same.")


def _counted(steps: list[Step]) -> str:
    controls = [step for step in steps if step.call and step.call.path.startswith("/control/")]
    requests = sum(step.call is not None for step in steps) - len(controls)
    moves = sum(step.to is not None for step in steps)
    return (
        f"Replayed {_several(requests, 'request')}, {_several(len(controls), 'control call')} "
        f"and {_several(moves, 'move')} of the clock"
    )


def _several(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _differences(before: list[bytes], after: list[bytes]) -> Iterator[str]:
    for number, (one, other) in enumerate(zip(before, after, strict=False), start=1):
        told, now = _comparable(one), _comparable(other)
        for name in told.keys() | now.keys():
            if told.get(name) != now.get(name):
                yield f"Entry {number} is different: {_change(told.get(name), now.get(name), name)}"
    if len(before) != len(after):
        yield f"There are {len(after)} entries, not {len(before)}."


def _change(told: object, now: object, name: str) -> str:
    """What changed, as deep in objects as it can be named."""
    if isinstance(told, dict) and isinstance(now, dict):
        for each in told | now:
            if told.get(each) != now.get(each):
                return _change(told.get(each), now.get(each), f"{name}.{each}")
    return f"{name!r} was {told!r:.200}, and is {now!r:.200}"


def _comparable(line: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = orjson.loads(line)
    if isinstance(entry.get("response"), dict):
        for name in WALL_TIME:
            entry["response"].get("headers", {}).pop(name, None)
    return entry
