from datetime import UTC, datetime, timedelta

import pytest
import requests
from worlds import PHONE, START, World, advance, hazards_seen

from mock_braze.domain import clock as clocks
from mock_braze.domain import rate_limits
from mock_braze.domain.clock import ManualClock, ScaledClock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.rate_limits import (
    CAMPAIGN_SERIES,
    EVENT_NAMES,
    EXPORT,
    EXPORT_OF_FEW_FIELDS,
    EXPORT_OF_OLD_ACCOUNT,
    EXTERNAL_ID_REMOVE,
    EXTERNAL_ID_RENAME,
    FAMILIES,
    SEND_IDS,
    SHARED_POOL,
    STATUS_SET,
    TRACK,
    TRACK_BULK,
    TRACK_SYNC,
    USER_CHANGES,
    Family,
)
from mock_braze.rest.operations import TABLE


def rate(answer: requests.Response) -> tuple[str, str, str]:
    named = ("Limit", "Remaining", "Reset")
    return tuple(answer.headers[f"X-Ratelimit-{name}"] for name in named)


def use_up(world: World, family: Family, *, but: int = 0) -> None:
    """Count calls as if they had been made in the present window."""
    second = int(world.workspace.clock.now().timestamp())
    window = second - second % family.seconds
    world.workspace.state.rate_counters[family.name] = (window, family.limit - but)


def figures(*families: Family) -> list[tuple[int, int]]:
    return [(each.limit, each.seconds) for each in families]


def test_track_and_export_have_the_documented_budgets() -> None:
    """Facts: rate-limit-figures, export-limit-with-few-fields"""
    assert figures(TRACK, EXPORT, EXPORT_OF_OLD_ACCOUNT, EXPORT_OF_FEW_FIELDS) == [
        (3_000, 3),
        (250, 60),
        (2_500, 60),
        (40, 1),
    ]


def test_the_shared_pool_is_a_quarter_of_a_million_an_hour() -> None:
    """Facts: rate-of-the-shared-pool"""
    assert figures(SHARED_POOL) == [(250_000, 3600)]


def test_what_changes_users_and_their_states_has_the_documented_budgets() -> None:
    """Facts: rate-of-user-changes, rate-of-status-set"""
    assert figures(USER_CHANGES, STATUS_SET) == [(20_000, 60), (5_000, 60)]


def test_external_ids_are_renamed_and_removed_a_thousand_times_a_minute_each() -> None:
    """Facts: rate-of-external-id-changes"""
    assert figures(EXTERNAL_ID_RENAME, EXTERNAL_ID_REMOVE) == [(1_000, 60), (1_000, 60)]
    assert EXTERNAL_ID_RENAME.name != EXTERNAL_ID_REMOVE.name


def test_the_other_forms_of_track_have_budgets_of_their_own() -> None:
    """Facts: rate-of-track-sync-and-bulk"""
    assert figures(TRACK_SYNC, TRACK_BULK) == [(500, 60), (50, 1)]


def test_names_series_and_send_ids_have_the_documented_budgets() -> None:
    """Facts: rate-of-event-names, rate-of-campaign-series-and-send-ids"""
    assert figures(EVENT_NAMES, CAMPAIGN_SERIES, SEND_IDS) == [
        (1_000, 3600),
        (50_000, 60),
        (100, 86_400),
    ]


def test_every_operation_counts_in_a_family_of_the_table() -> None:
    for operation in TABLE.values():
        chosen = operation.family
        family = chosen if isinstance(chosen, Family) else chosen(Dials(), None)
        assert FAMILIES[family.name] is family, operation.path


def test_windows_are_fixed_on_clock_boundaries(world: World) -> None:
    """Facts: fixed-rate-windows, rate-reset-is-epoch"""
    recorded = datetime(2026, 2, 17, 16, 18, 25, 900_000, tzinfo=UTC)
    world.workspace.set_clock(ManualClock(recorded))

    minute = int(datetime(2026, 2, 17, 16, 19, tzinfo=UTC).timestamp())
    hour = int(datetime(2026, 2, 17, 17, tzinfo=UTC).timestamp())
    assert rate(world.set_status(phone=PHONE)) == ("5000", "4999", str(minute))
    assert rate(world.status("external_id=a")) == ("250000", "249999", str(hour))
    assert rate(world.export(external_ids=["a"])) == ("250", "249", str(minute))


def test_the_window_starts_anew_at_its_reset_and_not_before(world: World) -> None:
    """Facts: rate-headers-stay-on-429"""
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
    """Facts: rate-limited-429"""
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
    assert (seen.hazard.name, seen.subject) == ("retry_before_reset", "track")


def test_so_it_is_after_a_429_by_fault(world: World) -> None:
    effect = {"kind": "status", "status": 429}
    world.control("POST", "/faults", {"effect": effect, "times": 1})

    statuses = [world.track({"external_id": "a"}).status_code for _ in range(2)]
    first = world.hazards()
    advance(world.workspace, 3)
    statuses.append(world.track({"external_id": "a"}).status_code)

    assert statuses == [429, 201, 201]
    assert (first, world.hazards()) == (["retry_before_reset"], ["retry_before_reset"])


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
    """Facts: rejected-calls-count"""
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
    """Facts: export-limit-with-few-fields"""
    assert rate(world.export(external_ids=["a"], fields_to_export=fields))[0] == limit


def test_each_family_has_its_own_budget(world: World) -> None:
    use_up(world, EXPORT_OF_FEW_FIELDS)
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


def test_an_older_account_exports_ten_times_as_often_whatever_it_asks_for() -> None:
    """Facts: rate-limit-figures"""
    world = World(export_rate="2500_per_minute")

    asked = [None, ["email"], ["campaigns_received"]]
    answers = [world.export(external_ids=["a"], fields_to_export=fields) for fields in asked]

    assert [rate(each)[:2] for each in answers] == [
        ("2500", "2499"),
        ("2500", "2498"),
        ("2500", "2497"),
    ]


def test_track_leaves_the_shared_pool_as_it_is(world: World) -> None:
    """Facts: track-does-not-draw-on-the-pool"""
    before = rate(world.status("external_id=a"))[1]
    world.track({"external_id": "a"})

    assert (before, rate(world.status("external_id=a"))[1]) == ("249999", "249998")


def test_a_workspace_may_have_limits_of_its_own(world: World) -> None:
    """Facts: rate-limits-of-a-contract"""
    turned = world.control("PATCH", "/rate_limits", {"track": 2})
    answers = [world.track({"external_id": "a"}) for _ in range(3)]
    world.control("PATCH", "/rate_limits", {"track": None})
    as_usual = world.track({"external_id": "a"})

    assert turned.json()["rate_limits"]["track"] == {
        "limit": 2,
        "usual": 3_000,
        "seconds": 3,
        "covers": "/users/track",
    }
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert [rate(each)[:2] for each in answers] == [("2", "1"), ("2", "0"), ("2", "0")]
    assert (as_usual.status_code, rate(as_usual)[:2]) == (201, ("3000", "2996"))


def test_every_problem_of_new_limits_is_told_and_none_is_taken(world: World) -> None:
    sent = {"track": -1, "tracks": 5, "export": True, "status_set": 10}

    answer = world.control("PATCH", "/rate_limits", sent)

    names = ", ".join(FAMILIES)
    limit = "give a whole number from 0 to 1000000000, or null for the usual one"
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                f"there is no family 'tracks'; there are {names}",
                f"the limit of 'track' cannot be -1: {limit}",
                f"the limit of 'export' cannot be true: {limit}",
            ]
        },
    )
    told = world.control("GET", "/rate_limits").json()["rate_limits"]
    assert {each["limit"] == each["usual"] for each in told.values()} == {True}


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The watch of a client that knows nothing of simulated time."""
    watch = ManualClock(datetime(2026, 11, 24, 22, 30, 0, 500_000, tzinfo=UTC))
    monkeypatch.setattr(clocks, "wall_now", watch.now)
    monkeypatch.setattr(rate_limits, "wall_seconds", lambda: watch.now().timestamp())
    return watch


def test_a_client_on_the_wall_clock_finds_the_window_open_although_simulated_time_stands_still(
    wall: ManualClock,
) -> None:
    """Facts: rate-limit-epoch"""
    world = World(rate_limit_epoch="wall")
    world.control("PATCH", "/rate_limits", {"track": 1})

    answers = [world.track({"external_id": "a"}) for _ in range(2)]
    reset = datetime.fromtimestamp(int(rate(answers[1])[2]), UTC)
    wall.advance(reset - wall.now())
    answers.append(world.track({"external_id": "a"}))

    assert reset == datetime(2026, 11, 24, 22, 30, 3, tzinfo=UTC)
    assert [each.status_code for each in answers] == [201, 429, 201]
    assert world.workspace.clock.now() == START


def test_a_client_that_shares_a_manual_clock_is_told_simulated_time(
    world: World, wall: ManualClock
) -> None:
    """Facts: rate-limit-epoch"""
    reset = rate(world.track({"external_id": "a"}))[2]
    wall.advance(timedelta(days=1))

    assert reset == rate(world.track({"external_id": "a"}))[2]
    assert int(reset) == START.timestamp() + 3


@pytest.mark.parametrize("epoch", ["simulated", "wall"])
def test_beside_a_scaled_clock_windows_are_simulated_and_told_in_real_time(
    epoch: str, wall: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts: rate-limit-epoch"""
    passed = ManualClock(START)  # how long the machine has been up
    monkeypatch.setattr(clocks.time, "monotonic", lambda: passed.now().timestamp())
    world = World(rate_limit_epoch=epoch)
    world.workspace.set_clock(ScaledClock(60, START))
    world.control("PATCH", "/rate_limits", {"status_set": 1})

    answers = [world.set_status(phone=PHONE) for _ in range(2)]
    reset = datetime.fromtimestamp(int(rate(answers[1])[2]), UTC)
    waited = reset - wall.now()
    passed.advance(waited)
    answers.append(world.set_status(phone=PHONE))

    # A simulated minute is a second here; it ends half a second past a whole one, rounded up.
    assert waited == timedelta(seconds=1.5)
    assert [each.status_code for each in answers] == [201, 429, 201]


def test_on_contracts_by_active_users_track_tells_the_seconds_left() -> None:
    """Facts: rate-limit-reset-two-meanings"""
    world = World(rate_headers="mau")
    advance(world.workspace, 0.25)

    first = world.track({"external_id": "a"})
    advance(world.workspace, 1.75)
    second = world.track({"external_id": "a"})
    elsewhere = world.status("external_id=a")

    assert [rate(first), rate(second)] == [("3000", "2999", "3"), ("3000", "2998", "1")]
    assert rate(elsewhere)[2] == str(int(START.timestamp()) + 3600)


def test_on_contracts_by_active_users_a_429_has_another_header_instead_of_the_three() -> None:
    """Facts: rate-limit-reset-two-meanings"""
    world = World(rate_headers="mau")
    use_up(world, TRACK)
    use_up(world, STATUS_SET)
    advance(world.workspace, 0.5)

    answer = world.track({"external_id": "a"})
    elsewhere = world.set_status(phone=PHONE)

    told = {name: value for name, value in answer.headers.items() if "atelimit" in name}
    assert (answer.status_code, told) == (429, {"X-Ratelimit-Retry-After": "3"})
    assert (elsewhere.status_code, rate(elsewhere)[:2]) == (429, ("5000", "0"))
