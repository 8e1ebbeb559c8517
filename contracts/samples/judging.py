"""What is wrong with the request samples of a document, and how each should be printed."""

import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.breaches import Breach
from contracts.likely_names import documented_names, likely_name
from contracts.samples.advice import advice_on
from contracts.samples.edited_text import Edit, EditedText
from contracts.samples.finding import Block, find_blocks
from contracts.samples.places import places_in
from contracts.samples.repairing import broken_at, smallest_repair
from contracts.specification import JSON_TYPE, Operation, Specification

NEAR = 3_000  # characters above a sample in which its endpoint is looked for
_DESCRIPTION = re.compile(r":\s*\((required|optional)\b", re.IGNORECASE)
_ANSWER = re.compile(r"\b(response|respuesta|réponse|antwort)\b|レスポンス|응답", re.IGNORECASE)
_STATUS = re.compile(r"\s*(HTTP/[0-9.]+ |Status code:? *)?[1-5][0-9][0-9]\b", re.IGNORECASE)
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(\S[^\n'\"]*)")
_CURL_HEADER = re.compile(rf"(?:-H|--header)[ =]+['\"]{_HEADER.pattern}['\"]")
_CURL_BODY = re.compile(r"(?:-d|--data(?:-raw|-binary|-ascii)?)[ =]+'([^']*)'")
_JSON = re.compile(r"^[ \t]*(?=[{\[\"])", re.MULTILINE)
_NAME = re.compile(r'("(?:[^"\\]|\\.)*")\s*:')
# What stands for a value of the reader's own, whose form says nothing.
_PLACEHOLDER = re.compile(r'"(<[^<>]*>|\[[^\[\]]*\]|\{[^{}]*\}|YOUR[-_ ].*|.*\{[{%].*)"')

PAIRS_START, PAIRS_END = "{\n", "\n}"

Severity = Literal["error", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong at one place (line of the document and column, both from 1), and what to do."""

    line: int
    column: int
    says: str
    instead: str = ""
    fact: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        instead = f"; {self.instead}" if self.instead else ""
        cited = f" ({self.fact})" if self.fact else ""
        return f"{self.says}{instead}{cited}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A block of code that is a request or a part of one, from line `line` of the document on.

    `operation` is empty where none fits; `corrected` is None where nothing is to be corrected.
    """

    line: int
    text: str
    operation: str
    problems: tuple[Problem, ...]
    corrected: str | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no mere notes."""
        return tuple(each for each in self.problems if each.severity == "error")


def judge_document(document: str, specifications: Sequence[Specification]) -> list[Sample]:
    """Every request sample of a document, judged; descriptions and answers are no samples."""
    operations = [each for spec in specifications for each in spec.operations]
    found = (_judged(block, operations) for block in find_blocks(document))
    return [each for each in found if each is not None]


def _judged(block: Block, operations: Sequence[Operation]) -> Sample | None:
    if _DESCRIPTION.search(block.text) or _is_answer(block):
        return None
    judging = _Judging(block, operations)
    judging.judge_headers()
    judging.judge_body()
    return judging.sample() if judging.headers or judging.body is not None else None


def _is_answer(block: Block) -> bool:
    """Whether a block shows what comes back, by its own first line or the words right above it."""
    above = block.before.rstrip().rpartition("\n")[2]
    return bool(_STATUS.match(block.text) or _ANSWER.search(above))


@dataclass(slots=True)
class _Judging:
    """One block, step by step: which operation, what is wrong, what it should be."""

    block: Block
    operations: Sequence[Operation]
    operation: Operation | None = None
    problems: list[Problem] = field(default_factory=list)
    headers: list[re.Match[str]] = field(init=False)
    body: EditedText | None = field(init=False)
    start: int = field(init=False)  # of the body within the block

    def __post_init__(self) -> None:
        text = self.block.text
        self.start, end = _span_of_body(text)
        self.body = EditedText(text[self.start : end]) if self.start < end else None
        ahead = text[: self.start]
        self.headers = [*_CURL_HEADER.finditer(ahead)]
        if not self.headers:
            lines = re.finditer(r"[^\n]+", ahead)
            self.headers = [m for line in lines if (m := _header_in(ahead, line))]
        named = _named(self.block.before[-NEAR:] + ahead, self.operations)
        self.operation = next(iter(named), None)

    @property
    def is_pairs(self) -> bool:
        """Whether the body is printed as pairs, as one fills them into the dashboard."""
        return self.body is not None and self.body.written.startswith('"')

    def problem(
        self,
        position: int,
        says: str,
        instead: str = "",
        fact: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note what is wrong at a position of the block."""
        before = self.block.text[:position]
        line = self.block.line + before.count("\n")
        column = position - (before.rfind("\n") + 1) + 1
        self.problems.append(Problem(line, column, says, instead, fact, severity))

    def sample(self) -> Sample:
        block, corrected = self.block, None
        if self.body is not None and len(self.body.edits) > 2 * self.is_pairs:
            end = self.start + len(self.body.written)
            body = self.body.text
            if self.is_pairs:
                body = body.removeprefix(PAIRS_START).removesuffix(PAIRS_END)
            corrected = block.text[: self.start] + body + block.text[end:]
        name = self.operation.name if self.operation else ""
        problems = tuple(sorted(self.problems))
        return Sample(block.line, block.text, name, problems, corrected)

    # The headers

    def judge_headers(self) -> None:
        """The two that matter, where they are printed."""
        for match in self.headers:
            name, value = match[1].lower(), match[2].strip()
            if name == "content-type" and value.partition(";")[0].strip().lower() != JSON_TYPE:
                says = f"Content-Type is {value}, not {JSON_TYPE}"
                self.problem(match.start(), says, fact="wrong-content-type-415")
            if name == "authorization" and not re.fullmatch(r"Bearer \S.*", value):
                says = f"Authorization is {value}: it must be `Bearer`, one space and the key"
                self.problem(match.start(), says, fact="bearer-key")

    # The body

    def judge_body(self) -> None:
        """Its syntax first, then its members, then all that the contract says of it."""
        if self.body is None or not self._make_json():
            return
        value = json.loads(self.body.text)
        self.operation = _fitting(value, self.operation, self.operations)
        if self.operation is None or self.operation.body is None or not isinstance(value, dict):
            return
        self._correct_liquid()
        self._correct_names(self.operation)
        self._tell_breaches(self.operation)

    def _make_json(self) -> bool:
        """Repair what is no JSON; False if nobody can say how. Pairs need no braces around them."""
        assert self.body is not None
        if self.is_pairs:
            self.body.edit(Edit(len(self.body.text), "", PAIRS_END))
            self.body.edit(Edit(0, "", PAIRS_START))
        broken = broken_at(self.body.text)
        if broken is None:
            return True
        edits = smallest_repair(self.body.text, self._faults_of)
        if edits is None:
            place, why = self.body.origin(broken[0]), broken[1]
            self.problem(self.start + place, f"no JSON from here on: {why}")
            return False
        for edit in edits:
            place = self.start + self.body.edit(edit) + _blanks_ahead(edit.removed)
            self.problem(place, "no JSON", str(edit), "unparsable-json-400")
        return True

    def _faults_of(self, value: Any) -> int:
        """How much is wrong with a value; a body that is no object is wrong altogether."""
        if not isinstance(value, dict):
            return sys.maxsize
        shape = self.operation.body if self.operation else None
        return len(list(shape.breaches(value, "body"))) if shape else 0

    def _correct_liquid(self) -> None:
        from mock_braze.domain.liquid.rendering import misprints_of

        assert self.body is not None
        for match in re.finditer(r'"((?:[^"\\]|\\.)*\{[{%](?:[^"\\]|\\.)*)"', self.body.text):
            for misprint in misprints_of(match[1]):
                at = match.start(1) + misprint.column - 1
                place = self.start + self.body.origin(at)
                instead = f"write {misprint.fix} instead of {misprint.text}" if misprint.fix else ""
                fact = "page-sample-short-of-a-brace"
                self.problem(place, f"no Liquid: {misprint.says}", instead, fact)
                if misprint.fix:
                    self.body.edit(Edit(at, misprint.text, misprint.fix))

    def _correct_names(self, operation: Operation) -> None:
        """Give members the documented names they were likely meant to have, one by one."""
        assert self.body is not None
        tried: set[str] = set()
        while (misprint := _misprint(self.body.text, operation, tried)) is not None:
            path, at, edit, fact = misprint
            tried.add(path)
            says = f"{operation.name} knows no member {path}"
            self.problem(self.start + self.body.origin(at), says, str(edit), fact)
            self.body.edit(edit)

    def _tell_breaches(self, operation: Operation) -> None:
        assert self.body is not None
        places = places_in(self.body.text, "body")
        value = json.loads(self.body.text)
        for breach in _breaches(value, operation):
            nearest = max((each for each in places if breach.property.startswith(each)), key=len)
            place = self.start + self.body.origin(places[nearest])
            says = f"{breach.property} is {breach.received}"
            self.problem(place, says, f"documented: {breach.documented}", breach.fact)
        for advice in advice_on(operation.name, value):
            place = self.start + self.body.origin(places[advice.property])
            self.problem(place, advice.says, fact=advice.fact, severity="note")


def _span_of_body(text: str) -> tuple[int, int]:
    """Where the JSON of a block begins and ends; two equal numbers if it has none."""
    end = len(text.rstrip())
    if match := _CURL_BODY.search(text):
        return match.span(1)
    if (match := _JSON.search(text)) is None:
        return end, end
    return match.end(), max(end, match.end())


def _blanks_ahead(text: str) -> int:
    return len(text) - len(text.lstrip())


def _header_in(text: str, line: re.Match[str]) -> re.Match[str] | None:
    """A line of a block as a header, places as in the block."""
    return _HEADER.match(text, line.start(), line.end())


def _named(text: str, operations: Sequence[Operation]) -> list[Operation]:
    """The operations whose paths a text names, the one named last first."""
    found = [
        (match.end(), len(each.path), each)
        for each in operations
        if (match := _last(rf"{re.escape(each.path)}(?![\w/.-]*\w)", text))
    ]
    return [each for *_, each in sorted(found, key=lambda item: item[:2], reverse=True)]


def _last(pattern: str, text: str) -> re.Match[str] | None:
    matches = list(re.finditer(pattern, text))
    return matches[-1] if matches else None


def _fitting(
    value: Any, named: Operation | None, operations: Sequence[Operation]
) -> Operation | None:
    """The operation a body is for: the one that was named, if it knows half of its members.

    Else the one that knows most of them; None if none knows half.
    """
    if not isinstance(value, dict) or not value:
        return named
    candidates = [each for each in operations if each.body is not None]
    known = {each.name: _known_members(value, each) for each in candidates}
    needed = len(value) / 2
    if named is not None and known.get(named.name, 0) >= needed:
        return named
    best = max(candidates, key=lambda each: known[each.name], default=None)
    return best if best is not None and known[best.name] >= needed else None


def _known_members(value: Mapping[str, Any], operation: Operation) -> int:
    assert operation.body is not None
    documented = documented_names(operation.body)
    return sum(likely_name(name, documented) is not None for name in value)


def _misprint(
    text: str, operation: Operation, tried: set[str]
) -> tuple[str, int, Edit, str] | None:
    """The first member whose name is likely a documented one misspelt, with what to write."""
    assert operation.body is not None
    documented = documented_names(operation.body)
    facts = {each.property: each.fact for each in _breaches(json.loads(text), operation)}
    for path, at in places_in(text, "body").items():
        written = _NAME.match(text, at)
        if path in tried or written is None:
            continue
        name = json.loads(written[1])
        meant = likely_name(name, documented) if path in facts else _plainly(name, documented)
        if meant is not None and meant != name:
            edit = Edit(at, written[1], json.dumps(meant))
            return path, at, edit, facts.get(path) or "unknown-members-ignored"
    return None


def _plainly(name: str, documented: Collection[str]) -> str | None:
    """The documented name that is the same but for marks around it."""
    bare = name.strip(" :;,.")
    return bare if bare != name and bare in documented else None


def _breaches(value: Any, operation: Operation) -> Iterator[Breach]:
    """What the contract says of a body, but for the form of what only stands for a value."""
    assert operation.body is not None
    for breach in dict.fromkeys(operation.body.breaches(value, "body")):
        if not _PLACEHOLDER.fullmatch(breach.received):
            yield breach
