"""What generated scenarios are made of. Pools are small, so that people collide."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from operator import itemgetter

from hypothesis import strategies as st

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import PRESETS, described, preset

EMAILS = ("ana@example.com", "ben@example.com", "cho@example.com")
PHONES = ("+13135551201", "+13135551202", "+13135551203")
ACTIVATIONS = ("spring-drop", "summer-swap")


def emails() -> st.SearchStrategy[str]:
    """Addresses of three people."""
    return st.sampled_from(EMAILS)


def phones() -> st.SearchStrategy[str]:
    """Numbers of three people, who may well give each other's."""
    return st.sampled_from(PHONES)


def activations() -> st.SearchStrategy[str]:
    """Two activations, so that one person can be in both."""
    return st.sampled_from(ACTIVATIONS)


def external_ids() -> st.SearchStrategy[str]:
    """The brand's own names for customers."""
    return st.sampled_from(("crm-1", "crm-2"))


def waits() -> st.SearchStrategy[timedelta]:
    """Spans around the lags: before, at and after each."""
    return st.sampled_from(
        [timedelta(seconds=each) for each in (1, 2, 60, 119, 120, 151, 331, 3600)]
    )


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
