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
    body = b'{"attributes":[{"external_id":"a"}]}'.ljust(2 * 1024 * 1024)

    at_most = world.post("/users/track/bulk", raw=body)
    over = world.post("/users/track/bulk", raw=body + b" ")

    assert (at_most.status_code, over.status_code) == (201, 400)
    assert at_most.text == '{"attributes_processed":1,"message":"success"}'
    assert over.text == '{"message":"Request Entity Too Large"}'
