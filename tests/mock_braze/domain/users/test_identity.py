from typing import Any

import pytest
from worlds import EMAIL, PHONE, alias_json

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault
from mock_braze.domain.users.identity import (
    BrazeId,
    Email,
    ExternalId,
    Identifier,
    Phone,
    UserAlias,
    identifier_of,
)


@pytest.mark.parametrize(
    ("item", "identifier"),
    [
        ({"external_id": "q-1"}, ExternalId("q-1")),
        ({"external_id": 12345}, ExternalId("12345")),
        ({"external_id": "q-1", "email": EMAIL, "phone": PHONE}, ExternalId("q-1")),
        ({"external_id": None, "email": EMAIL}, Email(EMAIL)),
        ({"external_id": "x" * 987}, ExternalId("x" * 987)),
        ({"braze_id": "5eea769d45bb2e1467418f92"}, BrazeId("5eea769d45bb2e1467418f92")),
        ({"user_alias": alias_json(), "email": EMAIL}, UserAlias(EMAIL, "email")),
        ({"user_alias": alias_json("Anna@Example.com")}, UserAlias("Anna@Example.com", "email")),
        ({"user_alias": alias_json("n" * 236, "l" * 236)}, UserAlias("n" * 236, "l" * 236)),
        ({"email": "Anna@Example.com"}, Email(EMAIL)),
        ({"email": EMAIL, "phone": PHONE}, Email(EMAIL)),
        ({"phone": "(313) 555-0171"}, Phone(PHONE)),
    ],
)
def test_an_object_points_at_its_profile_by_one_identifier(
    item: dict[str, Any], identifier: Identifier
) -> None:
    """Facts: email-and-phone-look-up-only-without-primary, email-beats-phone-as-identifier,
    alias-limits
    """
    assert identifier_of(item) == identifier


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ({}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"name": "anna"}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"external_id": ""}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"external_id": True}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"external_id": 1.5}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"external_id": ["q-1"]}, ObjectFault.IDENTIFIER_REQUIRED),
        ({"external_id": "x" * 988}, ObjectFault.EXTERNAL_USER_ID_TOO_LARGE),
        ({"external_id": "ä" * 494}, ObjectFault.EXTERNAL_USER_ID_TOO_LARGE),
        ({"external_id": "q", "user_alias": alias_json()}, ObjectFault.TWO_PRIMARY_IDENTIFIERS),
        ({"external_id": "q", "braze_id": "b"}, ObjectFault.TWO_PRIMARY_IDENTIFIERS),
        ({"user_alias": alias_json(), "braze_id": "b"}, ObjectFault.TWO_PRIMARY_IDENTIFIERS),
        ({"user_alias": "anna"}, ObjectFault.BAD_USER_ALIAS),
        ({"user_alias": {"alias_name": "anna"}}, ObjectFault.BAD_USER_ALIAS),
        ({"user_alias": alias_json("")}, ObjectFault.BAD_USER_ALIAS),
        ({"user_alias": alias_json("n" * 237)}, ObjectFault.BAD_USER_ALIAS),
        ({"user_alias": {"alias_name": 5, "alias_label": "l"}}, ObjectFault.BAD_USER_ALIAS),
        ({"email": ""}, ObjectFault.EMAIL_BAD_FORMAT),
        ({"email": "anna"}, ObjectFault.EMAIL_BAD_FORMAT),
        ({"email": 5, "phone": PHONE}, ObjectFault.EMAIL_BAD_FORMAT),
        ({"phone": "123"}, ObjectFault.BAD_PHONE_IDENTIFIER),
        ({"phone": 3135550171}, ObjectFault.BAD_PHONE_IDENTIFIER),
    ],
)
def test_an_object_that_points_at_nobody_is_refused_with_the_reason(
    item: dict[str, Any], fault: ObjectFault
) -> None:
    """Facts: identifier-required, one-primary-identifier-per-object, external-id-limit,
    alias-limits, libphonenumber-decides
    """
    with pytest.raises(BadObject) as refused:
        identifier_of(item)

    assert refused.value.fault is fault
