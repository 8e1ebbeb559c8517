"""Values as JSON documents and back, by the types of their fields.

A field without a default must be in the document; one that the type does not have is passed over.
"""

from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def document(value: object) -> str:
    """A dataclass of plain values, enums, moments and other dataclasses as JSON."""
    return msgspec.json.encode(value).decode()


def read_document(text: str, kind: type[Value]) -> Value:
    """The value that `document` wrote.

    Raises:
        ValueError: the document does not describe such a value.
    """
    return msgspec.json.decode(text, type=kind)
