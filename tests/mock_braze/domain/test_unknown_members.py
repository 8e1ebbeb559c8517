import pytest
from worlds import a_workspace, hazards

from mock_braze.domain.unknown_members import MOST_LOOKED_AT, likely_meant


def test_a_body_of_nothing_but_unknown_names_is_told_of_some_of_them() -> None:
    """Hundreds of thousands fit into a body, and no answer may take long."""
    workspace = a_workspace()
    names = [f"name-{number}" for number in range(MOST_LOOKED_AT + 50)]

    for request in (1, 1, 2):
        workspace.warn_of_unknown_members(names, frozenset({"events"}), request)

    assert hazards(workspace) == ["unknown_member_ignored"] * 2 * MOST_LOOKED_AT


def test_known_names_do_not_count_among_those_looked_at() -> None:
    workspace = a_workspace()
    known = frozenset(f"name-{number}" for number in range(MOST_LOOKED_AT + 50))

    workspace.warn_of_unknown_members([*sorted(known), "other"], known, 0)

    assert hazards(workspace) == ["unknown_member_ignored"]


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("email", {"email_address", "phone"}, "email_address"),
        ("Email", {"email_address"}, "email_address"),
        ("fields", {"fields_to_export"}, "fields_to_export"),
        ("email", {"phone"}, None),
        ("colour", {"email_address", "phone"}, None),
    ],
)
def test_a_name_from_another_endpoint_is_told_with_the_one_that_counts_here(
    name: str, known: set[str], meant: str | None
) -> None:
    assert likely_meant(name, frozenset(known)) == meant
