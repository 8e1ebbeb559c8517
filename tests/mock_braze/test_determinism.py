"""Same seed, same calls, same clock: the same journal, byte for byte, in any process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from a_busy_day import journal_of_a_busy_day

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_the_same_calls_leave_the_same_journal_in_this_process() -> None:
    once, again = journal_of_a_busy_day(), journal_of_a_busy_day()

    assert once == again
    for kind in (b"request", b"effect", b"hazard", b"clock"):
        assert b'"kind":"%b"' % kind in once


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_calls_leave_the_same_journal_in_another_process(hash_seed: str) -> None:
    paths = os.pathsep.join([str(HERE), str(ROOT)])
    elsewhere = subprocess.run(
        [sys.executable, str(HERE / "a_busy_day.py")],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": paths, "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
    )

    assert elsewhere.stdout == journal_of_a_busy_day()
