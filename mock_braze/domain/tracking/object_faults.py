"""The catalogue of what is wrong with single objects of `/users/track`."""

from dataclasses import dataclass
from enum import Enum


class ObjectFault(Enum):
    """Why one object of `/users/track` is refused while the others go on.

    The value is (code, sentence), the two forms of the answer's `type` that are in circulation;
    a dial chooses. Where only one form is known it serves as both.

    Facts: track-error-sentences, track-error-codes
    """

    IDENTIFIER_REQUIRED = (
        "",
        "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required",
    )
    # Inferred: no wording is known for the next four (track-error-sentences)
    TWO_PRIMARY_IDENTIFIERS = (
        "",
        "only one of 'external_id', 'braze_id' and 'user_alias' is allowed",
    )
    BAD_USER_ALIAS = ("", "'user_alias' is not valid")
    BAD_PHONE_IDENTIFIER = ("", "The value provided for the 'phone' field is not a valid phone.")
    MISSING_FIELD = ("", "a required field is missing or not valid")
    EMAIL_BAD_FORMAT = (
        "EMAIL_BAD_FORMAT",
        "The value provided for the 'email' field is not a valid email.",
    )
    EXTERNAL_USER_ID_TOO_LARGE = ("EXTERNAL_USER_ID_TOO_LARGE", "")
    BAD_EMAIL_SUBSCRIPTION_STATE = ("BAD_EMAIL_SUBSCRIPTION_STATE", "")
    BAD_PUSH_SUBSCRIPTION_STATE = ("BAD_PUSH_SUBSCRIPTION_STATE", "")
    BAD_LOCATION_UPDATE = ("BAD_LOCATION_UPDATE", "")
    BAD_SUBSCRIPTION_GROUP_ARRAY = ("BAD_SUBSCRIPTION_GROUP_ARRAY", "")
    BAD_SUBSCRIPTION_GROUP_HASH = ("BAD_SUBSCRIPTION_GROUP_HASH", "")
    BAD_SUBSCRIPTION_GROUP_ID = ("BAD_SUBSCRIPTION_GROUP_ID", "")
    BAD_SUBSCRIPTION_GROUP_STATE = ("BAD_SUBSCRIPTION_GROUP_STATE", "")
    INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO = ("INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO", "")
    BAD_PUSH_TOKEN_IMPORT = ("BAD_PUSH_TOKEN_IMPORT", "")
    BAD_PUSH_TOKEN_VALUE = ("BAD_PUSH_TOKEN_VALUE", "")
    BAD_PUSH_TOKEN_APP_ID = ("BAD_PUSH_TOKEN_APP_ID", "")
    BAD_PUSH_TOKEN_STRING = ("BAD_PUSH_TOKEN_STRING", "")
    BAD_DEVICE_ID = ("BAD_DEVICE_ID", "")
    BLACKLISTED_EXTERNAL_USER_ID = (
        "BLACKLISTED_EXTERNAL_USER_ID",
        "provided external_id is blacklisted and disallowed",
    )
    RESERVED_PROPERTY = ("", "Invalid 'properties' field")
    BAD_QUANTITY = ("", "'quantity' is not valid")
    # What it says of the event comes with each single error.
    BAD_RECOMMENDED_EVENT = ("", "The property '#/' did not match the schema")

    @property
    def old_sentence(self) -> str:
        """As it was worded before email and phone could identify.

        Facts: old-identifier-sentence
        """
        if self is ObjectFault.IDENTIFIER_REQUIRED:
            return "'external_id' or 'braze_id' or 'user_alias' is required"
        return self.sentence

    @property
    def code(self) -> str:
        return self.value[0] or self.value[1]

    @property
    def sentence(self) -> str:
        return self.value[1] or self.value[0]


class BadObject(Exception):
    """Raised while one object of `/users/track` is read; `says` tells of this very object."""

    def __init__(self, fault: ObjectFault, says: str = "") -> None:
        super().__init__(says or fault.sentence)
        self.fault = fault
        self.says = says


@dataclass(frozen=True, slots=True)
class ObjectError:
    """A refused object: `index` counts within its own array, from 0.

    `says` is a sentence about this very object, where there is one.

    Facts: track-partial-errors, error-index-within-array
    """

    fault: ObjectFault
    input_array: str
    index: int
    says: str = ""
