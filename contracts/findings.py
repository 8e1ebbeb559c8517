"""Finding: what a verification found, where, and the fact behind it; the same for every command."""

from dataclasses import dataclass
from typing import Literal

from contracts.violations import Violation

Severity = Literal["error", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach or advice. `says` is a whole sentence; the place is a file, or nowhere.

    `operation`, `property`, `received`, `documented` and `fact` are as those of a violation, each
    empty where it does not apply. Lines and columns count from 1; 0 is none.
    """

    says: str
    severity: Severity = "error"
    operation: str = ""
    property: str = ""
    received: str = ""
    documented: str = ""
    fact: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


def rule_of(finding: Finding) -> str:
    """What a finding is an instance of: its fact, or the contract as such."""
    return finding.fact or "contract"


def place_of(finding: Finding) -> str:
    """`file:line:column`, as far as it is known."""
    numbers = (str(each) for each in (finding.line, finding.column) if each)
    return ":".join(each for each in (finding.file, *numbers) if each)


def finding_of(violation: Violation, file: str = "", line: int = 0, entry: int = 0) -> Finding:
    """A violation as a finding; `entry` numbers it where a file has no lines that say anything."""
    return Finding(
        f"entry {entry}: {violation.says()}" if entry else violation.says(),
        operation=violation.operation,
        property=f"{violation.side} {violation.property}",
        received=violation.received,
        documented=violation.documented,
        fact=violation.fact,
        file=file,
        line=line,
    )
