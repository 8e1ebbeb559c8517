"""A story that is named on the command line."""

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scenarios.stories import Story

MOST_ALIKE = 3


def named_story(name: str) -> "Story":
    """The story of the lab with this name, or that of the file.

    Raises:
        click.UsageError: there is none, or the file tells none; which may be meant, or what is
            wrong.
    """
    from scenarios.stories import BadStory, bundled_stories, read_story

    bundled = bundled_stories()
    file = bundled.get(name, Path(name))
    if name not in bundled and not file.exists():
        alike = get_close_matches(name, bundled, n=1)
        alike += [each for each in bundled if name in each and each not in alike]
        meant = f"did you mean {' or '.join(alike[:MOST_ALIKE])}? " if name and alike else ""
        raise click.UsageError(
            f"there is no story and no file {name!r}; {meant}`braze-lab run --list` names those "
            "that come with the lab"
        )
    try:
        return read_story(file)
    except BadStory as bad:
        raise click.UsageError(str(bad)) from None
