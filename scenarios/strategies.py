"""What generated scenarios are made of. Pools are small, so that people collide."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from hypothesis import strategies as st

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import PRESETS, described, preset
from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION
from scenarios.steps import (
    BrandDeletes,
    BrandIdentifies,
    BrandMerges,
    Crash,
    Overlap,
    Restart,
    Step,
)

EMAILS = ("ana@example.com", "ben@example.com", "cho@example.com")
PHONES = ("+13135551201", "+13135551202", "+13135551203")
CUSTOMERS = ("crm-1", "crm-2")
ACTIVATIONS = ("spring-drop", "summer-swap", DOUBLE_OPT_IN_ACTIVATION)


# What may go wrong with a call, and with which.
FAULTS: Sequence[Mapping[str, Any]] = (
    {"kind": "latency", "seconds": 20},
    {"kind": "latency", "seconds": 60},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 429, "body": "empty"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "body": "empty"},
    {"kind": "connection_reset"},
    {"kind": "truncated_body"},
    {"kind": "malformed_body"},
    {"kind": "slow_drip", "seconds": 10},
    {"kind": "slow_drip", "seconds": 3600},
    {"kind": "accepted_but_lost"},
    {"kind": "applied_then_lost", "answer": 504},
    {"kind": "applied_then_lost", "answer": "reset"},
    {"kind": "duplicate_processing"},
)
FAILING_PATHS = (
    "/users/track",
    "/users/track",
    "/users/export/ids",
    "/subscription/status/set",
    "/subscription/status/get",
)


def lengths() -> st.SearchStrategy[int]:
    """How many steps a story has at most: much of what goes wrong is covered up by what follows."""
    return st.sampled_from([4, 8, 16, 1_000])


def emails() -> st.SearchStrategy[str]:
    """Addresses of three people."""
    return st.sampled_from(EMAILS)


def claimants() -> st.SearchStrategy[str]:
    """Those who claim what there is too little of; some are written in two ways, one is missing."""
    return st.sampled_from(
        (*EMAILS, "Ana@Example.com", " ben@example.com", "dan@example.com", "eva@example.com", "")
    )


def phones() -> st.SearchStrategy[str]:
    """Numbers of three people, who may well give each other's."""
    return st.sampled_from(PHONES)


def activations() -> st.SearchStrategy[str]:
    """Several activations, so that one person can be in all of them; one asks to opt in twice."""
    return st.sampled_from(ACTIVATIONS)


def further_attributes() -> st.SearchStrategy[dict[str, str]]:
    """What else is told of people; for one of the values Braze leaves out all that comes with it.

    Facts: track-partial-errors
    """
    return st.sampled_from(
        [{}, {}, {}, {"home_city": "Detroit"}, {"email_subscribe": "no such state"}]
    )


def external_ids() -> st.SearchStrategy[str]:
    """The brand's own names for customers."""
    return st.sampled_from(CUSTOMERS)


def texts() -> st.SearchStrategy[str]:
    """What consumers text, mostly what a prompt asks for."""
    return st.sampled_from(["Y", "Y", "Y", "STOP", "START", "what?"])


def reply_spans() -> st.SearchStrategy[float]:
    """How long consumers take to reply to the prompt of a double opt-in, in seconds."""
    return st.sampled_from([60.0, 7_200.0, 27 * 86_400.0, 29 * 86_400.0, 31 * 86_400.0])


def takings() -> st.SearchStrategy[Step]:
    """What the brand does after which a profile may be gone, or be another one."""
    return st.one_of(
        st.builds(BrandIdentifies, email=emails(), external_id=external_ids()),
        st.builds(BrandMerges, merged=external_ids(), kept=external_ids()),
        st.builds(BrandDeletes, external_id=external_ids()),
    )


def interruptions() -> st.SearchStrategy[Step]:
    """What happens to the integration's process."""
    return st.sampled_from([Restart(), Crash(), Overlap()])


def faults() -> st.SearchStrategy[Mapping[str, Any]]:
    """What goes wrong with a call."""
    return st.sampled_from(FAULTS)


def failing_paths() -> st.SearchStrategy[str]:
    """Where it goes wrong."""
    return st.sampled_from(FAILING_PATHS)


def waits() -> st.SearchStrategy[float]:
    """Spans around the lags, in seconds: before, at and after each; and one that takes a month."""
    return st.sampled_from([1.0, 2.0, 60.0, 119.0, 120.0, 151.0, 331.0, 3600.0, 30.5 * 86_400])


# What a dial that is a span may be drawn as, in seconds, up to what the preset `pessimistic` makes
# of it.
LAGS: Mapping[str, Sequence[int]] = {
    "ingestion_lag": (0, 2, 60, 120),
    "creation_lag": (0, 60, 120, 300),
    "ingestion_jitter": (0, 1, 30),
    "status_lag": (0, 5, 300),
}
# Of these the client knows nothing, or they are nothing of Braze's.
NOT_DRAWN: Mapping[str, str] = {
    "account": "inactive, it answers nobody, the brand's own system neither",
    "rate_limit_epoch": "it says by whose watch the client goes, which here is simulated",
}


def dials() -> st.SearchStrategy[dict[str, object]]:
    """Values for what nobody outside Braze can know: maybe a preset, and some dials turned."""
    begin: st.SearchStrategy[dict[str, object]]
    begin = st.sampled_from([{}, *({"preset": name} for name in PRESETS)])
    turned = st.lists(st.sampled_from(positions()), max_size=12, unique_by=itemgetter(0)).map(dict)
    return st.builds(lambda first, then: first | then, begin, turned)


def positions() -> list[tuple[str, object]]:
    """Every dial in every position."""
    worst = described(preset("pessimistic"))
    return [
        (name, value)
        for name, dial in described(Dials()).items()
        if name not in NOT_DRAWN
        for value in (
            LAGS.get(name, (0, dial["default"], worst[name]["value"]))
            if dial["values"] == "seconds"
            else dial["values"]
        )
    ]
