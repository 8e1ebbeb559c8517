"""A demo's report on the terminal: who was credited when, who was not and why, what it took.

Addresses are shortened, but for the cells that somebody has to correct.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quikly_client import shortened
from quikly_client.journeys.participation import Workflow
from quikly_client.participants import RejectedRow, RepeatedRow
from scenarios.demo import DemoReport, PersonRow

# A table of a terminal's width has no room for the name, and the reason tells it.
CHANNELS = {Workflow.SMS_DOUBLE_OPT_IN: "sms"}


def print_report(report: DemoReport, console: Console) -> None:
    """Write the whole report, section by section; a section without rows is left out."""
    for title, content in _sections(report):
        console.print()
        console.print(Text(title, style="bold"))
        console.print(Padding(content, (0, 0, 0, 2)))
    console.print()
    console.print(_verdict(report))


def _sections(report: DemoReport) -> Iterator[tuple[str, RenderableType]]:
    for activation in dict.fromkeys(each.activation for each in report.people):
        people = [each for each in report.people if each.activation == activation]
        credited = [each for each in people if each.is_credited]
        title = f"{activation}: {len(credited)} of {len(people)} participants credited"
        yield title, _credited(credited)
    others = [each for each in report.people if not each.is_credited]
    if others:
        yield f"Not credited: {len(others)}", _not_credited(others)
    if report.rejected:
        lines = {each.line for each in report.rejected}
        yield f"Rejected rows of the file: {len(lines)}", _rejected(report.rejected)
    if report.repeated:
        yield f"Repeated rows of the file: {len(report.repeated)}", _repeated(report.repeated)
    yield "What it took", _totals(report)
    if report.hazards:
        yield (
            f"Hazards: {len(report.hazards)}",
            _lines(
                f"{each.at:%m-%d %H:%M:%S} {each.hazard} ({each.subject}): {each.details}. "
                f"{each.instead}"
                for each in report.hazards
            ),
        )
    if report.breaches:
        yield f"Invariants broken: {len(report.breaches)}", _lines(map(str, report.breaches))
    if report.violations:
        yield f"Contract violations: {len(report.violations)}", _lines(map(str, report.violations))


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _credited(people: Sequence[PersonRow]) -> Table:
    table = _table("Who", "By", "Took part", "Credited", "Why")
    for each in people:
        credited = "" if each.credited_at is None else f"{each.credited_at:%m-%d %H:%M:%S}"
        table.add_row(
            Text(shortened.email(each.email)),
            _channel(each.workflow),
            f"{each.started_at:%m-%d %H:%M:%S}",
            Text(credited, style="green"),
            Text("; ".join((each.reason, *each.notes))),
        )
    return table


def _channel(workflow: str) -> str:
    return CHANNELS.get(Workflow(workflow), workflow)


def _not_credited(people: Sequence[PersonRow]) -> Table:
    table = _table("Line", "Who", "Why not")
    for each in people:
        why = "; ".join((each.reason, *each.notes))
        table.add_row(str(each.line), Text(shortened.email(each.email)), Text(why, style="yellow"))
    return table


def _rejected(rows: Sequence[RejectedRow]) -> Table:
    table = _table("Line", "Value", "Problem and what to do")
    for each in rows:
        problem = f"{each.column} {each.problem}.".lstrip()
        table.add_row(
            str(each.line), Text(each.value or "(nothing)"), Text(f"{problem} {each.remedy}.")
        )
    return table


def _repeated(rows: Sequence[RepeatedRow]) -> Table:
    table = _table("Line", "Who", "Activation", "Already in line")
    for each in rows:
        table.add_row(
            str(each.line),
            Text(shortened.email(each.email)),
            Text(each.activation),
            str(each.first_line),
        )
    return table


def _totals(report: DemoReport) -> Table:
    requests = sum(report.requests.values())
    calls = ", ".join(f"{count} {operation}" for operation, count in report.requests.items())
    table = _table("", "")
    table.show_header = False
    table.add_row("Profiles", f"{report.profiles_created} created, {report.profiles_reused} reused")
    table.add_row("Requests", f"{requests}: {calls}" if requests else "none")
    table.add_row("Hazards", str(len(report.hazards)) if report.hazards else "none")
    table.add_row("Time", f"{_span(report.simulated)} simulated in {report.seconds:.2f} s")
    waits = [each.credited_at - each.started_at for each in report.people if each.credited_at]
    waited = sorted(each for each in waits if each)
    if waited:
        table.add_row(
            "Waits",
            f"{len(waited)} waited {_span(waited[0])} to {_span(waited[-1])} for their credit, "
            f"{len(waits) - len(waited)} did not have to",
        )
    return table


def _lines(lines: Iterable[str]) -> Text:
    return Text("\n".join(shortened.text(line) for line in lines))


def _verdict(report: DemoReport) -> Text:
    if report.is_fine:
        return Text("Every invariant and every contract held.", style="bold green")
    found = f"{len(report.breaches)} invariants and {len(report.violations)} contracts broken."
    return Text(found, style="bold red")


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
