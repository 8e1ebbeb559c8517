"""Phone numbers in E.164, the form in which Braze stores and compares them."""

import phonenumbers

REGIONS: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)


def read_phone(text: str, default_region: str = "US") -> str | None:
    """The valid number in `text` as E.164, or None when there is not exactly one.

    A number without a country code belongs to `default_region`. A number with an extension is
    none: no SMS reaches an extension, and two numbers in one cell would pass for one.

    Facts: phone-normalisation
    """
    try:
        number = phonenumbers.parse(text, default_region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_same_number(ours: str, theirs: str | None) -> bool:
    """Whether Braze's number is `ours` (E.164), also when Braze left out the plus.

    Facts: export-phone-without-plus
    """
    if not theirs:
        return False
    return theirs == ours or f"+{theirs}" == ours or read_phone(theirs) == ours
