"""Blocks of code in a document, each with its place and the words before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_FENCE = re.compile(r"^\s*(```|~~~)", re.MULTILINE)
_MARKUP = re.compile(r"<(pre|html|body|code|!doctype)[\s>]", re.IGNORECASE)
_LOOKS_LIKE_CODE = re.compile(r"\s*([{\[]|\"[^\"\n]+\"\s*:|curl\s|(GET|POST|PUT|DELETE)\s+\S*/)")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code; its first line is line `line` of the document, `before` all text above."""

    text: str
    line: int
    before: str


def find_blocks(document: str) -> list[Block]:
    """The blocks of a Markdown, HTML or plain text document, in its order.

    Plain text has no marks around its code: paragraphs that begin as code does are taken for it.
    """
    if _FENCE.search(document):
        return list(_in_markdown(document))
    if _MARKUP.search(document):
        return _in_html(document)
    return list(_in_text(document))


def _in_markdown(document: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    lines = document.splitlines(keepends=True)
    for token in MarkdownIt("commonmark").parse(document):
        if token.type in ("fence", "code_block") and token.map is not None:
            begins = token.map[0] + (token.type == "fence")
            yield Block(token.content, begins + 1, "".join(lines[: token.map[0]]))


class _Preformatted(HTMLParser):
    """Collects the texts of `<pre>` elements, with what was written before each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._written: list[str] = []
        self._inside: list[str] | None = None
        self._line = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "pre":
            self._inside, self._line = [], self.getpos()[0]

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self._inside is not None:
            text = "".join(self._inside)
            self.blocks.append(Block(text, self._line, "".join(self._written)))
            self._inside = None

    def handle_data(self, data: str) -> None:
        (self._written if self._inside is None else self._inside).append(data)


def _in_html(document: str) -> list[Block]:
    parser = _Preformatted()
    parser.feed(document)
    parser.close()
    return parser.blocks


def _in_text(document: str) -> Iterator[Block]:
    position = 0
    for paragraph in re.split(r"(\n[ \t]*\n)", document):
        if _LOOKS_LIKE_CODE.match(paragraph):
            text = paragraph.lstrip("\n")
            begins = position + len(paragraph) - len(text)
            yield Block(text, document.count("\n", 0, begins) + 1, document[:begins])
        position += len(paragraph)
