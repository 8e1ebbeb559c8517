"""JSON as wide as there is room: what fits in a line stays in one."""

import json
from typing import Any

from textual.content import Content
from textual.highlight import highlight
from textual.widgets import Static

INDENT = 2


class JsonText(Static):
    """A JSON value in colours, laid out anew when the width changes."""

    _value: Any = None

    def show(self, value: Any) -> None:
        self._value = value
        self._paint()

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        if self._value is None:
            self.update(Content.styled("no JSON body", "dim"))
        else:
            self.update(highlight(laid_out(self._value, self.size.width), language="json"))


def laid_out(value: Any, width: int, indent: int = 0, before: int = 0) -> str:
    """`value` as JSON text. Its first line stands behind `indent` and `before` characters."""
    line = json.dumps(value, ensure_ascii=False)
    # The comma behind it has to fit as well.
    if indent + before + len(line) < width or not isinstance(value, dict | list) or not value:
        return line
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    items = _items(value)
    if len(items) == 1 and _branches(value):  # a level of its own would say nothing
        label, only = items[0]
        inside = laid_out(only, width, indent, before + 1 + len(label))
        return f"{opening}{label}{inside}{closing}"
    inner = indent + INDENT
    lines = [
        f"{' ' * inner}{label}{laid_out(each, width, inner, len(label))}" for label, each in items
    ]
    return "\n".join([opening, ",\n".join(lines), f"{' ' * indent}{closing}"])


def _branches(value: Any) -> bool:
    """Whether there is a container of several behind containers of one."""
    while isinstance(value, dict | list) and len(value) == 1:
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    return isinstance(value, dict | list) and len(value) > 1


def _items(value: dict[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    """What a container holds, each with the label in front of it."""
    if isinstance(value, list):
        return [("", each) for each in value]
    return [(f"{json.dumps(name, ensure_ascii=False)}: ", each) for name, each in value.items()]
