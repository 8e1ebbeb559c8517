"""braze-lab verify samples."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from tui.cli import main

WRONG = """Call `/subscription/status/set`:

```
{"subscription_group_id": "g", "subscription_status": "subscribed", "email": "a@example.com"}
```
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("page.md").write_text(WRONG, encoding="utf-8")
    return "page.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", "samples", *arguments])


def test_what_is_wrong_is_told_with_the_corrected_sample_and_exit_status_1(page: str) -> None:
    ran = run(page)

    assert ran.exit_code == 1
    assert ran.stdout == (
        "page.md:4:32: error: POST /subscription/status/set knows no member "
        'body.subscription_status; write "subscription_state" instead of "subscription_status" '
        "[page-sample-subscription-status]\n"
        "\npage.md:4, POST /subscription/status/set, corrected:\n"
        '{"subscription_group_id": "g", "subscription_state": "subscribed", '
        '"email": "a@example.com"}\n'
    )
    assert ran.stderr == "page.md: 1 sample, 1 with errors\n"


def test_a_right_page_is_exit_status_0(tmp_path: Path) -> None:
    right = tmp_path / "right.md"
    right.write_text(WRONG.replace("subscription_status", "subscription_state"), encoding="utf-8")

    ran = run(str(right))

    assert (ran.exit_code, ran.stdout) == (0, "")


def test_each_format_holds_the_place_and_the_fact(page: str) -> None:
    fact, says = "page-sample-subscription-status", "POST /subscription/status/set knows no member"

    (found,) = json.loads(run(page, "--format", "json").stdout)["findings"]
    case = ElementTree.fromstring(run(page, "--format", "junit").stdout).find(".//testcase/failure")
    (result,) = json.loads(run(page, "--format", "sarif").stdout)["runs"][0]["results"]
    github = run(page, "--format", "github").stdout

    assert (found["file"], found["line"], found["column"], found["fact"]) == (page, 4, 32, fact)
    assert case is not None
    assert case.get("type") == fact
    assert f"{page}:4:32: error: {says}" in (case.get("message") or "")
    assert result["ruleId"] == fact
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 4, "startColumn": 32}
    assert github.startswith(f"::error file={page},line=4,col=32,title={fact}::{says}")


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    binary = tmp_path / "page.md"
    binary.write_bytes(b"caf\xe9")

    missing, unreadable = run(str(tmp_path / "none.md")), run(str(binary))

    assert (missing.exit_code, unreadable.exit_code) == (2, 2)
    assert "cannot be read: No such file or directory" in missing.stderr
    assert "is no UTF-8 from byte 3 on; save it as UTF-8" in unreadable.stderr
