from worlds import a_workspace, hazards

from mock_braze.domain.unknown_members import MOST_LOOKED_AT


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
