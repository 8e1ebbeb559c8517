"""What the machines of both sides share."""

from dataclasses import fields

import pytest

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import described
from scenarios.machines.side_by_side import DIALS
from scenarios.model.unknowns import Unknowns

LISTED = described(Dials())


@pytest.mark.parametrize("dial", DIALS)
def test_every_value_of_a_dial_is_drawn(dial: str) -> None:
    if LISTED[dial]["values"] != "seconds":
        assert list(DIALS[dial]) == LISTED[dial]["values"]


def test_the_oracle_begins_with_the_defaults_of_the_dials() -> None:
    defaults = {each.name: each.default for each in fields(Unknowns)}

    assert defaults == {name: LISTED[name]["default"] for name in defaults}
    assert set(defaults) == set(DIALS)
