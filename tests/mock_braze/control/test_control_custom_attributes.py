from worlds import World

from mock_braze.domain.tracking.attribute_types import DataType

CHOICES = ", ".join([*DataType, "detected"])


def test_types_are_told_as_they_were_detected(world: World) -> None:
    world.tracked({"external_id": "a", "points": 1, "name": "Anna"})

    assert world.control("GET", "/custom_attributes").json() == {
        "custom_attributes": [
            {"name": "points", "data_type": "number", "is_forced": False},
            {"name": "name", "data_type": "string", "is_forced": False},
        ]
    }


def test_a_forced_type_coerces_until_it_is_detected_again(world: World) -> None:
    answer = world.control("PUT", "/custom_attributes", {"name": "points", "data_type": "number"})
    world.tracked({"external_id": "a", "points": "100"})
    coerced = world.user("a")["custom_attributes"]
    world.control("PUT", "/custom_attributes", {"name": "points", "data_type": "detected"})
    world.tracked({"external_id": "a", "points": "many"})

    assert answer.json() == {
        "custom_attributes": [{"name": "points", "data_type": "number", "is_forced": True}]
    }
    assert coerced == {"points": 100}
    assert world.user("a")["custom_attributes"] == {"points": "many"}


def test_an_unknown_type_is_refused(world: World) -> None:
    answer = world.control("PUT", "/custom_attributes", {"name": " ", "data_type": "colour"})

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "'name' must not be empty",
                f"'data_type' must be one of {CHOICES}, not 'colour'",
            ]
        },
    )
