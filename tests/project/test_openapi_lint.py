"""The OpenAPI descriptions are linted where Node is, and nothing breaks where it is not."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"
LINTER = CI / "node_modules" / "@redocly" / "cli"


def lint(*files: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(
        ["/bin/bash", CI / "lint-openapi", *files],
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_machine_without_npm_says_so_and_goes_on(tmp_path: Path) -> None:
    ran = lint(path=str(tmp_path))

    assert ran.returncode == 0
    assert ran.stdout == ("OpenAPI descriptions not linted: there is no npm on this machine\n")


def test_a_node_that_is_too_old_is_said_too(tmp_path: Path) -> None:
    for name, script in (("npm", "exit 1"), ("node", '[ "$1" = --version ] && echo v18.1.0')):
        program = tmp_path / name
        program.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    ran = lint(path=str(tmp_path))

    assert ran.returncode == 0
    assert "node v18.1.0 is too old" in ran.stdout


@pytest.mark.skipif(not LINTER.exists(), reason="the linter is not installed here")
def test_a_description_that_breaks_a_rule_fails(tmp_path: Path) -> None:
    text = (CI.parent / "contracts" / "openapi" / "quikly.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "quikly.yaml"
    bad.write_text(text.replace("      summary: ", "      x-summary: "), encoding="utf-8")

    ran = lint(bad)

    assert ran.returncode == 1
    assert "operation-summary" in ran.stdout + ran.stderr


def test_the_linter_is_pinned_and_no_registry_named() -> None:
    wanted = json.loads((CI / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = (CI / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(lock)["packages"]

    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in each for name, each in locked.items() if name)
    assert "http" not in lock


def test_the_check_of_everything_lints_them() -> None:
    assert ".ci/lint-openapi" in (CI / "check").read_text(encoding="utf-8").splitlines()
