"""Emails and phone numbers in any text, as people may see them over somebody's shoulder."""

import re

from quikly_client import shortened

_EMAIL = re.compile(r"[^\s\"'<>,;:()\[\]@]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])\+\d{8,15}(?!\w)")


def shorten_addresses(text: str) -> str:
    """The text with each of them shortened."""
    text = _EMAIL.sub(lambda found: shortened.email(found[0]), text)
    return _PHONE.sub(lambda found: shortened.phone(found[0]), text)
