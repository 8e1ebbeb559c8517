"""Played stories written out: for a person, a script, a service that runs CI, or a browser.

The same stories give the same bytes: nothing here tells real time.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import orjson

from scenarios.evidence import JournaledRequest
from scenarios.machines.statistics import Statistics
from scenarios.stories import Played, written
from scenarios.timeline import Kind, Moment, Side, moments

KEY_VARIABLE = "$BRAZE_API_KEY"


def report_of(
    played: Sequence[Played], output_format: str, statistics: Statistics | None = None
) -> str:
    """The stories in a format of FORMATS; with the statistics of the search that found them.

    What a search has found has failed; any other story fails where it surprises.
    """
    return FORMATS[output_format](played, statistics)


def as_text(played: Sequence[Played], statistics: Statistics | None) -> str:
    """Each story with a line for each moment of either side, and what came of it."""
    told = [_told(each) for each in played] or ["Nothing broke."]
    return "\n".join([*told, *_counted(statistics)]) + "\n"


def _told(played: Played) -> str:
    story = played.story
    lines = [story.name, f"  {story.says}" if story.says else "", ""]
    lines += [f"  {each}" for each in moments(played.lab.evidence())]
    lines += ["", *(f"  BROKEN {each} [{each.fact}]" for each in played.breaches)]
    if played.is_as_told:
        lines.append("  It went as it is told.")
    else:
        lines += [f"  SURPRISE {each}" for each in played.surprises]
    return "\n".join(lines) + "\n"


def _counted(statistics: Statistics | None) -> Iterator[str]:
    if statistics is None:
        return
    yield f"{statistics.examples} stories, {statistics.steps} steps"
    for name, counts in (
        ("rules", statistics.rules),
        ("dials", statistics.dials),
        ("states", statistics.states),
    ):
        most = ", ".join(f"{each} {times}" for each, times in sorted(counts.items())[:12])
        yield f"{name:<8}{len(counts)}: {most}{', ...' if len(counts) > 12 else ''}"


def as_json(played: Sequence[Played], statistics: Statistics | None) -> str:
    """An object with `stories`, and the `statistics` of a search."""
    told: dict[str, Any] = {"stories": [_as_object(each) for each in played]}
    if statistics is not None:
        told["statistics"] = asdict(statistics)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    return orjson.dumps(told, option=options).decode() + "\n"


def _as_object(played: Played) -> dict[str, Any]:
    timeline = [
        {
            "at": each.at.isoformat(),
            "side": each.side,
            "kind": each.kind,
            "says": each.says,
            **({} if each.request is None else {"curl": curl(each.request)}),
        }
        for each in moments(played.lab.evidence())
    ]
    return {
        "story": msgspec.to_builtins(played.story),
        "is_as_told": played.is_as_told,
        "surprises": played.surprises,
        "breaches": [{**asdict(each), "at": each.at.isoformat()} for each in played.breaches],
        "timeline": timeline,
    }


def as_junit(played: Sequence[Played], statistics: Statistics | None) -> str:
    """A test suite with a case for each story."""
    from junitparser import Failure, JUnitXml, TestCase, TestSuite

    suite = TestSuite("braze-lab stories")
    for each in played:
        case = TestCase(each.story.name, classname="stories")
        if has_failed(each, statistics):
            says = "; ".join(each.surprises) or str(each.breaches[0])
            case.result = [Failure(says, type_=each.story.name)]
            case.system_out = f"{_told(each)}\n{written(each.story)}"
        suite.add_testcase(case)
    if not played:
        suite.add_testcase(TestCase("nothing broke", classname="stories"))
    report = JUnitXml()
    report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    told: bytes = report.tostring()  # type: ignore[no-untyped-call]
    return told.decode() + "\n"


def has_failed(played: Played, statistics: Statistics | None) -> bool:
    """Whether a story is bad news: found by a search, or other than it is told."""
    return bool(played.breaches) if statistics is not None else not played.is_as_told


def as_html(played: Sequence[Played], statistics: Statistics | None) -> str:
    """A page that needs nothing beside itself: what broke, the fact behind it, and both sides."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from contracts.facts import load_facts

    page = Environment(
        loader=PackageLoader("scenarios", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    ).get_template("stories.html.jinja")
    return page.render(
        stories=[(each, list(_rows(each)), has_failed(each, statistics)) for each in played],
        statistics=statistics,
        facts=load_facts(),
        written=written,
        curl=curl,
        Kind=Kind,
        Side=Side,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A moment, and how long after the one before; empty if hardly any time has passed."""

    moment: Moment
    later: str


def _rows(played: Played) -> Iterator[Row]:
    before: datetime | None = None
    for each in moments(played.lab.evidence()):
        passed = timedelta() if before is None else each.at - before
        yield Row(each, _span(passed) if passed >= timedelta(seconds=1) else "")
        before = each.at


def _span(passed: timedelta) -> str:
    seconds = round(passed.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            rest = seconds % size
            return f"{seconds // size} {unit}" + (
                f" {_span(timedelta(seconds=rest))}" if rest else ""
            )
    return f"{seconds} s"


def curl(request: JournaledRequest) -> str:
    """The call as a command for a shell; the key is left to a variable."""
    sent = request.exchange
    url = f"$BRAZE_URL{sent.path}" + (f"?{_query(request)}" if sent.query else "")
    words = ["curl", "-X", sent.method, url, "-H", f"Authorization: Bearer {KEY_VARIABLE}"]
    told = " ".join(f'"{each}"' if "$BRAZE" in each else shlex.quote(each) for each in words)
    if sent.request_body:
        body = shlex.quote(sent.request_body.decode(errors="replace"))
        told += f" -H 'Content-Type: application/json' -d {body}"
    return told


def _query(request: JournaledRequest) -> str:
    from urllib.parse import urlencode

    return urlencode(request.exchange.query)


FORMATS = {"text": as_text, "json": as_json, "junit": as_junit, "html": as_html}
