from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from quikly_client.profiles import (
    IdentifierKind,
    ProfileReference,
    best_profile,
    carrying,
    reference_to,
)
from quikly_client.results import ExportedUser, UserAlias

ALIAS = UserAlias("anna@example.com", "email")
OLD, NEW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def a_profile(**fields: Any) -> ExportedUser:
    values: dict[str, Any] = {
        "external_id": None,
        "braze_id": "b-1",
        "user_aliases": (),
        "email": "anna@example.com",
        "phone": None,
        "created_at": OLD,
    }
    return ExportedUser(**(values | fields))


def test_identified_beats_our_alias_beats_new_beats_old_in_any_order() -> None:
    identified = a_profile(external_id="q-1")
    ours = a_profile(user_aliases=(ALIAS,))
    new = a_profile(created_at=NEW)
    old = a_profile()
    ranked = [identified, ours, new, old, a_profile(created_at=None)]

    for start in range(len(ranked)):
        for users in permutations(ranked[start:]):
            assert best_profile(users, ALIAS) is ranked[start]


def test_equal_profiles_are_told_apart_by_braze_id_in_any_order() -> None:
    first, second = a_profile(braze_id="b-1"), a_profile(braze_id="b-2")

    assert best_profile([first, second], ALIAS) is second
    assert best_profile([second, first], ALIAS) is second


def test_an_alias_of_another_label_or_case_is_not_ours() -> None:
    others = a_profile(
        user_aliases=(UserAlias("anna@example.com", "shop"), UserAlias("Anna@example.com", "email"))
    )

    assert carrying([others], ALIAS) is None
    assert reference_to(others, ALIAS) == ProfileReference(IdentifierKind.BRAZE_ID, "b-1")


def test_nobody_is_best_among_none() -> None:
    assert best_profile([], ALIAS) is None


def test_a_profile_is_written_by_external_id_then_alias_then_braze_id() -> None:
    by_alias = ProfileReference(IdentifierKind.USER_ALIAS, "anna@example.com", "email")

    assert reference_to(
        a_profile(external_id="q-1", user_aliases=(ALIAS,)), ALIAS
    ) == ProfileReference(IdentifierKind.EXTERNAL_ID, "q-1")
    assert reference_to(a_profile(user_aliases=(ALIAS,)), ALIAS) == by_alias
    assert reference_to(a_profile(), ALIAS) == ProfileReference(IdentifierKind.BRAZE_ID, "b-1")


def test_a_profile_of_which_only_the_email_is_known_is_written_by_that() -> None:
    assert reference_to(a_profile(braze_id=None), ALIAS) == ProfileReference(
        IdentifierKind.EMAIL, "anna@example.com"
    )


def test_a_profile_with_nothing_but_a_foreign_alias_is_written_by_that() -> None:
    foreign = a_profile(braze_id=None, user_aliases=(UserAlias("cart-17", "shop"),))

    assert reference_to(foreign, ALIAS) == ProfileReference(
        IdentifierKind.USER_ALIAS, "cart-17", "shop"
    )
