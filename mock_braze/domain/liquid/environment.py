"""Liquid as Braze speaks it: the library's environment with Braze's tags, and bounds for all of it.

Importing the library takes a while, so that this is imported when the first template is read.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TextIO, cast

from liquid import BoundTemplate, Environment, RenderContext, Token, TokenStream
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, tokenize
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import LiquidSyntaxError, LiquidTypeError, ResourceLimitError
from liquid.expression import Expression
from liquid.filter import with_context
from liquid.stringify import to_liquid_string
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION

from mock_braze.domain.dates import read_time
from mock_braze.domain.liquid.source import CONNECTED_CONTENT

MOST_ROUNDS = 10_000  # of all loops of a template, those within others multiplied
MOST_TEXT = 100_000  # characters of a value on the way
MOST_OUTPUT = 500_000  # bytes of a rendered text
MOST_LOCALS = 250_000  # bytes of everything assigned
_BITS_OF_A_CHARACTER = 8

# Braze knows no files to include.
_FOREIGN_TAGS = ("include", "render", "doc")
_CALLED = re.compile(r"\(\s*(.*?)\s*\)", re.DOTALL)
_OPTION = re.compile(r"\s+:[a-z_]+(?=\s|$)")
_SAVED = re.compile(r":save\s+(\w+)")


class MessageAborted(Exception):
    """`abort_message` was reached; `reason` is None when it gives none."""

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Run:
    """One rendering: what it may use beside its scope, and what was seen on the way."""

    source: str
    now: datetime
    share: Callable[[], float]
    connected_content: Mapping[str, Any]
    empty: list[tuple[int, int]] = field(default_factory=list)  # outputs of nothing, in `source`
    unanswered: list[str] = field(default_factory=list)  # URLs of connected content


class Names(dict[str, Any]):
    """A namespace of Braze: a name that it lacks is nothing, also `size` and `first`."""


class BrazeContext(RenderContext):
    """What a template sees, and the run it is rendered in."""

    __slots__ = ("run",)

    def __init__(self, template: BoundTemplate, scope: Mapping[str, Any], run: Run) -> None:
        named = {
            name: Names(value) if isinstance(value, Mapping) else value
            for name, value in scope.items()
        }
        # The library knows the time of the machine by these names.
        super().__init__(template, globals={"now": None, "today": None, **named})
        self.run = run

    def get_item(self, obj: Any, key: Any) -> Any:
        return obj[key] if isinstance(obj, Names) else super().get_item(obj, key)


class BrazeEnvironment(Environment):
    """The language: what there is, and how far it may go.

    Facts: liquid-operators-and-filters, liquid-tags-are-case-sensitive
    """

    loop_iteration_limit = MOST_ROUNDS
    output_stream_limit = MOST_OUTPUT
    local_namespace_limit = MOST_LOCALS

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for name in _FOREIGN_TAGS:
            self.tags.pop(name, None)
        for tag in (_WatchedOutput, _AbortMessage, _Random, _ConnectedContent):
            self.add_tag(tag)
        self.filters["date"] = _date
        self.filters = {name: _bounded(name, each) for name, each in self.filters.items()}


def _run(context: RenderContext) -> Run:
    return cast(BrazeContext, context).run


def _expression(env: Environment, text: str, token: Token) -> Expression:
    return FilteredExpression.parse(env, TokenStream(tokenize(text, token)))


def _taken(stream: TokenStream) -> tuple[Token, str]:
    """A tag's token and what follows its name; the stream is then at its last token."""
    tag = stream.current
    if stream.peek.kind != TOKEN_EXPRESSION:
        return tag, ""
    next(stream)
    return stream.current, str(stream.current.value)


class _WatchedOutputNode(OutputNode):
    """An output that notes when it put out nothing."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        text = to_liquid_string(self.expression.evaluate(context), autoescape=False)
        run = _run(context)
        if not text and self.token.source is run.source:
            begin = self.token.start_index
            run.empty.append((begin, begin + len(self.token.value)))
        return buffer.write(text)


class _WatchedOutput(Output):
    node_class = _WatchedOutputNode


class _AbortNode(Node):
    __slots__ = ("reason",)

    def __init__(self, token: Token, reason: Expression | None) -> None:
        super().__init__(token)
        self.reason = reason
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:  # noqa: ARG002
        if self.reason is None:
            raise MessageAborted(None)
        raise MessageAborted(to_liquid_string(self.reason.evaluate(context), autoescape=False))

    def expressions(self) -> Iterable[Expression]:
        return () if self.reason is None else (self.reason,)


class _AbortMessage(Tag):
    """`{% abort_message('reason') %}`.

    Facts: liquid-abort-message
    """

    name = "abort_message"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token, text = _taken(stream)
        if not text:
            return _AbortNode(token, None)
        called = _CALLED.fullmatch(text)
        if called is None:
            raise LiquidSyntaxError("the reason stands in round brackets", token=token)
        return _AbortNode(token, _expression(self.env, called[1], token) if called[1] else None)


class _RandomNode(Node):
    __slots__ = ("below",)

    def __init__(self, token: Token, below: Expression) -> None:
        super().__init__(token)
        self.below = below
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        below = self.below.evaluate(context)
        if isinstance(below, bool) or not isinstance(below, int) or below < 1:
            raise LiquidTypeError("random takes a whole number, 1 or more", token=self.token)
        # Inferred: from 0 up to the number, without it (liquid-random-range)
        return buffer.write(str(int(_run(context).share() * below)))


class _Random(Tag):
    """`{% random 10 %}`.

    Facts: liquid-random
    """

    name = "random"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token, text = _taken(stream)
        return _RandomNode(token, _expression(self.env, text, token))


class _ConnectedContentNode(Node):
    __slots__ = ("saved_as", "url")

    def __init__(self, token: Token, url: BoundTemplate, saved_as: str | None) -> None:
        super().__init__(token)
        self.url = url
        self.saved_as = saved_as
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        written = context.get_buffer()
        for node in self.url.nodes:
            node.render(context, written)
        url, run = written.getvalue(), _run(context)
        if url not in run.connected_content:
            run.unanswered.append(url)
        answer = run.connected_content.get(url)
        if self.saved_as is not None:
            context.assign(self.saved_as, answer)
            return 0
        if answer is None:
            return 0
        return buffer.write(answer if isinstance(answer, str) else json.dumps(answer))


class _ConnectedContent(Tag):
    """`{% connected_content URL :save name %}`, answered from what it is given.

    Facts: liquid-connected-content
    """

    name = CONNECTED_CONTENT
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token, text = _taken(stream)
        option = _OPTION.search(text)
        url = (text if option is None else text[: option.start()]).strip()
        if not url:
            raise LiquidSyntaxError("connected_content takes a URL", token=token)
        saved = _SAVED.search(text)
        return _ConnectedContentNode(
            token, self.env.from_string(url), None if saved is None else saved[1]
        )


@with_context
def _date(value: object, form: object = None, *, context: RenderContext) -> str:
    """A date written in another form; `now` is the simulated time."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if value in ("now", "today"):
        moment: datetime | None = _run(context).now
    elif isinstance(value, str):
        moment = read_time(value)
    else:
        moment = datetime.fromtimestamp(value, UTC)
    if moment is None or not isinstance(form, str) or not form:
        return str(value)
    return moment.strftime(form)


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that neither takes nor makes more than a text may hold."""

    @wraps(function)
    def filtered(value: Any, *arguments: Any, **named: Any) -> Any:
        # Each of these two puts its last argument in up to once for every character or item.
        if name in ("join", "replace") and _size(value) * _size(arguments[-1:]) > MOST_TEXT * 10:
            raise ResourceLimitError(f"{name} makes too long a text", token=None)
        result = function(value, *arguments, **named)
        if _size(result) > MOST_TEXT:
            raise ResourceLimitError(f"{name} makes too large a value", token=None)
        return result

    return filtered


def _size(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length() // _BITS_OF_A_CHARACTER
    if isinstance(value, list | tuple):
        return len(value) + sum(len(each) for each in value if isinstance(each, str))
    return len(value) if isinstance(value, str) else 1
