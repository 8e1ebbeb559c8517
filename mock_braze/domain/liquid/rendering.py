"""Liquid: templates checked when they are saved, and rendered to a value whatever they hold.

Facts: liquid-standard-attributes, liquid-unknown-is-empty
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from mock_braze.domain.liquid.source import (
    BadTemplate,
    Misprint,
    Source,
    misprint_at,
    translated,
)

if TYPE_CHECKING:
    from liquid import BoundTemplate

    from mock_braze.domain.liquid.environment import BrazeEnvironment

LONGEST_TEMPLATE = 100_000  # characters
_UNEXPECTED_TAG = "unexpected tag "
_UNEXPECTED = "expected end of expression, found "
COMPARISONS = ("==", "!=", "<>", "<", ">", "<=", ">=", "contains")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text; `empty` are the outputs in it that put out nothing, `unanswered` the URLs of
    connected content for which there was no answer.
    """

    text: str
    empty: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aborted:
    """The template has called the message off; this is the sentence that is logged."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The text is no template."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The template did what cannot be done, such as comparing a text with a number.

    Facts: liquid-failure-stops-the-message
    """

    reason: str


Rendering = Rendered | Aborted | Unreadable | Failed


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rendering depends on beside template and scope: time, chance, and what other servers
    would answer by their URLs.
    """

    now: datetime
    share: Callable[[], float]
    connected_content: Mapping[str, Any]


def misprints_of(template: str) -> list[Misprint]:
    """Why a text is no template; empty when it is one."""
    try:
        _compiled(template)
    except BadTemplate as bad:
        return bad.misprints
    return []


def render(template: str, scope: Mapping[str, Any], surroundings: Surroundings) -> Rendering:
    """The text for what `scope` holds. It never raises, whatever template and scope are.

    Facts: liquid-abort-message, liquid-default, unparsable-template
    """
    try:
        source, compiled = _compiled(template)
    except BadTemplate as bad:
        return Unreadable(str(bad))
    from mock_braze.domain.liquid.environment import BrazeContext, MessageAborted, Run

    run = Run(source.text, surroundings.now, surroundings.share, surroundings.connected_content)
    context = BrazeContext(compiled, scope, run)
    buffer = context.get_buffer()
    try:
        compiled.render_with_context(context, buffer)
    except MessageAborted as aborted:
        reason = aborted.reason
        return Aborted("{% abort_message %} called" if reason is None else reason)
    except Exception as error:  # the library lets through whatever Python raises of odd values
        return Failed(_told(error))
    empty = (source.written_between(*each) for each in run.empty)
    return Rendered(
        # Half a character cannot be sent.
        buffer.getvalue().encode(errors="replace").decode(),
        tuple(dict.fromkeys(empty)),
        tuple(dict.fromkeys(run.unanswered)),
    )


@cache
def _environment() -> "BrazeEnvironment":
    from mock_braze.domain.liquid.environment import BrazeEnvironment

    return BrazeEnvironment()


@lru_cache(maxsize=256)
def _compiled(template: str) -> tuple[Source, "BoundTemplate"]:
    """Raises:
    BadTemplate: with every misprint that was found.
    """
    if len(template) > LONGEST_TEMPLATE:
        says = f"a template of more than {LONGEST_TEMPLATE} characters is not taken here"
        raise BadTemplate([misprint_at(template, 0, says)])
    source, environment = translated(template), _environment()
    try:
        compiled = environment.from_string(source.text)
        filters = compiled.analyze(include_partials=False).filters
    except Exception as error:  # nested too deeply, it is Python's own
        token = getattr(error, "token", None)
        place = -1 if token is None or token.source is not source.text else token.start_index
        position = len(template) if place < 0 else source.written_at(place)
        says, fix = _told(error), ""
        if says.startswith(_UNEXPECTED_TAG):
            fix = _likely_tag(says.removeprefix(_UNEXPECTED_TAG).strip("'"), environment)
        elif says.startswith(_UNEXPECTED):
            says += _rule_behind(says.removeprefix(_UNEXPECTED).strip("'"))
        raise BadTemplate([misprint_at(template, position, says, fix=fix)]) from None
    misprints = [
        misprint_at(template, source.written_at(span.index), f"there is no filter {name!r} here")
        for name, spans in filters.items()
        if name not in environment.filters
        for span in spans
    ]
    if misprints:
        raise BadTemplate(misprints)
    return source, compiled


def _told(error: Exception) -> str:
    return str(getattr(error, "message", None) or error or type(error).__name__)


def _likely_tag(name: str, environment: "BrazeEnvironment") -> str:
    """Facts: liquid-tags-are-case-sensitive"""
    return name.lower() if name.lower() in environment.tags else ""


def _rule_behind(found: str) -> str:
    """Facts: liquid-operators-and-filters"""
    if found in COMPARISONS:
        return "; only `if`, `elsif` and `unless` compare"
    if found == "|":
        return "; filters stand in outputs and in `assign` only"
    return ""
