"""The participants file, as the options of several commands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from quikly_client.errors import BadParticipants, BadSettings
from quikly_client.participants import ParticipantFile, read_participants
from scenarios.demo import MOST_PARTICIPANTS, sample_file

Command = TypeVar("Command", bound=Callable[..., Any])


def participants_options(command: Command) -> Command:
    """`--participants FILE` and `--region`."""
    file = click.option(
        "--participants",
        type=click.Path(path_type=Path),
        help="CSV with the columns email, phone, activation, consented_at.  "
        "[default: a bundled sample of 29 people]",
    )
    region = click.option(
        "--region",
        default="US",
        show_default=True,
        help="Country of phone numbers without a country code.",
    )
    return file(region(command))


def read_file(participants: Path | None, region: str) -> ParticipantFile:
    """Raises:
    click.UsageError: the file as a whole cannot be used; it says why and what to do.
    """
    try:
        return read_participants(
            participants or sample_file(), default_region=region, max_rows=MOST_PARTICIPANTS
        )
    except (BadParticipants, BadSettings) as bad:
        raise click.UsageError(str(bad)) from None
