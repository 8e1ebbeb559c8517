import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quikly_client.errors import BadParticipants, BadSettings
from quikly_client.participants import (
    COLUMNS,
    Participant,
    ParticipantFile,
    RejectedRow,
    RepeatedRow,
    read_participants,
)

HEADER = "email,phone,activation,consented_at\n"
MOMENT = datetime(2026, 1, 31, 18, 30, tzinfo=UTC)
GOOD = "anna@example.com,+13138675309,spring,2026-01-31T18:30:00Z\n"

Read = Callable[[str | bytes], ParticipantFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the given content as a file."""

    def read_content(content: str | bytes) -> ParticipantFile:
        path = tmp_path / "participants.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_participants(path)

    return read_content


def test_a_row_becomes_a_participant(read: Read) -> None:
    assert read(HEADER + GOOD) == ParticipantFile(
        participants=(Participant(2, "anna@example.com", "+13138675309", "spring", MOMENT),),
        repeated=(),
        rejected=(),
    )


def test_columns_may_stand_in_any_order_case_and_spacing(read: Read) -> None:
    content = "\ufeff Consented_At ,EMAIL,activation , Phone\n2026-01-31T18:30Z,a@example.com,x,\n"

    assert read(content).participants == (Participant(2, "a@example.com", None, "x", MOMENT),)


def test_columns_of_further_attributes_are_read_when_the_brand_asked_for_them(
    tmp_path: Path,
) -> None:
    """Facts: further-user-attributes"""
    path = tmp_path / "participants.csv"
    path.write_text(
        HEADER.replace("\n", ",first_name,Favorite_Store\n")
        + GOOD.replace("\n", ", Anna ,\n")
        + GOOD.replace("anna", "ben").replace("\n", f",{'b' * 256},Detroit\n")
    )

    file = read_participants(path, attributes=("first_name", "Favorite_Store", "city"))

    (anna,) = file.participants
    (ben,) = file.rejected
    assert anna.attributes == {"first_name": "Anna"}
    assert (ben.line, ben.column) == (3, "first_name")
    assert ben.problem == "is longer than the 255 characters that Braze allows a value"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(read: Read, ending: str) -> None:
    (participant,) = read((HEADER + "\n" + GOOD).replace("\n", ending)).participants

    assert participant.line == 3


def test_values_are_brought_into_one_form(read: Read) -> None:
    row = ' Anna@EXAMPLE.com ,(313) 867-5309," spring drop ",2026-01-31T19:30:00+01:00\n'

    (participant,) = read(HEADER + row).participants

    assert participant == Participant(2, "anna@example.com", "+13138675309", "spring drop", MOMENT)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T18:30:00Z", MOMENT),
        ("2026-01-31T18:30:00", MOMENT),
        ("2026-01-31 19:30:00+01:00", MOMENT),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_utc(read: Read, text: str, moment: datetime) -> None:
    (participant,) = read(f"{HEADER}a@example.com,,spring,{text}\n").participants

    assert participant.consented_at == moment
    assert participant.consented_at.tzinfo is UTC


def test_an_international_domain_is_kept_in_the_form_that_braze_takes(read: Read) -> None:
    (participant,) = read(f"{HEADER}Ü@EXÄMPLE.com,,spring,2026-01-31\n").participants

    assert participant.email == "ü@xn--exmple-cua.com"


def test_a_national_number_belongs_to_the_given_region(tmp_path: Path) -> None:
    path = tmp_path / "participants.csv"
    path.write_text(f"{HEADER}a@example.com,030 901820,spring,2026-01-31\n")

    (german,) = read_participants(path, default_region="DE").participants

    assert german.phone == "+4930901820"


def test_an_unknown_region_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="'XX' is no region"):
        read_participants(tmp_path / "participants.csv", default_region="XX")


def test_a_repetition_names_the_first_line(read: Read) -> None:
    rows = GOOD + GOOD.replace("spring", "summer") + GOOD.replace("anna", " ANNA")

    file = read(HEADER + rows)

    assert [participant.activation for participant in file.participants] == ["spring", "summer"]
    assert file.repeated == (RepeatedRow(4, "anna@example.com", "spring", first_line=2),)


def test_a_row_behind_a_rejected_one_is_no_repetition(read: Read) -> None:
    file = read(HEADER + GOOD.replace("+1313", "+9") + GOOD)

    assert [participant.line for participant in file.participants] == [3]
    assert [row.line for row in file.rejected] == [2]


@pytest.mark.parametrize("email", ["ab@gmail.com", "o.neil+x'y@hotmail.com", "o'neil@example.com"])
def test_the_rules_of_two_providers_are_for_them_alone(read: Read, email: str) -> None:
    assert read(HEADER + GOOD.replace("anna@example.com", email)).rejected == ()


def test_every_fault_of_a_row_is_told_with_its_value_and_remedy(read: Read) -> None:
    file = read(HEADER + GOOD + "anna(at)example.com,12, ,31.01.2026\n")

    assert [(row.line, row.column, row.value) for row in file.rejected] == [
        (3, "email", "anna(at)example.com"),
        (3, "phone", "12"),
        (3, "activation", " "),
        (3, "consented_at", "31.01.2026"),
    ]
    assert all(row.problem and row.remedy for row in file.rejected)


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",,spring,2026-01-31", "email", "is empty"),
        ("a@b@example.com,,spring,2026-01-31", "email", "is no email address"),
        ("a@localhost,,spring,2026-01-31", "email", "is no email address"),
        ("a@gmail.com,,spring,2026-01-31", "email", "gmail.com cannot have"),
        ("o'neil@hotmail.com,,spring,2026-01-31", "email", "hotmail.com cannot have"),
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 55}.com,,x,2026-01-31", "email", "236 bytes"),
        ("a@example.com,1.31356E+10,spring,2026-01-31", "phone", "is not one valid phone number"),
        ("a@example.com,,,2026-01-31", "activation", "is empty"),
        (f"a@example.com,,{'x' * 256},2026-01-31", "activation", "255 characters"),
        ("a@example.com,,spring,", "consented_at", "is empty"),
        ("a@example.com,,spring,2026-02-30", "consented_at", "is no ISO 8601 date"),
        ("a@example.com,,spring,0001-01-01T00:00+10:00", "consented_at", "is no ISO 8601 date"),
    ],
)
def test_a_bad_cell_rejects_its_row(read: Read, row: str, column: str, problem: str) -> None:
    file = read(f"{HEADER}{row}\n")

    (rejected,) = file.rejected
    assert rejected.column == column
    assert problem in rejected.problem
    assert file.participants == ()


@pytest.mark.parametrize(("row", "cells"), [("a,b,c,d,e", 5), ("a@example.com,", 2)])
def test_a_row_with_another_number_of_cells_is_rejected_as_a_whole(
    read: Read, row: str, cells: int
) -> None:
    file = read(HEADER + GOOD + row + "\n")

    assert file.rejected == (
        RejectedRow(
            line=3,
            column="",
            value=row,
            problem=f"has {cells} cells where the header has 4",
            remedy="Give one cell for each column, and put quotes around a cell with a comma",
        ),
    )
    assert len(file.participants) == 1


def test_a_row_is_named_after_the_first_of_its_lines(read: Read) -> None:
    rows = 'a@example.com,,"spring\nand\r\nsummer",2026-01-31\n\n' + GOOD + '"b\nc",,x,2026-01-31\n'

    file = read(HEADER + rows)

    assert [(found.line, found.activation) for found in file.participants] == [
        (2, "spring\nand\r\nsummer"),
        (6, "spring"),
    ]
    assert [(row.line, row.value) for row in file.rejected] == [(7, "b\nc")]


def test_blank_rows_are_skipped(read: Read) -> None:
    file = read("\n" + HEADER + "\n   \n,,,\n" + GOOD + " , ,, \n")

    assert [participant.line for participant in file.participants] == [6]
    assert (file.repeated, file.rejected) == ((), ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty. Begin it with the line email,phone,activation,consented_at"),
        (b"\n \n", "is empty"),
        (HEADER.encode(), "has a header but no participants. Add one line"),
        (HEADER.encode() + b"\n,,,\n", "has a header but no participants"),
        (b"email,phone,activation\n", "line 1, the header, lacks consented_at. Name these columns"),
        (b"email,phone,activation,consented_at,name\n", "names an unknown column 'name'"),
        (b"email,phone,activation,consented_at,\n", "names an unknown column ''"),
        (b"email,phone,Phone,activation,consented_at\n", "names phone 2 times"),
        (b"mail,email,email\n", "names an unknown column 'mail'; names email 2 times; lacks phone"),
        (b"email;phone;activation;consented_at\n", "by semicolons instead of commas"),
        (HEADER.encode() + b"anna\xff@example.com\n", "byte 0xff at byte 40, line 2"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n\xff", "byte 0xff at byte 40, line 3"),
        (
            HEADER.encode() + b"an\0na",
            "holds a NUL byte at byte 38, line 2. Save it as CSV in UTF-8",
        ),
        (HEADER.encode("utf-16"), "is written in UTF-16. Save it as CSV in UTF-8"),
        (HEADER.encode() + b'\n"anna,,x,y\n\n', "the row that begins in line 3 is no CSV"),
        (HEADER.encode() + b'"anna"x,,x,y\n', "the row that begins in line 2 is no CSV"),
        (HEADER.encode() + b"x" * 200_000, "the row that begins in line 2 is no CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong_and_what_to_do(
    read: Read, content: bytes, words: str
) -> None:
    with pytest.raises(BadParticipants) as caught:
        read(content)

    assert words in str(caught.value)
    assert "participants.csv: " in str(caught.value)
    assert caught.value.remedy


def test_a_path_without_a_readable_file_says_so(tmp_path: Path) -> None:
    a_file = tmp_path / "a.csv"
    a_file.write_text(HEADER)

    for path, words in [
        (tmp_path / "missing.csv", "there is no such file"),
        (tmp_path, "is a directory"),
        (a_file / "b.csv", "cannot be read (Not a directory)"),
        ("nul\0.csv", "cannot be read (embedded null byte)"),
    ]:
        with pytest.raises(BadParticipants) as caught:
            read_participants(path)
        assert words in str(caught.value)


def test_too_many_rows_are_refused_and_just_enough_are_not(tmp_path: Path) -> None:
    path = tmp_path / "participants.csv"
    path.write_text(HEADER + GOOD + "\n" + GOOD)

    assert len(read_participants(path, max_rows=2).repeated) == 1
    with pytest.raises(BadParticipants, match=r"more than 1 rows \(line 4 is one too many\)"):
        read_participants(path, max_rows=1)


def test_a_file_beyond_all_measure_is_not_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quikly_client.participants.LARGEST_FILE", 40)

    with pytest.raises(BadParticipants, match="larger than 40 bytes"):
        read(HEADER + GOOD)


def test_reading_participants_does_not_import_requests() -> None:
    program = "import sys, quikly_client.participants; sys.exit('requests' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


CELLS = st.sampled_from(
    [
        "", " ", "anna@example.com", "Anna@Example.com ", "ben@example.com", "not-an-email",
        "+13138675309", "(313) 867-5309", "12", "spring", " spring", "summer",
        "2026-01-31T18:30:00Z", "2026-02-30", "with, comma", 'with "quotes"', "two\nlines", "ü",
    ]
)  # fmt: skip
LIKELY_ROWS = st.tuples(
    st.sampled_from(["anna@example.com", "ANNA@example.com", "ben@example.com", "x"]),
    st.sampled_from(["", "+13138675309", "12"]),
    st.sampled_from(["spring", "spring ", "summer", ""]),
    st.sampled_from(["2026-01-31", "2026-01-31T18:30:00+09:00", "soon"]),
).map(list)


@given(
    rows=st.lists(LIKELY_ROWS | st.lists(CELLS | st.text(max_size=5), max_size=6), max_size=12),
    order=st.permutations(COLUMNS),
)
@settings(deadline=None, max_examples=60)
def test_every_data_row_ends_up_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], order: list[str]
) -> None:
    records = [[clean(cell) for cell in row] for row in rows]
    path = tmp_path_factory.mktemp("rows") / "participants.csv"
    path.write_text(as_csv([list(order), *records]), newline="", encoding="utf-8")
    starts = first_lines(records)
    if not starts:
        with pytest.raises(BadParticipants, match="no participants"):
            read_participants(path)
        return

    file = read_participants(path)

    lines = [found.line for found in file.participants]
    lines += [row.line for row in file.repeated]
    lines += {row.line for row in file.rejected}
    assert sorted(lines) == starts
    firsts = {(p.activation, p.email): p.line for p in file.participants}
    assert len(firsts) == len(file.participants)
    for row in file.repeated:
        assert firsts[row.activation, row.email] == row.first_line < row.line


def clean(cell: str) -> str:
    """Without what makes a whole file unreadable or counts as a line end of its own."""
    return cell.replace("\0", "").replace("\r", "").encode(errors="ignore").decode()


def as_csv(records: list[list[str]]) -> str:
    """Every cell in quotes, so that a record may hold anything."""
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in records)
    return "".join(line + "\n" for line in quoted)


def first_lines(records: list[list[str]]) -> list[int]:
    """Where the rows begin that are not blank."""
    lines, line = [], 2
    for record in records:
        if any(cell.strip() for cell in record):
            lines.append(line)
        line += 1 + sum(cell.count("\n") for cell in record)
    return lines
