"""Braze's way of naming things in Liquid, `${name}`, put into the Liquid that its library reads.

`${first_name}` becomes `_profile["first_name"]` and `custom_attribute.${level}` becomes
`custom_attribute["level"]`. What is written wrong in a way that only Braze's form makes possible
is found here, all of it at once; the rest is left to the library.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

PROFILE = "_profile"  # where names stand that have nothing in front
MOST_SHOWN = 60  # characters of what is wrong
MOST_MISPRINTS = 20  # told of one template

_OPENING = re.compile(r"\{\{|\{%")
_BLOCK = re.compile(r"\{%-?\s*(raw|comment)\s*-?%\}")
_IN_OUTPUT = re.compile(
    r"\$\{[^{}]*\}(?P<lone>\s*\}(?!\}))?|(?P<end>\}\})|(?P<again>\{\{|\{%)",
)
_NAMED = re.compile(r"""(?P<text>'[^']*'|"[^"]*")|(?P<dot>\.?)\$\{(?P<name>[^{}]*)\}""")
_TAG = re.compile(r"\{%-?\s*(\w+)")
_WRAPPED = re.compile(r"\{\{-?\s*((?:[^{}]|\{[^{}]*\})*?)\s*-?\}\}")
CONNECTED_CONTENT = "connected_content"


@dataclass(frozen=True, slots=True)
class Misprint:
    """Why a template cannot be read: where (line and column from 1), what stands there, and what
    to write instead, if that is likely.
    """

    line: int
    column: int
    text: str
    says: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f"; did you mean {self.fix}" if self.fix else ""
        return f"line {self.line}, column {self.column}, at {self.text}: {self.says}{fix}"


class BadTemplate(ValueError):
    """A text that is no template; `misprints` holds every one that was found."""

    def __init__(self, misprints: list[Misprint]) -> None:
        super().__init__("; ".join(str(each) for each in misprints))
        self.misprints = misprints


@dataclass(frozen=True, slots=True)
class Source:
    """A template as the library reads it, and where each part of it was written."""

    written: str
    text: str
    # Where a part begins in `text` and in `written`, and whether it was copied as it is.
    parts: tuple[tuple[int, int, bool], ...]

    def written_at(self, position: int) -> int:
        """The place in what was written behind a place in `text`."""
        begin, written, is_copy = self.parts[
            bisect_right(self.parts, position, key=lambda part: part[0]) - 1
        ]
        return min(written + (position - begin if is_copy else 0), len(self.written))

    def written_between(self, begin: int, end: int) -> str:
        return self.written[self.written_at(begin) : self.written_at(end)]


def misprint_at(
    written: str, position: int, says: str, *, text: str | None = None, fix: str = ""
) -> Misprint:
    """A misprint at a place; `text` is the rest of the line unless given."""
    before = written[:position]
    line_end = written.find("\n", position)
    shown = text or written[position : line_end if line_end >= 0 else len(written)]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    return Misprint(line, column, shown[:MOST_SHOWN] or "the end", says, fix)


def translated(written: str) -> Source:
    """A template of Braze as the library reads it.

    Raises:
        BadTemplate: with every misprint in a place where Braze's names stand.
    """
    translator = _Translator(written)
    translator.go()
    if translator.misprints:
        raise BadTemplate(translator.misprints)
    return Source(written, "".join(translator.pieces), tuple(translator.parts))


class _Translator:
    def __init__(self, written: str) -> None:
        self.written = written
        self.pieces: list[str] = []
        self.parts: list[tuple[int, int, bool]] = [(0, 0, True)]
        self.misprints: list[Misprint] = []
        self.length = 0

    def go(self) -> None:
        at = 0
        while (opening := _OPENING.search(self.written, at)) is not None:
            if len(self.misprints) >= MOST_MISPRINTS:
                return
            begin = opening.start()
            self._add(self.written[at:begin], at)
            if opening.group() == "{{":
                at = self._output(begin)
            elif (block := _BLOCK.match(self.written, begin)) is not None:
                at = self._block(begin, block)
            else:
                at = self._tag(begin)
        self._add(self.written[at:], at)

    def _wrong(self, position: int, says: str, *, text: str | None = None, fix: str = "") -> None:
        self.misprints.append(misprint_at(self.written, position, says, text=text, fix=fix))

    def _output(self, begin: int) -> int:
        """One `{{ … }}`; where to go on."""
        for found in _IN_OUTPUT.finditer(self.written, begin + 2):
            if found["end"]:
                self._expression(begin, found.end(), has_texts=True)
                return found.end()
            if found["lone"]:
                text = self.written[begin : found.end()]
                self._wrong(begin, "a closing brace is missing", text=text, fix=f"{text}}}")
                return found.end()
            if found["again"] and not self._is_quoted(begin, found.start()):
                break
        self._wrong(begin, "`{{` is not closed by `}}`")
        return begin + 2

    def _is_quoted(self, begin: int, end: int) -> bool:
        before = self.written[begin:end]
        return before.count("'") % 2 == 1 or before.count('"') % 2 == 1

    def _tag(self, begin: int) -> int:
        """One `{% … %}`; where to go on."""
        end = self.written.find("%}", begin)
        if end < 0:
            self._wrong(begin, "`{%` is not closed by `%}`")
            return len(self.written)
        end += 2
        named = _TAG.match(self.written, begin)
        is_connected = named is not None and named[1] == CONNECTED_CONTENT
        if named is not None and named[1] == "doc":
            # The library would look for its end anew at every one.
            self._wrong(begin, "there is no tag 'doc'", text=self.written[begin:end])
            return end
        wrapped = None if is_connected else _WRAPPED.search(self.written, begin, end)
        if wrapped is not None and not self._is_quoted(begin, wrapped.start()):
            says = "inside `{% … %}` a name has no outer braces"
            self._wrong(wrapped.start(), says, text=wrapped.group(), fix=wrapped[1])
        else:
            # The URL of connected content may hold quotes; they stand for themselves.
            self._expression(begin, end, has_texts=not is_connected)
        return end

    def _block(self, begin: int, block: re.Match[str]) -> int:
        """A part in which nothing is named; where to go on."""
        closing = re.compile(rf"\{{%-?\s*end{block[1]}\s*-?%\}}")
        closed = closing.search(self.written, block.end())
        if closed is None:
            self._wrong(begin, f"`{block[1]}` is not closed by `{{% end{block[1]} %}}`")
            return len(self.written)
        self._add(self.written[begin : closed.end()], begin)
        return closed.end()

    def _expression(self, begin: int, end: int, *, has_texts: bool) -> None:
        at = begin
        for found in _NAMED.finditer(self.written, begin, end):
            if found["text"] is not None and has_texts:
                continue
            if found["text"] is not None:
                for inner in _NAMED.finditer(self.written, found.start() + 1, found.end() - 1):
                    at = self._name(inner, at)
                continue
            at = self._name(found, at)
        self._add(self.written[at:end], at)

    def _name(self, found: re.Match[str], at: int) -> int:
        name = found["name"]
        if name is None:
            return at
        self._add(self.written[at : found.start()], at)
        if not name.strip():
            self._wrong(found.start(), "there is no name in `${}`", text=found.group())
        elif "\\" in name or ("'" in name and '"' in name):
            says = "a name cannot hold a backslash, or quotes of both kinds"
            self._wrong(found.start(), says, text=found.group())
        quote = "'" if '"' in name else '"'
        # With a blank in front, so that it cannot be the end of another name.
        root = "" if found["dot"] else f" {PROFILE}"
        self._add(f"{root}[{quote}{name}{quote}]", found.start(), is_copy=False)
        return found.end()

    def _add(self, piece: str, written_at: int, *, is_copy: bool = True) -> None:
        if piece:
            self.parts.append((self.length, written_at, is_copy))
            self.pieces.append(piece)
            self.length += len(piece)
