"""`/users/track/bulk`: the same as `/users/track`, with other limits."""

from typing import Any

from worlds import World, a_purchase, an_event

TOO_MANY = (400, '{"message":"Max Input Length Exceeded"}')


def bulk(world: World, **arrays: Any) -> tuple[int, str]:
    answer = world.post("/users/track/bulk", arrays)
    return answer.status_code, answer.text


def people(count: int) -> list[dict[str, Any]]:
    return [{"external_id": f"q-{number}"} for number in range(count)]


def test_it_answers_as_track_does(world: World) -> None:
    """Facts: bulk-answers-like-track"""
    arrays = {
        "attributes": [{"external_id": "a"}, {}],
        "events": [an_event(external_id="a")],
        "purchases": [a_purchase(external_id="a", quantity=0)],
    }

    assert bulk(world, **arrays) == (201, world.post("/users/track", arrays).text)


def test_it_takes_1000_objects_in_all(world: World) -> None:
    """Facts: bulk-limits"""
    event = an_event(external_id="a")

    assert bulk(world, attributes=people(999), events=[event])[0] == 201
    assert bulk(world, attributes=people(1000), events=[event]) == TOO_MANY


def test_it_takes_100_objects_of_one_profile(world: World) -> None:
    """Facts: bulk-limits"""
    events = [an_event(external_id="a")] * 99

    assert bulk(world, attributes=[{"external_id": "a"}], events=events)[0] == 201
    assert bulk(world, attributes=[{"external_id": "a"}] * 2, events=events) == TOO_MANY


def test_its_body_has_at_most_2_mb(world: World) -> None:
    """Facts: bulk-body-limit"""
    item = {"external_id": "a", "text": ["x" * 90_000]}

    at_most = bulk(world, attributes=[{**item, "external_id": f"q-{n}"} for n in range(23)])
    over = bulk(world, attributes=[{**item, "external_id": f"q-{n}"} for n in range(24)])

    assert at_most == (201, '{"attributes_processed":23,"message":"success"}')
    assert over == (400, '{"message":"Request Entity Too Large"}')
