"""The smallest repair of a text that is meant as JSON: which edits make it JSON, and where.

The standard library's parser says how far a text is JSON. Edits are tried near that place, those
that let the parser get furthest are kept, and the first text that parses has the fewest edits.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.samples.edited_text import Edit

MOST_EDITS = 12
LONGEST = 20_000  # characters; a longer text is told to be broken, and not repaired
_KEPT = 16  # texts of one number of edits that are worked on
_WINDOW = 120  # characters before the place where the parser stopped

_DELETED = re.compile(
    r"\n[ \t]*[}\]]+(?=[ \t]*(?:\n|$))"  # closing brackets with a line of their own
    r"|[}\]]+|[{}\[\],:\"]|\.\.\.|…|//[^\n]*|#[^\n]*|/\*.*?\*/"
)
_BARE = re.compile(r"\{\{.*?\}+|<[^<>\n]*>|[^\s\"'{}\[\],:]+(?: [^\s\"'{}\[\],:]+)*")
_QUOTED = re.compile(r"'([^'\n\"]*)'|“([^”\n\"]*)”|”([^”\n\"]*)”|„([^“”\n\"]*)[“”]")
_WORDS = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text after some edits, and how far it is JSON.

    The parser stopped at `stop`. Where that is in a string without an end, what counts is where
    the string began: a quote too many swallows whatever follows.
    """

    text: str
    stop: int
    sound: int
    edits: tuple[Edit, ...]  # the place of each is one in the text before it
    value: Any = None

    @property
    def left(self) -> int:
        return len(self.text) - self.sound


def broken_at(text: str) -> tuple[int, str] | None:
    """Where a text stops being JSON, and why; None if it does not."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos, error.msg
    except RecursionError:
        return 0, "nested too deeply"
    return None


def smallest_repair(
    text: str, judge: Callable[[Any], int] = lambda _: 0
) -> tuple[Edit, ...] | None:
    """The fewest edits that make a text JSON, one after the other; None if it takes too many.

    Of several such repairs, the one whose value `judge` finds the least wrong with.
    """
    if len(text) > LONGEST:
        return None
    drafts = [_drafted(text, ())]
    seen = {text}
    for _ in range(MOST_EDITS + 1):
        whole = [each for each in drafts if each.left < 0]
        if whole:
            best = min(whole, key=lambda each: (judge(each.value), _oddness(each)))
            return best.edits
        drafts = sorted(
            (each for draft in drafts for each in _edited(draft, seen)),
            key=lambda each: (each.left, _oddness(each)),
        )[:_KEPT]
    return None


def _drafted(text: str, edits: tuple[Edit, ...]) -> _Draft:
    try:
        return _Draft(text, len(text) + 1, len(text) + 1, edits, json.loads(text))
    except json.JSONDecodeError as error:
        sound = error.pos
        if error.msg.startswith("Invalid control character"):
            sound = max(text.rfind('"', 0, error.pos), 0)
        return _Draft(text, error.pos, sound, edits)
    except RecursionError:
        return _Draft(text, 0, 0, edits)


def _edited(draft: _Draft, seen: set[str]) -> Iterator[_Draft]:
    """Every draft with one edit more that gets further."""
    for edit in _edits(draft.text, draft.stop):
        position, removed, added = edit
        text = draft.text[:position] + added + draft.text[position + len(removed) :]
        if text not in seen:
            seen.add(text)
            further = _drafted(text, (*draft.edits, edit))
            if further.left < draft.left:
                yield further


def _edits(text: str, stop: int) -> Iterator[Edit]:
    start = max(text.rfind("\n", 0, max(text[:stop].rstrip().rfind("\n"), 0)) + 1, stop - _WINDOW)
    for match in _QUOTED.finditer(text, start):
        if match.start() > stop + 1:
            break
        inner = next(each for each in match.groups() if each is not None)
        yield Edit(match.start(), match[0], f'"{inner}"')
    for place in range(start, stop + 1):
        for added in '",:{}[]':
            yield Edit(place, "", added)
        if bare := _BARE.match(text, place):
            yield Edit(place, bare[0], _WORDS.get(bare[0]) or json.dumps(bare[0]))
    if here := _DELETED.match(text, stop):
        yield Edit(stop, here[0], "")
    for match in _DELETED.finditer(text, start):
        if match.start() > stop + 1:
            break
        yield Edit(match.start(), match[0], "")


def _oddness(draft: _Draft) -> tuple[int, int]:
    """What tells equally good drafts apart: fewer characters touched, then the earlier place."""
    touched = sum(len(each.removed) + len(each.added) for each in draft.edits)
    return touched, sum(each.position for each in draft.edits)
