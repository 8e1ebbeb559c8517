"""braze-lab: commands are found by name and imported only when they run."""

import subprocess
import sys

from click.testing import CliRunner

from tui.cli import COMMANDS, main


def test_help_lists_every_command_without_importing_one() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from tui.cli import main; "
        "print(CliRunner().invoke(main, ['--help']).output); "
        "print([each for each in ('flask', 'requests', 'textual', 'rich') if each in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert all(f"  {name}" in ran.stdout for name in COMMANDS)
    assert ran.stdout.rstrip().endswith("[]")


def test_every_command_has_help_that_ends_in_an_example() -> None:
    for name in COMMANDS:
        ran = CliRunner().invoke(main, [name, "--help"])

        assert ran.exit_code == 0
        assert ran.output.rstrip().splitlines()[-1].startswith(f"  Example:  braze-lab {name}")


def test_an_unknown_command_is_wrong_usage() -> None:
    ran = CliRunner().invoke(main, ["frobnicate"])

    assert ran.exit_code == 2
    assert "No such command 'frobnicate'" in ran.stderr


def test_the_window_without_a_terminal_is_wrong_usage() -> None:
    ran = CliRunner().invoke(main, ["tui"])

    assert ran.exit_code == 2
    assert "needs a terminal" in ran.stderr


def test_the_window_of_a_story_that_is_none_is_wrong_usage() -> None:
    ran = CliRunner().invoke(main, ["tui", "--story", "sms-knew"])

    assert (ran.exit_code, "did you mean sms-new?" in ran.stderr) == (2, True)


def test_a_story_brings_its_own_people() -> None:
    ran = CliRunner().invoke(main, ["tui", "--story", "sms-new", "--participants", "people.csv"])

    assert (ran.exit_code, "brings its own people" in ran.stderr) == (2, True)
