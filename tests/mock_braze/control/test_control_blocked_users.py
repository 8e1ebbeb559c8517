from worlds import World


def test_the_blocked_users_are_the_ones_put_last(world: World) -> None:
    for external_ids in (["guest", "null"], ["guest", "0"]):
        answer = world.control("PUT", "/blocked_users", {"external_ids": external_ids})

    assert answer.json() == {"external_ids": ["0", "guest"]}
    assert world.control("GET", "/blocked_users").json() == answer.json()


def test_what_is_no_external_id_is_told(world: World) -> None:
    answer = world.control("PUT", "/blocked_users", {"external_ids": ["a", 5, ""]})

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "5 is no external_id: give text",
                "'' is no external_id: give text",
            ]
        },
    )


def test_nothing_is_taken_of_a_blocked_user(world: World) -> None:
    """Facts: blocked-external-id"""
    world.control("PUT", "/blocked_users", {"external_ids": ["guest"]})

    answer = world.track({"external_id": "a"}, {"external_id": "guest"})

    error = {
        "type": "provided external_id is blacklisted and disallowed",
        "input_array": "attributes",
        "index": 1,
    }
    assert answer.json() == {"attributes_processed": 1, "message": "success", "errors": [error]}
