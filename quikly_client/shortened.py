"""Addresses and keys as people may see them in reasons, notes and reports."""

import re

_EMAIL = re.compile(r"[^\s@\"'<>()]+@[^\s@\"'<>(),:;]+")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")


def email(address: str) -> str:
    """`anna@example.com` as `an…@example.com`; a short name never shows in full."""
    name, _, domain = address.rpartition("@")
    return f"{name[: min(2, len(name) - 1)]}…@{domain}" if name else "…"


def phone(number: str) -> str:
    """`+13135550171` as `+1…71`."""
    return f"{number[:2]}…{number[-2:]}" if len(number) >= 8 else "…"


def key(api_key: str) -> str:
    """An API key as its first and last two characters, or nothing of a short one."""
    return f"{api_key[:2]}…{api_key[-2:]}" if len(api_key) >= 16 else "…"


def text(said: str) -> str:
    """`said` with whatever looks like an email address or an E.164 number shortened."""
    said = _EMAIL.sub(lambda found: email(found[0]), said)
    return _PHONE.sub(lambda found: phone(found[0]), said)


def addresses(text: str, email_address: str, phone_number: str | None) -> str:
    """`text` with one person's own addresses shortened, for Braze repeats what it was sent."""
    text = text.replace(email_address, email(email_address))
    return text.replace(phone_number, phone(phone_number)) if phone_number else text
