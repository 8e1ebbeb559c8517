"""The marketers' participants file: CSV in, people who can take part out.

Whoever has a phone joins by SMS, everybody else by email. Every data row becomes exactly one of
three: a participant, a repetition of an earlier row, or a rejection that says what to mend.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from quikly_client.errors import BadParticipants, BadSettings
from quikly_client.phone_numbers import REGIONS, read_phone

_Value = TypeVar("_Value")

COLUMNS = ("email", "phone", "activation", "consented_at")
MOST_ROWS = 1_000_000
LARGEST_FILE = 256 * 1024 * 1024
# Braze: an alias name has at most 236 bytes, a string in an attribute 255 characters
# (alias-limits, attribute-value-limit)
LONGEST_ALIAS_BYTES = 236
LONGEST_VALUE = 255
MICROSOFT = frozenset({"msn", "hotmail", "outlook", "live"})
_MICROSOFT_NAME = re.compile(r"\w[\-\w]*(?:\.[\-\w]+)*", re.ASCII)
# Nobody consented to anything here before or after.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2999


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who takes part in an activation.

    `email` is lower-cased: it becomes an alias name, and Braze tells `A` and `a` apart there.
    `phone` is E.164. `line` is the first line of the row in the file. `attributes` are further ones
    that the brand asked for.

    Facts: alias-name-is-case-sensitive, phone-normalisation
    """

    line: int
    email: str
    phone: str | None
    activation: str
    consented_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row for a participant whom an earlier row (`first_line`) already names."""

    line: int
    email: str
    activation: str
    first_line: int


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One thing wrong with a row; a row with three faults is listed three times.

    `column` is empty when the row as a whole is at fault.
    """

    line: int
    column: str
    value: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ParticipantFile:
    """Everything a participants file says, row by row."""

    participants: tuple[Participant, ...]
    repeated: tuple[RepeatedRow, ...]
    rejected: tuple[RejectedRow, ...]


class _BadCell(Exception):
    """A cell that cannot be used: why, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def read_participants(
    path: str | Path,
    *,
    default_region: str = "US",
    max_rows: int = MOST_ROWS,
    attributes: Sequence[str] = (),
) -> ParticipantFile:
    """Read a participants file. Phones without a country code belong to `default_region`.

    The file may have a column for each of `attributes`, which the brand asked for; an empty cell
    says nothing of one.

    Raises:
        BadParticipants: the file as a whole cannot be used. A bad row is no such reason.
        BadSettings: `default_region` is no region.
    """
    if default_region not in REGIONS:
        raise BadSettings([f"default_region {default_region!r} is no region: give one such as US"])
    name = str(path)
    records = _records(name, _text(name, _content(path)))
    header = _header(name, next(records, None), attributes)
    collected = _Rows(header, default_region)
    for count, (line, cells) in enumerate(records, start=1):
        if count > max_rows:
            raise BadParticipants(
                name,
                f"holds more than {max_rows:,} rows (line {line} is one too many)",
                "Split it into smaller files",
            )
        collected.add(line, cells)
    if collected.are_none:
        raise BadParticipants(
            name, "has a header but no participants", "Add one line for each participant"
        )
    return collected.as_file()


class _Rows:
    """The rows read so far, sorted into the three kinds."""

    def __init__(self, header: Sequence[str], default_region: str) -> None:
        self._header = header
        self._default_region = default_region
        self._participants: dict[tuple[str, str], Participant] = {}
        self._repeated: list[RepeatedRow] = []
        self._rejected: list[RejectedRow] = []

    @property
    def are_none(self) -> bool:
        return not (self._participants or self._repeated or self._rejected)

    def as_file(self) -> ParticipantFile:
        return ParticipantFile(
            tuple(self._participants.values()), tuple(self._repeated), tuple(self._rejected)
        )

    def add(self, line: int, cells: Sequence[str]) -> None:
        if len(cells) != len(self._header):
            self._reject_length(line, cells)
            return
        row = dict(zip(self._header, cells, strict=True))
        read = _read_row(line, row, self._default_region)
        if isinstance(read, Participant):
            self._accept(read)
        else:
            self._rejected += read

    def _accept(self, participant: Participant) -> None:
        key = (participant.activation, participant.email)
        first = self._participants.setdefault(key, participant)
        if first is not participant:
            self._repeated.append(
                RepeatedRow(participant.line, participant.email, participant.activation, first.line)
            )

    def _reject_length(self, line: int, cells: Sequence[str]) -> None:
        self._rejected.append(
            RejectedRow(
                line=line,
                column="",
                value=",".join(cells),
                problem=f"has {len(cells)} cells where the header has {len(self._header)}",
                remedy="Give one cell for each column, and put quotes around a cell with a comma",
            )
        )


def _read_row(
    line: int, row: Mapping[str, str], default_region: str
) -> Participant | list[RejectedRow]:
    rejected: list[RejectedRow] = []

    def read(column: str, reader: Callable[[str], _Value]) -> _Value | None:
        try:
            return reader(row[column].strip())
        except _BadCell as bad:
            rejected.append(RejectedRow(line, column, row[column], bad.problem, bad.remedy))
            return None

    email = read("email", _email)
    phone = read("phone", partial(_phone, default_region=default_region))
    activation = read("activation", _activation)
    consented_at = read("consented_at", _moment)
    told = {name: read(name, _attribute) for name in row if name not in COLUMNS}
    if rejected or email is None or activation is None or consented_at is None:
        return rejected
    attributes = {name: value for name, value in told.items() if value}
    return Participant(line, email, phone, activation, consented_at, attributes)


def _email(text: str) -> str:
    """Facts: email-syntax, alias-name-is-case-sensitive, alias-limits"""
    if not text:
        raise _BadCell("is empty", "Give the participant's email address")
    try:
        valid = validate_email(text.lower(), check_deliverability=False)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise _BadCell(f"is no email address: {reason}", "Correct the address") from error
    if not _is_taken_by_braze(valid.local_part, valid.ascii_domain):
        raise _BadCell(
            f"is an address that {valid.ascii_domain} cannot have, so Braze refuses it",
            "Correct the address",
        )
    # Braze: domains are ASCII only, an international one is given in Punycode (email-syntax)
    address = f"{valid.local_part}@{valid.ascii_domain}"
    if len(address.encode()) > LONGEST_ALIAS_BYTES:
        raise _BadCell(
            f"is longer than the {LONGEST_ALIAS_BYTES} bytes that Braze allows an alias",
            "Ask the participant for a shorter address",
        )
    return address


def _is_taken_by_braze(local_part: str, domain: str) -> bool:
    # Braze: two providers have rules of their own for what stands before the @ (email-syntax)
    provider = domain.partition(".")[0]
    if provider == "gmail":
        return len(local_part) >= 2
    return provider not in MICROSOFT or bool(_MICROSOFT_NAME.fullmatch(local_part.split("+")[0]))


def _phone(text: str, default_region: str) -> str | None:
    """Facts: phone-normalisation"""
    if not text:
        return None
    number = read_phone(text, default_region)
    if number is None:
        raise _BadCell(
            f"is not one valid phone number (without a country code it is read as "
            f"{default_region})",
            "Write one number with its country code, such as +13138675309, or leave it empty",
        )
    return number


def _activation(text: str) -> str:
    """Facts: attribute-value-limit"""
    if not text:
        raise _BadCell("is empty", "Name the activation")
    if len(text) > LONGEST_VALUE:
        raise _BadCell(
            f"is longer than the {LONGEST_VALUE} characters that Braze allows a value",
            "Shorten the name",
        )
    return text


def _attribute(text: str) -> str:
    """Facts: attribute-value-limit"""
    if len(text) > LONGEST_VALUE:
        raise _BadCell(
            f"is longer than the {LONGEST_VALUE} characters that Braze allows a value",
            "Shorten it",
        )
    return text


def _moment(text: str) -> datetime:
    if not text:
        raise _BadCell("is empty", "Give the moment of consent, such as 2026-01-31T18:30:00Z")
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _BadCell(
            "is no ISO 8601 date", "Write year, month, day and time: 2026-01-31T18:30:00Z"
        ) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise _BadCell(
            f"is not between the years {EARLIEST_YEAR} and {LATEST_YEAR}", "Correct the year"
        )
    return moment


def _content(path: str | Path) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise BadParticipants(str(path), "there is no such file", "Check the path") from error
    except IsADirectoryError as error:
        raise BadParticipants(
            str(path), "is a directory", "Give the path of a CSV file in it"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadParticipants(
            str(path), f"cannot be read ({reason})", "Check the path and its permissions"
        ) from error
    if len(content) > LARGEST_FILE:
        raise BadParticipants(
            str(path), f"is larger than {LARGEST_FILE:,} bytes", "Split it into smaller files"
        )
    return content


def _text(name: str, content: bytes) -> str:
    """The content as text, without a byte order mark."""
    as_utf8 = "Save it as CSV in UTF-8"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadParticipants(name, "is written in UTF-16", as_utf8)
    nul = content.find(b"\0")
    if nul >= 0:
        raise BadParticipants(name, f"holds a NUL byte {_place(content, nul)}", as_utf8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind the byte order mark.
        position = error.start + len(content) - len(error.object)
        byte = content[position]
        problem = f"is not UTF-8: byte 0x{byte:02x} {_place(content, position)}"
        raise BadParticipants(name, problem, as_utf8) from error


def _place(content: bytes, position: int) -> str:
    line = content.count(b"\n", 0, position) + 1
    return f"at byte {position}, line {line}"


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadParticipants(
                name,
                f"the row that begins in line {line} is no CSV ({error})",
                "Put a cell with quotes, commas or line breaks in quotes, and double its quotes",
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(name: str, first: tuple[int, list[str]] | None, attributes: Sequence[str]) -> list[str]:
    if first is None:
        raise BadParticipants(name, "is empty", f"Begin it with the line {','.join(COLUMNS)}")
    header = [_column(cell.strip(), attributes) for cell in first[1]]
    problems = list(_header_problems(header, attributes))
    if problems:
        raise BadParticipants(
            name,
            f"line {first[0]}, the header, {'; '.join(problems)}",
            f"Name these columns, in any order: {','.join(COLUMNS)}",
        )
    return header


def _column(cell: str, attributes: Sequence[str]) -> str:
    """Our own columns in lower case; an attribute keeps its case, which tells it from others."""
    return cell if cell in attributes else cell.lower()


def _header_problems(header: Sequence[str], attributes: Sequence[str]) -> Iterator[str]:
    if len(header) == 1 and ";" in header[0]:
        yield "separates its columns by semicolons instead of commas"
        return
    for column in dict.fromkeys(header):
        if column not in COLUMNS and column not in attributes:
            yield f"names an unknown column {column!r}"
        elif header.count(column) > 1:
            yield f"names {column} {header.count(column)} times"
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        yield f"lacks {', '.join(missing)}"
