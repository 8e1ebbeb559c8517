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
    state: State, names: Iterable[str], known: frozenset[str], request: int, *, may_be_own: bool
) -> None:
    """Journal members outside `known`; where customers may use names of their own, only those
    that look like a misspelt known one.

    Facts: unknown-members-ignored
    """
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    last_request, looked_at = state.names_looked_at
    looked_at = looked_at if last_request == request else 0
    unknown = unknown[: MOST_LOOKED_AT - looked_at]
    state.names_looked_at = (request, looked_at + len(unknown))
    now = state.clock.now()
    for name in unknown:
        meant = likely_meant(name, known)
        if meant is not None:
            says = f"{name!r} is not known here; probably {meant!r} was meant"
            state.hazard(Hazard.unknown_member_ignored, now, request, name, says)
        elif not may_be_own:
            says = f"{name!r} is not known here"
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
