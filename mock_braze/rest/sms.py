"""`/sms/…`: phone numbers found invalid."""

from typing import Any

from mock_braze.domain.errors import BadInvalidReason, MissingPhoneNumbers, TooManySubscribers
from mock_braze.domain.subscriptions.invalid_phones import Reason, invalid_phones, remove_invalid
from mock_braze.domain.users.addresses import stored_phone
from mock_braze.domain.users.identity import identifier_text
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.lists import RANGE_PARAMETERS, listed_time, read_list_query
from mock_braze.rest.operations import operation
from mock_braze.rest.queries import value_of

MOST_PHONES = 50
LIST_PARAMETERS = RANGE_PARAMETERS | {"phone_numbers", "reason"}


@operation("GET", "/sms/invalid_phone_numbers", permission="sms.invalid_phone_numbers")
def list_invalid_phones(call: Call) -> Reply:
    """Facts: invalid-phones-query, invalid-phones-body"""
    call.workspace.warn_of_unknown_members(bodies.query_names(call), LIST_PARAMETERS, call.number)
    query = read_list_query(call, _asked_phones(call))
    found = invalid_phones(call.workspace.state, query, _reason(call))
    listed = [
        {
            "phone": phone,
            "invalid_detected_at": listed_time(call.workspace, each.detected_at),
            "reason": each.reason.value,
        }
        for phone, each in found
    ]
    return bodies.read({"sms": listed})


@operation(
    "POST", "/sms/invalid_phone_numbers/remove", permission="sms.invalid_phone_numbers.remove"
)
def remove_invalid_phones(call: Call) -> Reply:
    """Facts: invalid-phones-remove"""
    members = bodies.members_of(call)
    known = frozenset({"phone_numbers"})
    call.workspace.warn_of_unknown_members(members, known, call.number)
    for phone in _phones(members.get("phone_numbers")):
        remove_invalid(call.workspace.state, phone, call.workspace.clock.now(), call.number)
    return bodies.accepted({})


def _phones(value: Any) -> list[str]:
    """Raises:
    MissingPhoneNumbers, TooManySubscribers: no array of numbers, or too long a one.
    """
    numbers = [identifier_text(each) for each in value] if isinstance(value, list) else []
    if not numbers or not all(numbers):
        raise MissingPhoneNumbers
    if len(numbers) > MOST_PHONES:
        raise TooManySubscribers
    return [stored_phone(number) for number in numbers]


def _asked_phones(call: Call) -> list[str]:
    return [stored_phone(phone) for phone in bodies.query_phones(call, "phone_numbers")]


def _reason(call: Call) -> Reason | None:
    asked = value_of(call, "reason")
    if asked is None:
        return None
    if asked not in set(Reason):
        raise BadInvalidReason
    return Reason(asked)
