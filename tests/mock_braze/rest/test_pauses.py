"""How long a client must wait between a write and the call that depends on it."""

import pytest
from worlds import EMAIL, PHONE, SMS_GROUP, World, advance

from mock_braze.domain.dials.values import PRESETS

# No lag at all, the default, what the partner page waits, and what Braze recommends.
FIGURES = (0, 2, 120, 300)
RECOMMENDED = 300


def is_exported(world: World) -> bool:
    return bool(world.export(email_address=EMAIL).json()["users"])


def state_of_q1(world: World) -> str:
    return world.status("external_id=q-1").json()["status"]["q-1"].lower()


@pytest.mark.parametrize("pause", FIGURES)
@pytest.mark.parametrize("lag", FIGURES)
def test_an_export_finds_a_new_profile_after_a_pause_as_long_as_the_lag(
    lag: int, pause: int
) -> None:
    """Facts: pause-between-dependent-calls"""
    world = World(ingestion_lag=lag)

    world.track({"external_id": "q-1", "email": EMAIL})
    advance(world.workspace, pause)

    assert is_exported(world) == (pause >= lag)


@pytest.mark.parametrize("pause", FIGURES)
@pytest.mark.parametrize("lag", FIGURES)
def test_a_state_set_by_external_id_holds_after_a_pause_as_long_as_the_lag(
    lag: int, pause: int
) -> None:
    """Facts: pause-between-dependent-calls, group-change-needs-a-finished-profile"""
    world = World(ingestion_lag=0, creation_lag=lag, early_subscription="lost")

    world.track({"external_id": "q-1", "phone": PHONE})
    advance(world.workspace, pause)
    world.set_status(SMS_GROUP, external_id="q-1")

    assert state_of_q1(world) == ("subscribed" if pause >= lag else "unknown")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("seed", range(5))
def test_the_recommended_pause_is_enough_under_every_preset(preset: str, seed: int) -> None:
    """Facts: pause-between-dependent-calls"""
    world = World(seed=seed, preset=preset)

    world.track({"external_id": "q-1", "email": EMAIL, "phone": PHONE})
    advance(world.workspace, RECOMMENDED)
    found = world.export(email_address=EMAIL, fields_to_export=["external_id"]).json()["users"]
    world.set_status(SMS_GROUP, external_id="q-1")
    advance(world.workspace, RECOMMENDED)

    assert found == [{"external_id": "q-1"}]
    assert state_of_q1(world) == "subscribed"
