"""A broken promise as a value."""

import re
from dataclasses import dataclass
from typing import Literal

Side = Literal["request", "response"]

_EMAIL = re.compile(r"([^\s@\"'<>]{1,2})[^\s@\"'<>]*@")
# After a plus a number is one whatever follows it; without, it may be part of an ID.
_PHONE = re.compile(
    r"(?:\+|%2B)([0-9])[0-9]{6,12}([0-9]{2})(?![0-9])|([0-9])[0-9]{6,12}([0-9]{2})\b"
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach by the consumer (request) or the provider (response) of an operation.

    `property` is a path such as `body.attributes[0].email`, `query.phone`, `headers.etag` or
    `status`; `received` is JSON, or `absent`.
    """

    operation: str
    side: Side
    property: str
    received: str
    documented: str
    fact: str = ""

    def says(self) -> str:
        """The breach in a sentence, without its fact, and with emails and phone numbers cut."""
        where = f"{self.operation} {self.side}: {self.property}"
        return f"{where} is {_shortened(self.received)}; documented: {self.documented}"

    def __str__(self) -> str:
        return f"{self.says()} ({self.fact})" if self.fact else self.says()


def _shortened(text: str) -> str:
    """At most 120 characters, on one line, with emails and phone numbers cut."""
    text = _PHONE.sub(r"+\1\3…\2\4", _EMAIL.sub(r"\1…@", " ".join(text.split())))
    return text if len(text) <= 120 else f"{text[:117]}…"
