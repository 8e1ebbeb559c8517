from typing import Any

import pytest
from worlds import START, a_purchase, a_workspace, an_event, profile, track, tracked

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import turned
from mock_braze.domain.tracking.event_properties import read_properties
from mock_braze.domain.tracking.events import read_event, read_purchase
from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault


def kept(properties: Any, *, refuses: bool = False, largest: int = 1000) -> Any:
    return read_properties(
        properties, reserved=frozenset({"time"}), largest=largest, refuses=refuses
    )


@pytest.mark.parametrize(
    "value", [5, -1.5, True, "", "x" * 255, "2026-01-05", ["a", 1], {"a": {"b": [1]}}]
)
def test_a_property_holds_any_value_within_its_limits(value: Any) -> None:
    """Facts: property-rules"""
    assert kept({"a": value}, refuses=True) == {"a": value}
    assert kept({"n" * 255: value}, refuses=True) == {"n" * 255: value}


def deep(levels: int) -> Any:
    return [] if not levels else [deep(levels - 1)]


@pytest.mark.parametrize(
    "bad", [{"": 1}, {"n" * 256: 1}, {"$n": 1}, {"n": "x" * 256}, {"n": None}, {"n": deep(150)}]
)
def test_a_property_beyond_its_limits_is_dropped_or_refused(bad: dict[str, Any]) -> None:
    """Facts: property-rules, bad-property-is-dropped"""
    assert kept({"good": 1, **bad}) == {"good": 1}
    with pytest.raises(BadObject) as refused:
        kept({"good": 1, **bad}, refuses=True)

    assert refused.value.fault is ObjectFault.RESERVED_PROPERTY


def test_of_more_than_256_properties_the_first_are_kept() -> None:
    """Facts: property-count-limit"""
    many = {f"p{number}": number for number in range(257)}

    assert kept(many, largest=10_000) == {f"p{number}": number for number in range(256)}


def test_properties_over_their_size_are_all_dropped_or_refused() -> None:
    """Facts: property-size-limit, bad-property-is-dropped"""
    assert kept({"a": ["x" * 60]}, largest=70) == {"a": ["x" * 60]}
    assert kept({"a": ["x" * 70]}, largest=70) == {}
    with pytest.raises(BadObject):
        kept({"a": ["x" * 70]}, largest=70, refuses=True)


def a_property_of(size: int) -> dict[str, Any]:
    """Properties of this many bytes in all."""
    return {"a": ["x" * (size - len('{"a":[""]}'))]}


@pytest.mark.parametrize(("dial", "most"), [("100_kb", 102_400), ("50_kb", 51_200)])
def test_an_event_may_carry_100_kb_and_once_could_carry_50(dial: str, most: int) -> None:
    """Facts: property-size-limit"""
    dials = turned(Dials(), {"bad_property": "refused", "event_properties": dial})

    assert read_event(an_event(properties=a_property_of(most)), START, dials)
    with pytest.raises(BadObject):
        read_event(an_event(properties=a_property_of(most + 1)), START, dials)


def test_a_purchase_may_carry_50_kb() -> None:
    """Facts: property-size-limit"""
    dials = turned(Dials(), {"bad_property": "refused"})

    assert read_purchase(a_purchase(properties=a_property_of(51_200)), START, dials)
    with pytest.raises(BadObject):
        read_purchase(a_purchase(properties=a_property_of(51_201)), START, dials)


@pytest.mark.parametrize("properties", [{"time": 1}, {"a": 1, "time": None}, [], "a", 5])
def test_a_reserved_property_is_an_error_whatever_the_dial(properties: Any) -> None:
    """Facts: reserved-properties"""
    with pytest.raises(BadObject) as refused:
        kept(properties)

    assert refused.value.fault is ObjectFault.RESERVED_PROPERTY


@pytest.mark.parametrize(("dial", "counted"), [("dropped", 1), ("refused", 0)])
def test_an_event_with_a_bad_property_follows_the_dial(dial: str, counted: int) -> None:
    """Facts: bad-property-is-dropped"""
    workspace = a_workspace(bad_property=dial)

    accepted = track(
        workspace, {"external_id": "q"}, events=[an_event(external_id="q", properties={"$a": 1})]
    )

    assert accepted.processed.get("events", 0) == counted


def test_properties_are_not_kept_on_the_profile() -> None:
    """Facts: event-properties-not-kept"""
    workspace = a_workspace()

    tracked(workspace, events=[an_event("won", external_id="q", properties={"tier": "gold"})])

    assert "gold" not in repr(profile(workspace, "q"))
