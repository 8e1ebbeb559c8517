from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import described, turned
from scenarios.strategies import LAGS, NOT_DRAWN, positions


def test_every_dial_is_drawn_in_every_position_or_has_a_reason_not_to_be() -> None:
    drawn: dict[str, list[object]] = {}
    for name, value in positions():
        drawn.setdefault(name, []).append(value)

    dials = described(Dials())
    assert drawn.keys() | NOT_DRAWN.keys() == dials.keys()
    assert not drawn.keys() & NOT_DRAWN.keys()
    assert LAGS.keys() <= drawn.keys()
    for name, values in drawn.items():
        if dials[name]["values"] != "seconds":
            assert values == dials[name]["values"]
        for value in values:
            turned(Dials(), {name: value})
