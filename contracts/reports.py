"""Findings written out for whoever reads them: a person, a script, or a service that runs CI."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import orjson

from contracts.findings import Finding, place_of, rule_of

# What XML cannot hold, however it is written.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: Sequence[Finding]) -> str:
    """A line each, place first, as compilers write them."""
    return "".join(f"{_told(each)}\n" for each in findings)


def _told(finding: Finding) -> str:
    place = f"{place_of(finding)}: " if finding.file else ""
    cited = f" [{finding.fact}]" if finding.fact else ""
    return f"{place}{finding.severity}: {finding.says}{cited}"


def as_json(findings: Sequence[Finding]) -> str:
    """An object with `findings`, an array of objects."""
    return orjson.dumps({"findings": [asdict(each) for each in findings]}).decode() + "\n"


def as_junit(findings: Sequence[Finding]) -> str:
    """A test suite with a failed case for each error; notes are its output."""
    from junitparser import Failure, JUnitXml, TestCase, TestSuite

    suite = TestSuite("braze-lab verify")
    for each in findings:
        case = TestCase(
            rule_of(each), classname=_NOT_IN_XML.sub("�", each.operation or each.file) or "contract"
        )
        told = _NOT_IN_XML.sub("�", _told(each))
        if each.severity == "error":
            case.result = [Failure(told, type_=rule_of(each))]
        else:
            case.system_out = told
        suite.add_testcase(case)
    if not findings:
        suite.add_testcase(TestCase("contract", classname="contract"))
    report = JUnitXml()
    report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    written: bytes = report.tostring()  # type: ignore[no-untyped-call]
    return written.decode() + "\n"


def as_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, with a rule for each fact."""
    rules = [{"id": rule} for rule in dict.fromkeys(rule_of(each) for each in findings)]
    driver = {"name": "braze-lab", "version": version("braze-lab"), "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(each) for each in findings]}
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2).decode() + "\n"


def _sarif_result(finding: Finding) -> Mapping[str, Any]:
    result: dict[str, Any] = {
        "ruleId": rule_of(finding),
        "level": finding.severity,
        "message": {"text": finding.says},
    }
    if finding.file:
        location: dict[str, Any] = {"artifactLocation": {"uri": finding.file}}
        if finding.line:
            location["region"] = {"startLine": finding.line}
            if finding.column:
                location["region"]["startColumn"] = finding.column
        result["locations"] = [{"physicalLocation": location}]
    return result


def as_github(findings: Sequence[Finding]) -> str:
    """Workflow commands, which GitHub shows beside the lines they are about."""
    return "".join(f"{_github_command(each)}\n" for each in findings)


def _github_command(finding: Finding) -> str:
    members = {"file": finding.file, "line": finding.line, "col": finding.column}
    members["title"] = rule_of(finding)
    told = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in members.items() if value)
    command = "error" if finding.severity == "error" else "notice"
    return f"::{command} {told}::{_escaped(finding.says)}"


def _escaped(value: object, more: str = "") -> str:
    text = str(value)
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_html(findings: Sequence[Finding]) -> str:
    """A page that needs nothing beside itself: by operation, each with its fact in full."""
    from jinja2 import Environment, PackageLoader

    from contracts.facts import load_facts

    groups: dict[str, list[Finding]] = {}
    for each in sorted(findings, key=lambda each: each.severity != "error"):
        groups.setdefault(each.operation or each.file or "the contract", []).append(each)
    errors = sum(each.severity == "error" for each in findings)
    page = Environment(
        loader=PackageLoader("contracts", ""), autoescape=True, trim_blocks=True
    ).get_template("report.html.jinja")
    return page.render(
        title="Braze Lab: contract verification",
        groups=groups.items(),
        errors=errors,
        notes=len(findings) - errors,
        facts=load_facts(),
        place_of=place_of,
    )


FORMATS: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "github": as_github,
    "html": as_html,
}
