"""Findings as reports: whole in every form, and safe wherever they are shown."""

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.findings import Finding
from contracts.reports import FORMATS

ODD = 'a "quoted" <b>&amp;</b> 100 %,\n:: of é'
WRONG = Finding(ODD, operation="POST /users/track", fact="email-syntax", file="a,b.md", line=3)
NOTE = Finding("better not", "note")


class Texts(HTMLParser):
    """The words of a page, and whether it reaches beyond itself."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.outside: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [tag for name, _ in attrs if name in ("src", "href")]


def test_text_has_a_line_for_each_finding() -> None:
    written = FORMATS["text"]([NOTE, Finding("one line", file="a.md", line=1, column=2)])

    assert written == "note: better not\na.md:1:2: error: one line\n"


def test_json_and_sarif_hold_what_was_said_letter_for_letter() -> None:
    (told, _) = json.loads(FORMATS["json"]([WRONG, NOTE]))["findings"]
    (run,) = json.loads(FORMATS["sarif"]([WRONG, NOTE]))["runs"]

    assert told["says"] == ODD
    assert [each["message"]["text"] for each in run["results"]] == [ODD, "better not"]
    assert [each["level"] for each in run["results"]] == ["error", "note"]
    assert {each["ruleId"] for each in run["results"]} <= {
        each["id"] for each in run["tool"]["driver"]["rules"]
    }


def test_junit_fails_for_errors_only_and_has_a_case_when_nothing_was_found() -> None:
    both = ElementTree.fromstring(FORMATS["junit"]([WRONG, NOTE]))
    none = ElementTree.fromstring(FORMATS["junit"]([]))

    assert (both.get("tests"), both.get("failures")) == ("2", "1")
    assert (none.get("tests"), none.get("failures")) == ("1", "0")


def test_github_commands_stay_on_their_line_whatever_they_say() -> None:
    first, second = FORMATS["github"]([WRONG, NOTE]).splitlines()

    assert first == (
        "::error file=a%2Cb.md,line=3,title=email-syntax::"
        'a "quoted" <b>&amp;</b> 100 %25,%0A:: of é'
    )
    assert second == "::notice title=contract::better not"


def test_the_page_needs_nothing_beside_itself_and_tells_the_fact() -> None:
    page = Texts()

    page.feed(FORMATS["html"]([WRONG, NOTE]))

    assert page.outside == []
    words = " ".join("".join(page.words).split())
    assert " ".join(ODD.split()) in words
    assert "1 error, 1 note" in words
    assert "email-syntax" in words
    assert "Nothing breaks the contract" in FORMATS["html"]([NOTE])


@pytest.mark.parametrize("form", FORMATS)
@given(says=st.text(max_size=40), file=st.text(max_size=10))
def test_anything_said_can_be_written(form: str, says: str, file: str) -> None:
    written = FORMATS[form]([Finding(says, file=file)])

    if form == "junit":
        ElementTree.fromstring(written)
    assert written
