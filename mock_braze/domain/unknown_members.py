"""Members of a request that Braze does not know: ignored as Braze does, and told about."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.state import State

# In one request. A body of nothing but unknown names must not take seconds to answer.
MOST_LOOKED_AT = 1_000
# Names of other endpoints, or of one's own, that are used for another name; too far for a guess.
MISTAKEN: Mapping[str, str] = {"email": "email_address", "fields": "fields_to_export"}


def warn_of_unknown_members(
    state: State, names: Iterable[str], known: frozenset[str], request: int
) -> None:
    """Journal members outside `known`, as far as the request may have so many.

    Facts: unknown-members-ignored
    """
    unknown = tuple(name for name in names if name not in known)
    if not unknown:
        return
    for name in _looked_at(state, unknown, request):
        meant = likely_meant(name, known)
        probably = "" if meant is None else f"; probably {meant!r} was meant"
        _warn(state, request, name, f"{name!r} is not known here{probably}")


def warn_of_misspelt_members(
    state: State, own: tuple[str, ...], known: frozenset[str], request: int
) -> None:
    """Journal those of the customer's own names that look like a misspelt known one."""
    for name in _looked_at(state, own, request):
        meant = likely_meant(name, known)
        if meant is not None:
            says = f"{name!r} is not known here; probably {meant!r} was meant"
            _warn(state, request, name, says)


def _looked_at(state: State, unknown: tuple[str, ...], request: int) -> tuple[str, ...]:
    """The names that are to be looked at, counted as such."""
    last_request, before = state.names_looked_at
    before = before if last_request == request else 0
    unknown = unknown[: MOST_LOOKED_AT - before]
    state.names_looked_at = (request, before + len(unknown))
    return unknown


def _warn(state: State, request: int, name: str, says: str) -> None:
    now = state.clock.now()
    state.hazard(Hazard.unknown_member_ignored, now, request, name, says)


@lru_cache(maxsize=4096)
def likely_meant(name: str, known: frozenset[str]) -> str | None:
    """The documented name that a misspelt member most likely stands for, if one is close.

    Facts: page-sample-user-alias-colon, page-sample-subscription-status
    """
    bare = name.strip(": ").lower()
    if bare in known:
        return bare
    if MISTAKEN.get(bare) in known:
        return MISTAKEN[bare]
    close = get_close_matches(bare, sorted(known), n=1, cutoff=0.85)
    return close[0] if close else None
