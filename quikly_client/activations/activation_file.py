"""The file that defines an activation: YAML or JSON in, an Activation or every problem out."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from quikly_client.activations import activation_rules
from quikly_client.activations.activation import (
    Acquisition,
    Activation,
    Award,
    CascadeEventTerms,
    CascadeTerms,
    Detail,
    IncentiveTier,
    Kind,
    TriggerEvent,
    WorkflowTerms,
)
from quikly_client.activations.activation_shape import misfits
from quikly_client.activations.marked_yaml import BadYaml, read_marked
from quikly_client.activations.reading import Reading
from quikly_client.errors import BadActivation

LARGEST_FILE = 1024 * 1024  # bytes


def read_activation(path: str | Path) -> Activation:
    """Read the file of an activation.

    Raises:
        BadActivation: it cannot be used; `problems` holds every reason with its line.
    """
    name = str(path)
    return activation_in(_text(name, _content(name)), name)


def activation_in(text: str, name: str = "the file") -> Activation:
    """The activation that a text defines; `name` is where the text comes from.

    Raises:
        BadActivation: it defines none; `problems` holds every reason with its line.
    """
    try:
        reading = Reading(told := read_marked(text))
    except BadYaml as bad:
        raise BadActivation(name, [str(each) for each in bad.problems]) from None
    for path, says in misfits(told.value):
        reading.object_to(path, says)
    activation_rules.judge(reading)
    if reading.problems:
        raise BadActivation(name, [str(each) for each in reading.problems])
    return _activation(reading)


def _activation(reading: Reading) -> Activation:
    opens = reading.moment("opens")
    assert opens is not None, "judged already"
    return Activation(
        name=reading.get("name"),
        q_scope=reading.get("q_scope"),
        kind=Kind(reading.get("kind")),
        award=Award(reading.get("award")),
        opens=opens,
        drops=reading.moment("drops"),
        closes=reading.moment("closes"),
        tiers=tuple(_falling(reading) if reading.has("falling_offer") else _tiers(reading)),
        quantity=reading.get("quantity"),
        seed=str(reading.get("seed")) if reading.has("seed") else "",
        events=tuple(reading.get("events") or ()),
        opt_in_events=tuple(reading.get("opt_in_events") or ()),
        workflow=_workflow(reading.get("workflow")),
        user_attributes=tuple(reading.get("user_attributes") or ()),
        cascade=_cascade(reading.get("cascade") or {}),
    )


def _tiers(reading: Reading) -> list[IncentiveTier]:
    """The best first, whatever their order in the file."""
    tiers = [
        IncentiveTier(
            rank=each["rank"],
            description=each["description"],
            quantity=each.get("quantity"),
            upper_response_time=_seconds(each.get("upper_response_time")),
            odds=each.get("odds"),
            level=each.get("level"),
        )
        for each in reading.get("incentive_tiers")
    ]
    return sorted(tiers, key=lambda tier: tier.rank)


def _falling(reading: Reading) -> Iterator[IncentiveTier]:
    """A tier for each value that the offer has on its way down; the last holds to the end.

    Facts: swap-scarcity
    """
    offer = reading.get("falling_offer")
    every, rank, value = offer["every"], 1, offer["from"]
    while value > offer["to"]:
        yield _offer(offer, rank, value, timedelta(seconds=every * rank))
        value = offer["from"] - offer["by"] * rank
        rank += 1
    yield _offer(offer, rank, offer["to"], None)


def _offer(
    offer: Mapping[str, Any], rank: int, value: float, until: timedelta | None
) -> IncentiveTier:
    description = offer["description"].replace("{value}", f"{value:.10g}")
    return IncentiveTier(rank, description, upper_response_time=until)


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _workflow(told: Mapping[str, Any] | None) -> WorkflowTerms | None:
    if told is None:
        return None
    event = told.get("event")
    return WorkflowTerms(
        kind=Acquisition(told["kind"]),
        subscription_group_id=told.get("subscription_group_id"),
        event=event and TriggerEvent(event["name"], event.get("properties", {})),
    )


def _cascade(told: Mapping[str, Any]) -> CascadeTerms:
    return CascadeTerms(
        _details(told.get("attributes", {})),
        tuple(
            CascadeEventTerms(event["name"], _details(event.get("properties", {})))
            for event in told.get("events", ())
        ),
    )


def _details(told: Mapping[str, str]) -> dict[str, Detail]:
    return {name: Detail(detail) for name, detail in told.items()}


def _content(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise BadActivation(name, ["there is no such file; check the path"]) from None
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadActivation(name, [f"it cannot be read: {reason}; check the path"]) from None
    if len(content) > LARGEST_FILE:
        raise BadActivation(name, [f"it is larger than {LARGEST_FILE:,} bytes"])
    return content


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadActivation(name, [f"line {line}: this is not UTF-8; save it as UTF-8"]) from None
