"""Tells at the end how many steps the machines made."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "machine_steps":
                terminalreporter.write_line(f"{value} steps without a disagreement")
