from datetime import UTC, datetime

import pytest
import requests
from worlds import PHONE, START, World, advance, hazards_seen

from mock_braze.domain.clock import ManualClock
from mock_braze.rest.limits import EXPORT, SHARED_POOL, SLIM_EXPORT, STATUS_SET, TRACK, Family


def rate(answer: requests.Response) -> tuple[str, str, str]:
    named = ("Limit", "Remaining", "Reset")
    return tuple(answer.headers[f"X-Ratelimit-{name}"] for name in named)


def use_up(world: World, family: Family, *, but: int = 0) -> None:
    """Count calls as if they had been made in the present window."""
    second = int(world.workspace.clock.now().timestamp())
    window = second - second % family.seconds
    world.workspace.state.rate_counters[family.name] = (window, family.limit - but)


@pytest.mark.parametrize(
    ("family", "limit", "seconds"),
    [
        (TRACK, 3_000, 3),
        (EXPORT, 250, 60),
        (SLIM_EXPORT, 40, 1),
        (STATUS_SET, 5_000, 60),
        (SHARED_POOL, 250_000, 3600),
    ],
)
def test_the_figures_are_the_documented_ones(family: Family, limit: int, seconds: int) -> None:
    assert (family.limit, family.seconds) == (limit, seconds)


def test_windows_are_fixed_on_clock_boundaries(world: World) -> None:
    recorded = datetime(2026, 2, 17, 16, 18, 25, 900_000, tzinfo=UTC)
    world.workspace.set_clock(ManualClock(recorded))

    minute = int(datetime(2026, 2, 17, 16, 19, tzinfo=UTC).timestamp())
    hour = int(datetime(2026, 2, 17, 17, tzinfo=UTC).timestamp())
    assert rate(world.set_status(phone=PHONE)) == ("5000", "4999", str(minute))
    assert rate(world.status("external_id=a")) == ("250000", "249999", str(hour))
    assert rate(world.export(external_ids=["a"])) == ("250", "249", str(minute))


def test_the_window_starts_anew_at_its_reset_and_not_before(world: World) -> None:
    use_up(world, TRACK, but=1)
    reset = str(int(START.timestamp()) + 3)

    last = world.track({"external_id": "a"})
    over = world.track({"external_id": "a"})
    advance(world.workspace, 2.999)
    still_over = world.track({"external_id": "a"})
    advance(world.workspace, 0.001)
    anew = world.track({"external_id": "a"})

    answers = [last, over, still_over, anew]
    assert [each.status_code for each in answers] == [201, 429, 429, 201]
    assert [rate(each) for each in answers] == [
        ("3000", "0", reset),
        ("3000", "0", reset),
        ("3000", "0", reset),
        ("3000", "2999", str(int(reset) + 3)),
    ]


def test_a_call_over_the_limit_does_nothing_and_has_no_retry_after(world: World) -> None:
    use_up(world, TRACK)

    answer = world.track({"external_id": "a"})

    assert answer.text == '{"message":"Rate Limited"}'
    assert "Retry-After" not in answer.headers
    assert world.workspace.next_due() is None


def test_calling_again_before_the_reset_is_a_hazard_and_the_first_429_is_not(world: World) -> None:
    use_up(world, TRACK)

    world.track({"external_id": "a"})
    first = world.hazards()
    world.track({"external_id": "a"})
    advance(world.workspace, 3)
    world.track({"external_id": "a"})

    assert first == []
    (seen,) = hazards_seen(world.workspace)
    assert (seen.hazard.name, seen.subject) == ("retry_before_reset", "/users/track")


@pytest.mark.parametrize(
    "refused",
    [
        lambda world: world.track(),
        lambda world: world.post("/users/track", raw=b"{"),
        lambda world: world.post("/users/track", headers={"Content-Type": "text/plain"}),
        lambda world: world.track(*[{}] * 76),
    ],
)
def test_a_refused_call_uses_up_the_limit(world: World, refused: object) -> None:
    before = rate(refused(world))[1]  # type: ignore[operator]

    assert (before, rate(world.track())[1]) == ("2999", "2998")


def test_over_the_limit_comes_before_what_is_wrong_with_the_body(world: World) -> None:
    use_up(world, TRACK)

    assert world.post("/users/track", raw=b"{").status_code == 429


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        (None, "250"),
        ([], "250"),
        (["email"], "40"),
        (["email", "campaigns_received"], "250"),
        (["canvases_received"], "250"),
    ],
)
def test_an_export_of_few_fields_has_a_budget_by_the_second(
    world: World, fields: list[str] | None, limit: str
) -> None:
    assert rate(world.export(external_ids=["a"], fields_to_export=fields))[0] == limit


def test_each_family_has_its_own_budget(world: World) -> None:
    use_up(world, SLIM_EXPORT)
    use_up(world, STATUS_SET)

    assert world.export(external_ids=["a"], fields_to_export=["email"]).status_code == 429
    assert world.set_status(phone=PHONE).status_code == 429
    assert world.export(external_ids=["a"]).status_code == 201
    assert world.status("external_id=a").status_code == 200
    assert world.track({"external_id": "a"}).status_code == 201


def test_a_reset_workspace_has_its_whole_budget(world: World) -> None:
    use_up(world, TRACK)

    world.control("POST", "/reset")

    assert rate(world.track({"external_id": "a"}))[1] == "2999"


def test_each_workspace_has_its_own_budget(world: World) -> None:
    _, key = world.workspaces.create("other")
    use_up(world, TRACK)

    body = {"attributes": [{"external_id": "a"}]}
    answer = world.post("/users/track", body, headers={"Authorization": f"Bearer {key.value}"})

    assert answer.status_code == 201
