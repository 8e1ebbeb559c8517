"""The register of facts about Braze, and who cites them."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

REGISTER = Path(__file__).with_name("facts.toml")
EVIDENCE = ("recorded", "observed", "documented", "inferred")
MEMBERS = ("says", "evidence", "source", "checked")

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_IDS = rf"{_ID}(?:,\s+{_ID})*"
_FACT_ID = re.compile(_ID)
_DOCSTRING_LINE = re.compile(rf"^[ \t]*(?:\"\"\")?Facts?: ({_IDS})(?:\"\"\")?[ \t]*$", re.MULTILINE)
_KEYWORD = re.compile(rf"\bfact=\"({_ID})\"")
_SCHEMA_MEMBER = re.compile(rf"\"?x-fact\"?: \"?({_ID})")
_MARKED_COMMENT = re.compile(r"# (?:Braze|Inferred): .*(?:\n[ \t]*# (?!Braze:|Inferred:).*)*")
_CLOSING_IDS = re.compile(rf"\(({_IDS})\)")


class BadRegister(ValueError):
    """The register cannot be used; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that Braze does, with how and since when we know."""

    id: str
    says: str
    evidence: str
    source: str
    checked: date


def load_facts(register: Path = REGISTER) -> dict[str, Fact]:
    """All facts by their id, in the order of the register.

    Raises:
        BadRegister: with every problem at once.
    """
    try:
        entries = tomllib.loads(register.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise BadRegister([f"{register.name} is not TOML: {problem}"]) from problem
    problems = [each for name, entry in entries.items() for each in _problems(name, entry)]
    if problems:
        raise BadRegister(problems)
    return {name: Fact(name, **entry) for name, entry in entries.items()}


def _problems(name: str, entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"{name!r} is not a table; every member belongs to a fact"
        return
    if not _FACT_ID.fullmatch(name):
        yield f"fact {name!r} is not named in kebab-case"
    for member in MEMBERS:
        if member not in entry:
            yield f"fact {name!r} lacks {member!r}"
    for member, value in entry.items():
        if member not in MEMBERS:
            yield f"fact {name!r} has the unknown member {member!r}; known are {', '.join(MEMBERS)}"
        elif member == "evidence" and value not in EVIDENCE:
            yield f"fact {name!r} has the evidence {value!r}; known are {', '.join(EVIDENCE)}"
        elif member == "checked" and (not isinstance(value, date) or isinstance(value, datetime)):
            yield f"fact {name!r} was checked on {value!r}, which is not a date such as 2026-11-23"
        elif member in ("says", "source") and (not isinstance(value, str) or not value.strip()):
            yield f"fact {name!r} has {value!r} as {member!r}; give a sentence"


def cited_facts(text: str) -> set[str]:
    """The ids that a file cites, in one of four forms.

    A docstring has a line `Facts: some-id, other-id`, which may wrap after a comma. A comment that
    starts with `# Braze:` or `# Inferred:` ends with ids in parentheses, here or on its last line.
    Code passes the keyword argument fact, with the id in double quotes. Schemas have an `x-fact`.
    """
    lists = [*_DOCSTRING_LINE.findall(text), *_KEYWORD.findall(text), *_SCHEMA_MEMBER.findall(text)]
    for comment in _MARKED_COMMENT.findall(text):
        lists += _CLOSING_IDS.findall(_closing(comment))
    return {each for ids in lists for each in _FACT_ID.findall(ids)}


def marks_without_fact(text: str) -> list[str]:
    """The `# Braze:` and `# Inferred:` comments of a file that name no fact at their end."""
    marked: list[str] = _MARKED_COMMENT.findall(text)
    return [comment for comment in marked if not _CLOSING_IDS.search(_closing(comment))]


def _closing(comment: str) -> str:
    """What stands in the parentheses that end the comment, if any do."""
    text = re.sub(r"\s*\n\s*#\s*", " ", comment).rstrip()
    return text[text.rfind("(") :] if text.endswith(")") else ""


def uncited_facts(facts: Mapping[str, Fact], texts: Iterable[str]) -> set[str]:
    """The facts that none of `texts` cites: nothing in the project relies on them."""
    return facts.keys() - set[str]().union(*map(cited_facts, texts))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many facts there are by evidence, how many of them tests cite, and which none does.

    A guess (`inferred`) needs no test to stay honest: it is a dial or marked where it is made.
    """

    total: Mapping[str, int]
    cited: Mapping[str, int]
    uncovered: tuple[Fact, ...]


def coverage(facts: Mapping[str, Fact], tests: Iterable[str]) -> Coverage:
    """Hold the register against the texts of tests."""
    uncited = uncited_facts(facts, tests)
    return Coverage(
        Counter(each.evidence for each in facts.values()),
        Counter(each.evidence for each in facts.values() if each.id not in uncited),
        tuple(
            each for each in facts.values() if each.id in uncited and each.evidence != "inferred"
        ),
    )
