"""Email addresses and phone numbers: what Braze accepts, and the form it stores."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

import phonenumbers
from publicsuffixlist import PublicSuffixList


class AddressKind(StrEnum):
    """What kind of address a subscription state can hang on."""

    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Address:
    """An email address (lower case) or a phone number (E.164), in stored form."""

    kind: AddressKind
    value: str


# Braze: the published pattern allows two dots in a row in the local part (email-local-part)
SHORTEST_PHONE, LONGEST_PHONE = 7, 15  # digits
_LOCAL_EDGE = r"(?:[a-zA-Z0-9_\-^+$'&#/!%*=?`|~]|[^\x00-\x7f])"
_LOCAL = re.compile(rf"{_LOCAL_EDGE}(?:(?:{_LOCAL_EDGE}|\.)*{_LOCAL_EDGE})?")
_DOMAIN = re.compile(
    r"[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+",
    re.IGNORECASE | re.ASCII,
)
_MICROSOFT = re.compile(r"\w[\-\w]*(?:\.[\-\w]+)*", re.ASCII)
_MICROSOFT_NAMES = frozenset({"msn", "hotmail", "outlook", "live"})


def is_valid_email(text: object) -> bool:
    """Syntax only: Braze asks neither the domain nor the mailbox, so typos pass.

    Facts: email-syntax, email-whitespace-is-refused, email-local-part, email-domain,
        gmail-local-part, microsoft-local-part
    """
    return isinstance(text, str) and _has_email_syntax(text)


@lru_cache(maxsize=65_536)
def _has_email_syntax(text: str) -> bool:
    if text.count("@") != 1 or re.search(r"\s", text):
        return False
    local, domain = text.split("@")
    if len(local) > 64 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return False
    labels = domain.lower().split(".")
    if not _is_top_level_domain(labels[-1]):
        return False
    if labels[0] == "gmail" and len(local) < 2:
        return False
    plain = local.split("+")[0]
    return labels[0] not in _MICROSOFT_NAMES or bool(_MICROSOFT.fullmatch(plain))


@lru_cache(maxsize=1024)
def _is_top_level_domain(label: str) -> bool:
    # Every top-level domain of ICANN's is a public suffix, or has some.
    return _public_suffixes().publicsuffix(f"a.b.{label}") is not None


@cache
def _public_suffixes() -> PublicSuffixList:
    """The list as it came with the package: it needs no network, and is read when first asked."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def stored_email(text: str) -> str:
    """The form in which an email is stored, and found."""
    # Inferred: the case of letters is not kept (email-stored-lower-case)
    lower = text.lower()
    return text if lower == text else lower  # so that what was sent and is kept is one text


def stored_phone(text: str) -> str:
    """Digits with a leading plus; a number that cannot be completed stays as typed.

    Ten digits without a country code are a US number.

    Facts: phone-normalisation
    """
    # Inferred: a number that is none is no error in an attribute (invalid-phone-attribute-is-kept)
    if text[:1] == "+" and text[1:].isdecimal() and text.isascii():
        return text
    digits = re.sub(r"[^0-9+]", "", text)
    digits = ("+" if digits.startswith("+") else "") + digits.replace("+", "")
    if digits.startswith("+"):
        return digits if len(digits) > 1 else text
    if len(digits) == 10:
        return f"+1{digits}"
    if len(digits) == 11 and digits.startswith("1"):
        return f"+{digits}"
    return text


def is_like_a_phone(stored: str) -> bool:
    """Whether a number has the form of E.164; for every write, where `is_valid_phone` is dear.

    Facts: phone-normalisation
    """
    return stored.startswith("+") and SHORTEST_PHONE <= len(stored) - 1 <= LONGEST_PHONE


@lru_cache(maxsize=65_536)
def is_valid_phone(stored: str) -> bool:
    """Whether libphonenumber, which Braze asks too, calls this E.164 number valid.

    Facts: phone-normalisation
    """
    if not stored.startswith("+"):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(stored))
    except phonenumbers.NumberParseException:
        return False
