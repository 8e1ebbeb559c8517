from click.testing import CliRunner

from quikly_client.configuration import SETTINGS, read_configuration
from tui.cli import main

NEEDED = {"QUIKLY_INSTANCE": "US-01", "QUIKLY_API_KEY": "k", "QUIKLY_SUBSCRIPTION_GROUP_ID": "g"}


def test_every_setting_is_listed_with_its_variable_and_what_it_is_otherwise() -> None:
    ran = CliRunner().invoke(main, ["quikly", "settings"], env={"COLUMNS": "120"})

    assert ran.exit_code == 0
    rows = [line.split(maxsplit=2) for line in ran.stdout.splitlines()[1:]]
    assert [(name, variable) for name, variable, _ in rows] == [
        (name, f"QUIKLY_{name.upper()}") for name in SETTINGS
    ]
    told = {name: otherwise.strip() for name, _, otherwise in rows}
    assert told["api_key"] == "must be set"
    assert (told["creation_wait"], told["opt_in_window"]) == ("330 s", "30 d")
    assert (told["confirm_after"], told["retry_attempts"]) == ("5 min", "12")


def test_what_is_listed_as_otherwise_is_what_it_is_otherwise() -> None:
    ran = CliRunner().invoke(main, ["quikly", "settings"], env={"COLUMNS": "120"})
    rows = [line.split(maxsplit=2) for line in ran.stdout.splitlines()[1:]]
    written = {
        variable: otherwise.strip()
        for _, variable, otherwise in rows
        if not otherwise.startswith(("must be set", "or ", "that of"))
    }

    assert read_configuration(None, NEEDED | written) == read_configuration(None, NEEDED)
