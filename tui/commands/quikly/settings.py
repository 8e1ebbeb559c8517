"""braze-lab quikly settings: everything that can be set, where, and what it is otherwise."""

from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from quikly_client.configuration import PREFIX, SETTINGS, Setting

_OTHERWISE = {
    "instance": "or base_url",
    "base_url": "or instance",
    "subscription_group_id": "that of the activation",
    "rate_limit_share": "1",
}


@click.command("settings", epilog="Example:  braze-lab quikly settings")
def command() -> None:
    """List the settings: the name in a file, the variable, and the value without either."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("In a file", "Variable", "Otherwise"):
        table.add_column(title)
    for setting in SETTINGS.values():
        table.add_row(setting.name, PREFIX + setting.name.upper(), _otherwise(setting))
    Console().print(table)


def _otherwise(setting: Setting) -> str:
    if setting.name in _OTHERWISE or setting.group is None:
        return _OTHERWISE[setting.name]
    (field,) = (each for each in fields(setting.group) if each.name == setting.field)
    return "must be set" if field.default is MISSING else _written(field.default)


def _written(value: Any) -> str:
    """A span as it may be written in a setting."""
    if not isinstance(value, timedelta):
        return str(value)
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        count, rest = divmod(value.total_seconds(), unit)
        if count and not rest:
            return f"{count:g} {name}"
    return f"{value.total_seconds():g} s"
