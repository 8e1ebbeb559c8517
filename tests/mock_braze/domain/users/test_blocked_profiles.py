import pytest
from worlds import START, a_purchase, an_event, attributes_of, effects, profile, tracked

from mock_braze.domain.users.profile import Tally
from mock_braze.domain.workspace import Workspace


def tallies(count: int) -> dict[str, Tally]:
    return {f"name {number}": Tally(START, START, 1) for number in range(count)}


@pytest.mark.parametrize(
    ("grown", "limit"),
    [("custom_events", 20_000), ("purchases", 20_000), ("sessions", 5_000_000)],
)
def test_a_profile_that_has_outgrown_a_person_takes_nothing_more(
    workspace: Workspace, grown: str, limit: int
) -> None:
    """Facts: oversized-profile-is-blocked"""
    tracked(workspace, {"external_id": "q-1"})
    found = profile(workspace, "q-1")

    setattr(found, grown, limit if grown == "sessions" else tallies(limit))
    tracked(workspace, {"external_id": "q-1", "tier": 1})
    setattr(found, grown, limit + 1 if grown == "sessions" else tallies(limit + 1))
    tracked(
        workspace,
        {"external_id": "q-1", "tier": 2},
        events=[an_event("won", external_id="q-1")],
        purchases=[a_purchase(external_id="q-1")],
    )

    assert attributes_of(workspace, "q-1") == {"tier": 1}
    assert "won" not in found.custom_events
    assert [each.effect.value for each in effects(workspace)[-3:]] == ["update_dropped"] * 3
