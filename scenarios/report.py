"""Played stories written out: for a person, a script, a service that runs CI, or a browser.

The same stories give the same bytes: nothing here tells real time.
"""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import orjson

from scenarios.agreed import BRAND_KEY, PARTNER_KEY
from scenarios.evidence import JournaledRequest
from scenarios.fuzz import OURS
from scenarios.machines.statistics import Statistics
from scenarios.stories import Played, Story, bundled_stories, written
from scenarios.timeline import Kind, Moment, Side, moments

# The variable that holds the key of a call, for a shell.
KEY_VARIABLES = {PARTNER_KEY: "$BRAZE_API_KEY", BRAND_KEY: "$BRAND_API_KEY"}
# The command that plays a story again.
Again = Callable[[Played], str]


def place_of(story: Story) -> str:
    """What `braze-lab run` knows a story by: its name, or the file that is named after it."""
    return story.name if story.name in bundled_stories() else f"{story.name}.yaml"


def report_of(
    played: Sequence[Played],
    output_format: str,
    statistics: Statistics | None = None,
    target: str = OURS,
    place: Callable[[Story], str] = place_of,
) -> str:
    """The stories in a format of FORMATS, as the integration `target` has played them; with the
    statistics of the search that found them. `place` is where to find one, to play it again.

    What a search has found has failed; any other story fails where it surprises.
    """
    again = partial(replay, target=target, place=place)
    return FORMATS[output_format](played, statistics, again)


def replay(played: Played, target: str, place: Callable[[Story], str] = place_of) -> str:
    """The command that plays a story again."""
    words = ["braze-lab", "run", place(played.story)]
    return shlex.join(words if target == OURS else [*words, "--integration", target])


def world(story: Story) -> str:
    """In which Braze a story happens, if it is not the one that Braze documents; or empty."""
    told = [f"{name}={value}" for name, value in story.dials.items()]
    return ", ".join([*told, f"seed={story.seed}"] if story.seed else told)


def verdict(played: Played, statistics: Statistics | None) -> str:
    """What to say of a story without surprises; of what a search has found, nothing."""
    if statistics is not None or not played.is_as_told:
        return ""
    expected = ": this was to break" if played.breaches else ""
    return f"It went as it is told{expected}."


def as_text(played: Sequence[Played], statistics: Statistics | None, again: Again) -> str:
    """Each story with a line for each moment of either side, and what came of it."""
    told = [_told(each, statistics, again) for each in played] or ["Nothing broke."]
    return "\n".join([*told, *_counted(statistics)]) + "\n"


def _told(played: Played, statistics: Statistics | None, again: Again) -> str:
    story = played.story
    lines = [story.name, f"  {story.says}" if story.says else ""]
    lines += [f"  Braze behaves by {world(story)}"] if world(story) else []
    lines.append("")
    lines += [f"  {each}" for each in moments(played.lab)]
    lines += ["", *(f"  BROKEN {each.with_fact}" for each in played.breaches)]
    lines += [f"  SURPRISE {each}" for each in played.surprises]
    lines += [f"  {says}"] if (says := verdict(played, statistics)) else []
    if played.breaches or not played.is_as_told:
        lines.append(f"  Play it again: {again(played)}")
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


def as_json(played: Sequence[Played], statistics: Statistics | None, again: Again) -> str:
    """An object with `stories`, and the `statistics` of a search."""
    told: dict[str, Any] = {"stories": [_as_object(each, again) for each in played]}
    if statistics is not None:
        told["statistics"] = asdict(statistics)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    return orjson.dumps(told, option=options).decode() + "\n"


def _as_object(played: Played, again: Again) -> dict[str, Any]:
    timeline = [
        {
            "at": each.at.isoformat(),
            "side": each.side,
            "kind": each.kind,
            "says": each.says,
            **({"answer": each.answer} if each.answer else {}),
            **(
                {} if each.until is None else {"times": each.times, "until": each.until.isoformat()}
            ),
            **({} if each.request is None else {"curl": curl(each.request)}),
        }
        for each in moments(played.lab)
    ]
    return {
        "story": msgspec.to_builtins(played.story),
        "is_as_told": played.is_as_told,
        "replay": again(played),
        "surprises": played.surprises,
        "breaches": [{**asdict(each), "at": each.at.isoformat()} for each in played.breaches],
        "timeline": timeline,
    }


def as_junit(played: Sequence[Played], statistics: Statistics | None, again: Again) -> str:
    """A test suite with a case for each story."""
    from junitparser import Failure, JUnitXml, TestCase, TestSuite

    suite = TestSuite("braze-lab stories")
    for each in played:
        case = TestCase(each.story.name, classname="stories")
        if has_failed(each, statistics):
            says = "; ".join(each.surprises) or each.story.says or str(each.breaches[0])
            case.result = [Failure(says, type_=each.story.name)]
            case.system_out = f"{_told(each, statistics, again)}\n{written(each.story)}"
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


def as_html(played: Sequence[Played], statistics: Statistics | None, again: Again) -> str:
    """A page that needs nothing beside itself: what broke, the fact behind it, and both sides."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from contracts.facts import load_facts

    page = Environment(
        loader=PackageLoader("scenarios", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    ).get_template("report.html.jinja")
    return page.render(
        stories=[(each, list(_rows(each)), has_failed(each, statistics)) for each in played],
        statistics=statistics,
        facts=load_facts(),
        written=written,
        replay=again,
        verdict=lambda each: verdict(each, statistics),
        world=world,
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
    for each in moments(played.lab):
        passed = timedelta() if before is None else each.at - before
        yield Row(each, _span(passed) if passed >= timedelta(seconds=1) else "")
        before = each.until or each.at


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
    """The call as a command for a shell; host and key are left to variables."""
    sent, key = request.exchange, KEY_VARIABLES.get(request.api_key, "$API_KEY")
    place = shlex.quote(sent.path + (f"?{_query(request)}" if sent.query else ""))
    told = f'curl -X {sent.method} "$BRAZE_URL"{place} -H "Authorization: Bearer {key}"'
    if sent.request_body:
        body = shlex.quote(sent.request_body.decode(errors="replace"))
        told += f" -H 'Content-Type: application/json' -d {body}"
    return told


def _query(request: JournaledRequest) -> str:
    from urllib.parse import urlencode

    return urlencode(request.exchange.query)


FORMATS = {"text": as_text, "json": as_json, "junit": as_junit, "html": as_html}
