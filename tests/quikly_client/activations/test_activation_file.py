import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from activation_texts import (
    DROP,
    FALLING,
    HYPE,
    OPENS,
    PATIENT,
    SWAP,
    a_file,
    a_tier,
    an_activation,
)
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.activations import (
    Acquisition,
    Activation,
    Award,
    IncentiveTier,
    Kind,
    WorkflowTerms,
    activation_in,
    read_activation,
)
from quikly_client.activations.activation import (
    CascadeEventTerms,
    CascadeTerms,
    Detail,
    TriggerEvent,
)
from quikly_client.activations.activation_file import LARGEST_FILE
from quikly_client.errors import BadActivation

SAMPLES = Path(__file__).parents[3] / "scenarios" / "samples" / "activations"
SCHEMA = json.loads(
    files("quikly_client.activations").joinpath("activation.schema.json").read_text()
)
GROUP = "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e"

DRAW: dict[str, Any] = {"award": "chance", "seed": "s"}


def problems_of(base: dict[str, Any] = DROP, **members: Any) -> list[str]:
    """What is wrong with a file, without the places."""
    try:
        an_activation(base, **members)
    except BadActivation as bad:
        return [problem.partition(": ")[2] for problem in bad.problems]
    return []


def test_everything_a_file_says_is_read() -> None:
    """Facts: incentive-tier-vocabulary"""
    text = """
        name: spring drop
        q_scope: spring-2026
        kind: hype
        award: response_time
        opens: 2026-03-01T10:00:00+01:00
        drops: 2026-03-05 18:00
        closes: 2026-03-06
        quantity: 500
        incentive_tiers:
          - {rank: 2, description: 20 % off, quantity: 450, upper_response_time: 60.5}
          - {rank: 1, description: 50 % off, quantity: 50, upper_response_time: 10, level: gold}
        opt_in_events: [notify_me]
        events: [login, YES]
        workflow:
          kind: double_opt_in
          subscription_group_id: 0001
          event: {name: sms_requested, properties: {source: no, level: 3, test: true}}
        user_attributes: [first_name, shoe size]
        cascade:
          attributes: {quikly_level: level}
          events: [{name: won, properties: {incentive: incentive}}, {name: told}]
        """.replace("0001", GROUP)

    assert activation_in(text) == Activation(
        name="spring drop",
        q_scope="spring-2026",
        kind=Kind.HYPE,
        award=Award.RESPONSE_TIME,
        opens=datetime(2026, 3, 1, 9, tzinfo=UTC),
        drops=datetime(2026, 3, 5, 18, tzinfo=UTC),
        closes=datetime(2026, 3, 6, tzinfo=UTC),
        quantity=500,
        tiers=(
            IncentiveTier(1, "50 % off", 50, timedelta(seconds=10), level="gold"),
            IncentiveTier(2, "20 % off", 450, timedelta(seconds=60.5)),
        ),
        opt_in_events=("notify_me",),
        events=("login", "YES"),
        workflow=WorkflowTerms(
            Acquisition.DOUBLE_OPT_IN,
            GROUP,
            TriggerEvent("sms_requested", {"source": "no", "level": 3, "test": True}),
        ),
        user_attributes=("first_name", "shoe size"),
        cascade=CascadeTerms(
            {"quikly_level": Detail.LEVEL},
            (
                CascadeEventTerms("won", {"incentive": Detail.INCENTIVE}),
                CascadeEventTerms("told", {}),
            ),
        ),
    )


def test_most_of_a_file_may_be_left_out() -> None:
    assert an_activation(events=None) == Activation(
        name="spring-drop",
        q_scope="spring-2026",
        kind=Kind.DROP,
        award=Award.RANK,
        opens=OPENS,
        tiers=(IncentiveTier(1, "50 % off", 2),),
    )


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_each_sample_is_an_activation_of_its_own_name(path: Path) -> None:
    activation = read_activation(path)

    assert activation.name == path.stem
    assert SCHEMA["title"].startswith("An activation")
    assert "activation.schema.json" in path.read_text()


def test_there_is_a_sample_of_each_kind() -> None:
    kinds = {read_activation(path).kind for path in SAMPLES.iterdir()}

    assert kinds == set(Kind)


@pytest.mark.parametrize(
    ("kind", "awards"),
    [
        ("hype", {"rank", "response_time", "chance"}),
        ("drop", {"rank", "response_time", "chance"}),
        ("swap", {"quantity", "time"}),
    ],
)
def test_each_kind_has_its_ways_to_award(kind: str, awards: set[str]) -> None:
    """Facts: activation-kinds, drop-awards, swap-scarcity"""
    taken = {
        award
        for award in (*Award, "auction")
        if not any(problem.startswith("award:") for problem in problems_of(kind=kind, award=award))
    }

    assert taken == awards


def test_a_falling_offer_is_a_tier_for_each_of_its_values() -> None:
    """Facts: swap-scarcity"""
    activation = an_activation(SWAP, award="time", incentive_tiers=None, falling_offer=FALLING)

    assert [
        (tier.rank, tier.description, tier.upper_response_time) for tier in activation.tiers
    ] == [
        (1, "40 % off", timedelta(seconds=60)),
        (2, "30 % off", timedelta(seconds=120)),
        (3, "20 % off", timedelta(seconds=180)),
        (4, "10 % off", None),
    ]


def test_a_falling_offer_ends_where_it_is_to_end() -> None:
    offer = FALLING | {"description": "${value}", "from": 1, "to": 0.05, "by": 0.3}

    activation = an_activation(SWAP, award="time", incentive_tiers=None, falling_offer=offer)

    assert [tier.description for tier in activation.tiers] == [
        "$1",
        "$0.7",
        "$0.4",
        "$0.1",
        "$0.05",
    ]


def test_every_problem_is_told_at_once_with_its_line() -> None:
    text = """\
name: " spring"
kind: drop
award: auction
opens: yesterday
closes: 2026-03-01
colour: red
incentive_tiers:
  - {rank: 1, description: 50, quantity: 1.5}
  - {rank: 1, description: x, quantity: 10, upper: 3}
  - {description: y}
events: [login, login]
workflow: {kind: double_opt_in, event: {properties: {time: 5}}}
user_attributes: [email]
cascade: {attributes: {$x: level, y: colour}}
"""

    with pytest.raises(BadActivation) as bad:
        activation_in(text, "spring.yaml")

    assert bad.value.file == "spring.yaml"
    assert str(bad.value).startswith("spring.yaml is no activation:\n  line 1, column 1: q_scope")
    assert [problem.split(": ", 2)[:2] for problem in bad.value.problems] == [
        ["line 1, column 1", "q_scope"],
        ["line 1, column 7", "name"],
        ["line 3, column 8", "award"],
        ["line 4, column 8", "opens"],
        ["line 6, column 9", "colour"],
        ["line 8, column 28", "incentive_tiers[0].description"],
        ["line 8, column 42", "incentive_tiers[0].quantity"],
        ["line 9, column 12", "incentive_tiers[1].rank"],
        ["line 9, column 52", "incentive_tiers[1].upper"],
        ["line 10, column 5", "incentive_tiers[2].rank"],
        ["line 11, column 9", "events"],
        ["line 12, column 11", "workflow.subscription_group_id"],
        ["line 12, column 40", "workflow.event.name"],
        ["line 12, column 53", "workflow.event.properties"],
        ["line 13, column 19", "user_attributes[0]"],
        ["line 14, column 23", "cascade.attributes"],
        ["line 14, column 38", "cascade.attributes.y"],
    ]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"name": " x"}, "name: ' x': write it without spaces at either end"),
        ({"q_scope": None},
         "q_scope: this is missing: Its scope id, by which a webhook from Braze names it."),
        ({"award": "auction"},
         "award: 'auction' is not one of rank, response_time, chance, quantity, time"),
        ({"opens": "soon"}, "opens: 'soon' is no ISO 8601 time; write 2026-01-31T18:30:00Z"),
        ({"quantity": 0}, "quantity: 0 is less than the minimum of 1"),
        ({"incentive_tiers": [a_tier(1, quantity=1, hue=1)]},
         "incentive_tiers[0].hue: there is no member 'hue'; there are rank, description, quantity, "
         "upper_response_time, odds, level"),
        ({"cascade": {"attributes": {"$x": "level"}}},
         "cascade.attributes: '$x': a name in Braze has no $ in front and no spaces at either end"),
        ({"cascade": {"events": [{"name": "x", "properties": {"time": "level"}}]}},
         "cascade.events[0].properties: 'time': Braze keeps this name of a property for itself; "
         "choose another"),
        ({"user_attributes": ["email"]},
         "user_attributes[0]: 'email': Quikly says this of a profile anyway; choose another name"),
        ({"cascade": {"attributes": {"x": "hue"}}},
         "cascade.attributes.x: 'hue' is not one of activation, outcome, level, incentive, rank, "
         "qid, receipt_token, claimed_at"),
        ({"name": "x" * 999}, f'name: "{"x" * 299}…'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_words(members: dict[str, Any], problem: str) -> None:
    assert problems_of(**members) == [problem]


@pytest.mark.parametrize(
    ("base", "members", "problem"),
    [
        (DROP, {"closes": "2026-03-02T09:00:00Z"}, "closes: this must be later than opens"),
        (HYPE, {"drops": "2026-03-02T08:00:00Z"}, "drops: this must be later than opens"),
        (HYPE, {"closes": "2026-03-05T08:00:00Z"}, "closes: this must be later than drops"),
        (DROP, {"opens": "1999-12-31"}, "opens: '1999-12-31' is not between 2000 and 2999"),
        (DROP, {"opens": "0001-01-01T00:00:00+09:00"}, "opens: '0001-01-01T00:00:00+09:00' is no"),
        (HYPE, {"drops": None}, "drops: this is missing"),
        (HYPE, {"opt_in_events": None}, "opt_in_events: this is missing"),
        (DROP, {"drops": "2026-03-05"}, "drops: only a hype has it"),
        (SWAP, {"opt_in_events": ["x"]}, "opt_in_events: only a hype has them"),
        (HYPE, {"events": ["notify_me"]}, "events[0]: 'notify_me' is an opt-in event already"),
        (HYPE, DRAW, "events: winners are drawn from those who opted in"),
        (DROP, {"incentive_tiers": None}, "incentive_tiers: this is missing"),
        (DROP, {"incentive_tiers": []}, "incentive_tiers: [] has less than 1 item"),
        (DROP, {"incentive_tiers": [a_tier(1)]}, "incentive_tiers[0].quantity: rewards are finite"),
        (DROP, {"incentive_tiers": [a_tier(1), a_tier(2)], "quantity": 9},
         "incentive_tiers[0].quantity: without it no worse tier is ever reached"),
        (DROP, {"incentive_tiers": [a_tier(1, quantity=1, upper_response_time=5)]},
         "incentive_tiers[0].upper_response_time: this is for award: response_time or time"),
        (DROP, {"incentive_tiers": [a_tier(1, quantity=1, odds=0.5)]},
         "incentive_tiers[0].odds: this is for award: chance"),
        (DROP, {"award": "response_time",
                "incentive_tiers": [a_tier(1, quantity=1), a_tier(2, quantity=1)]},
         "incentive_tiers[0].upper_response_time: only the last tier may lack it"),
        (DROP, {"award": "response_time", "quantity": 9,
                "incentive_tiers": [a_tier(2, upper_response_time=5),
                                    a_tier(1, upper_response_time=5)]},
         "incentive_tiers[0].upper_response_time: this must be more than the 5 s of the better"),
        (DROP, {"seed": "s"}, "seed: this is for award: chance; nothing is drawn by rank"),
        (DROP, {"award": "chance", "closes": "2027-01-01"}, "seed: this is missing"),
        (DROP, DRAW, "closes: this is missing: winners are drawn when it closes"),
        (DROP, DRAW | {"incentive_tiers": [a_tier(1, odds=0.5)]},
         "incentive_tiers[0].quantity: say how many of it can be won"),
        (DROP, DRAW | {"incentive_tiers": [a_tier(1, quantity=1, odds=0.5), a_tier(2, quantity=1)]},
         "incentive_tiers[1].odds: either each tier has odds, or none"),
        (DROP, DRAW | {"incentive_tiers": [a_tier(1, quantity=1, odds=0.5),
                                           a_tier(2, quantity=1, odds=0.6)]},
         "incentive_tiers[1].odds: all odds together are 1.1"),
        (SWAP, {"incentive_tiers": None, "falling_offer": FALLING},
         "falling_offer: this is for award: time"),
        (SWAP, {"award": "time", "falling_offer": FALLING},
         "incentive_tiers: a falling offer makes its own tiers"),
        (SWAP, {"award": "time", "incentive_tiers": None, "falling_offer": FALLING | {"to": 40}},
         "falling_offer.from: this must be more than 'to' (40)"),
        (SWAP, {"award": "time", "incentive_tiers": None, "falling_offer": FALLING | {"by": 1e-9}},
         "falling_offer.by: the offer would fall more than 1,000 times"),
        (SWAP, {"award": "time", "incentive_tiers": None,
                "falling_offer": FALLING | {"description": "less"}},
         "falling_offer.description: 'less': write {value} where the value goes"),
        (DROP, {"workflow": {"kind": "sms"}}, "workflow.subscription_group_id: this is missing"),
        (DROP, {"workflow": {"kind": "email", "subscription_group_id": "x"}},
         "workflow.subscription_group_id: an email acquisition has no SMS group"),
        (DROP, {"workflow": {"kind": "double_opt_in", "subscription_group_id": "x"}},
         "workflow.event: this is missing"),
        (DROP, {"workflow": {"kind": "email", "event": {"name": "x"}}},
         "workflow.event: this is for kind: double_opt_in"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(
    base: dict[str, Any], members: dict[str, Any], problem: str
) -> None:
    told = problems_of(base, **members)

    assert len(told) == 1
    assert told[0].startswith(problem)


@pytest.mark.parametrize("base", [DROP, SWAP, HYPE], ids=["drop", "swap", "hype"])
def test_one_wrong_member_is_no_reason_to_complain_of_others(base: dict[str, Any]) -> None:
    for name in base:
        told = problems_of(base, **{name: {"surely": "wrong"}})

        assert {problem.partition(":")[0] for problem in told} == {name}, told


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1, column 1: the file is empty"),
        (b"- a\n- b\n", 'line 1, column 1: the file: ["a","b"] is not of type "object"'),
        (b"name: [\n", "line 2, column 1: this is no YAML: "),
        (b"name: a\nname: b\n", "line 2, column 1: 'name' stands here again; first at line 1"),
        (b"a: &x [1]\nb: *x\n", "line 2, column 4: this is no YAML: aliases are not read here"),
        (b"a: !!python/object:os.system 1\n", "line 1, column 4: could not determine a constru"),
        (b'name: "\\ud83d"', "line 1, column 7: this holds half of a pair of escapes"),
        (b'"\\ud83d": 1', "line 1, column 1: this holds half of a pair of escapes"),
        (b"name: x\n\xff\n", "line 2: this is not UTF-8"),
        (b"[" * 100_000, "line 1, column 1: this is no YAML: "),
        (b"#" * (LARGEST_FILE + 1), "it is larger than 1,048,576 bytes"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)
def test_what_is_no_file_of_an_activation_is_told(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "activation.yaml"
    file.write_bytes(content)

    with pytest.raises(BadActivation) as bad:
        read_activation(file)

    assert bad.value.problems[0].startswith(problem)


def test_a_character_may_be_a_pair_of_escapes_as_in_json() -> None:
    assert "\\ud83c\\udf81" in a_file(name="gift 🎁")
    assert an_activation(name="gift 🎁").name == "gift 🎁"


@pytest.mark.parametrize("name", ["missing.yaml", ".", "nul\0byte"])
def test_a_path_that_holds_no_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadActivation, match="check the path"):
        read_activation(tmp_path / name)


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_the_published_schema_takes_the_samples(path: Path) -> None:
    """The reader uses it too, by another validator."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    told = yaml.load(path.read_text(), yaml.BaseLoader)  # times stay text

    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(numbered(told)))

    assert errors == []


def numbered(value: Any) -> Any:
    """Texts that look like integers as such."""
    if isinstance(value, dict):
        return {name: numbered(each) for name, each in value.items()}
    if isinstance(value, list):
        return [numbered(each) for each in value]
    return int(value) if value.isdecimal() else value


MEMBERS = st.sampled_from([*SCHEMA["properties"], "rank", "description", "odds"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=8,
)


@PATIENT
@given(base=st.sampled_from([DROP, SWAP, HYPE]), name=MEMBERS, value=JSON)
def test_whatever_a_member_is_the_file_is_read_or_its_problems_are_told(
    base: dict[str, Any], name: str, value: Any
) -> None:
    try:
        assert activation_in(a_file(base, **{name: value})).tiers
    except BadActivation as bad:
        told = bad.problems
        assert [problem for problem in told if not problem.startswith("line ")] == []


@PATIENT
@given(st.binary(max_size=60))
def test_no_bytes_confuse_the_reader(content: bytes) -> None:
    with pytest.raises(BadActivation):
        activation_in(content.decode("utf-8", "replace"))
